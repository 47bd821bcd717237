package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
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

    private static final Duration RETRY = Duration.ofSeconds(5);

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

    /** The controller is up: does again what is wished. What it refuses is asked for again later, as long as it is wished. */
    void fulfil() {
        advertiseAgain();
        scanAgain();
    }

    private void advertiseAgain() {
        var wanted = advertising;
        if (wanted != null && isUp()) {
            orLater("advertise", advertise(wanted), () -> advertising == wanted, this::advertiseAgain);
        }
    }

    private void scanAgain() {
        var wanted = scan;
        if (wanted != null && isUp()) {
            var begun = stack.host().scan(wanted.active, wanted.filterDuplicates, wanted.sink);
            orLater("scan", begun, () -> scan == wanted, this::scanAgain);
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
        return isUp() ? action.get() : CompletableFuture.completedFuture(null);
    }

    private boolean isUp() {
        return stack.lifecycle().state() == AdapterState.UP;
    }

    /** When the controller was lost meanwhile, the next start does it. */
    private void orLater(String what, CompletionStage<Void> stage, BooleanSupplier stillWished, Runnable again) {
        stage.exceptionally(failure -> {
            LOG.warn("Adapter {} could not {} again: {}", stack.settings().name(), what, failure.getMessage());
            if (isUp()) {
                stack.loop().schedule(RETRY, () -> {
                    if (stillWished.getAsBoolean()) {
                        again.run();
                    }
                });
            }
            return null;
        });
    }
}
