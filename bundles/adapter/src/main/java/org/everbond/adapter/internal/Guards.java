package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.everbond.adapter.Adapter;
import org.everbond.bonds.Bond;
import org.everbond.bonds.spi.EvictionGuard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The eviction guards that are services, as one: asked off the event loop, and not for longer than a pairing can wait. */
final class Guards implements EvictionGuard {
    private static final Logger LOG = LoggerFactory.getLogger(Guards.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Whiteboard<EvictionGuard> services;
    private final String adapter;
    private final Threads threads;
    /** Questions that are overdue: until they are answered no bond goes, and nobody waits for guards again. */
    private final AtomicInteger overdue = new AtomicInteger();

    Guards(Whiteboard<EvictionGuard> services, String adapter, Threads threads) {
        this.services = services;
        this.adapter = adapter;
        this.threads = threads;
    }

    @Override
    public CompletionStage<Boolean> keeps(Bond bond) {
        var asked = services.all().stream()
                .filter(guard -> services.allows(guard, Adapter.NAME, adapter))
                .toList();
        CompletableFuture<Boolean> kept = CompletableFuture.completedFuture(false);
        for (var guard : asked) {
            kept = kept.thenCombine(ask(guard, bond), Boolean::logicalOr);
        }
        return kept;
    }

    private CompletableFuture<Boolean> ask(EvictionGuard guard, Bond bond) {
        if (overdue.get() > 0) {
            return CompletableFuture.completedFuture(true);
        }
        var answer = new CompletableFuture<Boolean>();
        threads.callbacks().execute(() -> answer(guard, bond, answer));
        var kept = answer.copy();
        var deadline = threads.loop().schedule(PATIENCE, () -> {
            if (!answer.isDone()) {
                LOG.warn("Adapter {}: a guard of bonds ({}) did not answer within {} s; bond {} stays",
                        adapter, guard.getClass().getName(), PATIENCE.toSeconds(), bond.id());
                overdue.incrementAndGet();
                answer.whenComplete((late, failure) -> overdue.decrementAndGet());
                kept.complete(true);
            }
        });
        answer.whenComplete((keeps, failure) -> deadline.cancel());
        return kept;
    }

    private static void answer(EvictionGuard guard, Bond bond, CompletableFuture<Boolean> answer) {
        try {
            guard.keeps(bond).whenComplete((keeps, failure) -> {
                if (failure == null) {
                    answer.complete(keeps);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }
}
