package org.everbond.adapter.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.host.Advertisement;
import org.everbond.host.Advertising;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the adapter is meant to do until told otherwise, kept over restarts of the controller. Belongs to the event loop. */
final class Wishes {
    private static final Logger LOG = LoggerFactory.getLogger(Wishes.class);

    private record Scan(boolean active, boolean filterDuplicates, Consumer<Advertisement> sink) {}

    private final Stack stack;
    private final Runnable changed;
    private Advertising advertising;
    private Scan scan;

    Wishes(Stack stack, Runnable changed) {
        this.stack = stack;
        this.changed = changed;
    }

    boolean isScanning() {
        return scan != null;
    }

    /** The controller is up: does again what is wished. */
    void fulfil() {
        if (advertising != null) {
            report("advertise", advertise(advertising));
        }
        if (scan != null) {
            report("scan", stack.host().scan(scan.active, scan.filterDuplicates, scan.sink));
        }
    }

    CompletionStage<Void> advertise(Advertising wanted) {
        return stack.host().advertise(wanted).thenRun(() -> {
            advertising = wanted;
            changed.run();
            stack.events().publish(new AdapterEvent.AdvertisingChanged(stack.settings().name(), true));
        });
    }

    CompletionStage<Void> stopAdvertising() {
        advertising = null;
        return whenUp(() -> stack.host().stopAdvertising()).thenRun(() -> {
            changed.run();
            stack.events().publish(new AdapterEvent.AdvertisingChanged(stack.settings().name(), false));
        });
    }

    CompletionStage<Void> scan(boolean active, boolean filterDuplicates, Consumer<Advertisement> sink) {
        Consumer<Advertisement> offLoop = report -> stack.callbacks().execute(() -> sink.accept(report));
        return stack.host().scan(active, filterDuplicates, offLoop).thenRun(() -> {
            scan = new Scan(active, filterDuplicates, offLoop);
            changed.run();
        });
    }

    CompletionStage<Void> stopScan() {
        scan = null;
        return whenUp(() -> stack.host().stopScan()).thenRun(changed);
    }

    private CompletionStage<Void> whenUp(Supplier<CompletionStage<Void>> action) {
        return stack.lifecycle().state() == AdapterState.UP ? action.get() : CompletableFuture.completedFuture(null);
    }

    private void report(String what, CompletionStage<Void> stage) {
        stage.exceptionally(failure -> {
            LOG.warn("Adapter {} could not {} again: {}", stack.settings().name(), what, failure.getMessage());
            return null;
        });
    }
}
