package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.everbond.adapter.AdapterState;
import org.everbond.adapter.AdapterStatus;
import org.everbond.host.HostException;

/** What the adapter says of itself, and who waits for it to be UP. Renewed on the event loop, read by any thread. */
final class PublishedStatus {
    private final Stack stack;
    private final Wishes wishes;
    private final Links links;
    private final ShownBonds bonds;
    private final List<CompletableFuture<AdapterStatus>> waitingForUp = new ArrayList<>();
    private volatile AdapterStatus status;

    PublishedStatus(Stack stack, Wishes wishes, Links links, ShownBonds bonds) {
        this.stack = stack;
        this.wishes = wishes;
        this.links = links;
        this.bonds = bonds;
        renew();
    }

    /** Any thread. */
    AdapterStatus now() {
        return status;
    }

    void renew() {
        var store = stack.store().tlv();
        var life = stack.lifecycle();
        status = new AdapterStatus(
                stack.settings().name(),
                life.state(),
                life.reason(),
                stack.settings().transport().toString(),
                stack.settings().store().toString(),
                store.state(),
                stack.store().reason(),
                store.backend(),
                notices(),
                SecuritySettings.weaknesses(stack.settings().security(), stack.settings().bondable()),
                // Not that of a store which has just changed under an adapter that has not begun anew yet.
                life.identity(),
                life.controller(),
                stack.host().isAdvertising(),
                wishes.isScanning(),
                stack.security().isBondable(),
                links.all().size(),
                bonds.count());
    }

    private List<String> notices() {
        return Stream.of(
                        stack.bonds().setAside(),
                        stack.linkKeys().setAside(),
                        stack.store().tlv().notices(),
                        stack.bonds().warnings(),
                        bonds.notices(),
                        stack.controller().notices())
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /** Completes as {@link org.everbond.adapter.Adapter#up} says. */
    CompletionStage<AdapterStatus> up(Duration timeout) {
        if (status.state() == AdapterState.UP) {
            return CompletableFuture.completedFuture(status);
        }
        var waiting = new CompletableFuture<AdapterStatus>();
        waitingForUp.add(waiting);
        var timer = stack.loop().schedule(timeout, () -> {
            if (waitingForUp.remove(waiting)) {
                waiting.completeExceptionally(notUp());
            }
        });
        waiting.whenComplete((up, failure) -> timer.cancel());
        return waiting;
    }

    /** Those who waited hear of it. */
    void isUp() {
        waitingForUp.forEach(waiting -> waiting.complete(status));
        waitingForUp.clear();
    }

    HostException notUp() {
        return new HostException(
                "adapter " + status.name() + " is " + status.state().name().toLowerCase(Locale.ROOT).replace('_', '-')
                        + (status.reason().isEmpty() ? "" : ": " + status.reason()),
                0);
    }
}
