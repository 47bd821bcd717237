package org.everbond.bonds.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;

/**
 * Commits one transaction after another. Each is planned when the one before has become durable or failed, on what the view
 * says then, so that no plan rests on something that never happened. Belongs to the event loop.
 *
 * @param <C> what is planned
 */
final class WriteQueue<C extends WriteQueue.Planned> {
    private final TlvStore store;
    private final Executor loop;
    private final Durable<C> durable;
    private final Deque<Write<C>> waiting = new ArrayDeque<>();
    private boolean busy;

    /** A change that can be committed. */
    interface Planned {
        /** To be committed; empty when there is nothing to do. */
        Transaction transaction();
    }

    /** Plans a change on the present view. */
    interface Plan<C> {
        C make() throws TlvException;
    }

    /** Is told of each durable change, before whoever asked for it. */
    interface Durable<C> {
        void became(C change);
    }

    /** A change that is durable. {@code commit} is null when there was nothing to write. */
    record Done<C>(C change, TlvStore.Commit commit) {}

    private record Write<C>(Plan<C> plan, CompletableFuture<Done<C>> result) {}

    WriteQueue(TlvStore store, Executor loop, Durable<C> durable) {
        this.store = store;
        this.loop = loop;
        this.durable = durable;
    }

    CompletionStage<Done<C>> add(Plan<C> plan) {
        var write = new Write<>(plan, new CompletableFuture<Done<C>>());
        waiting.addLast(write);
        next();
        return write.result;
    }

    /** Before all that wait. */
    CompletionStage<Done<C>> addFirst(Plan<C> plan) {
        var write = new Write<>(plan, new CompletableFuture<Done<C>>());
        waiting.addFirst(write);
        next();
        return write.result;
    }

    private void next() {
        while (!busy && !waiting.isEmpty()) {
            var write = waiting.removeFirst();
            try {
                begin(write, write.plan.make());
            } catch (TlvException | RuntimeException e) {
                write.result.completeExceptionally(e);
            }
        }
    }

    private void begin(Write<C> write, C change) {
        if (change.transaction().isEmpty()) {
            write.result.complete(new Done<>(change, null));
            return;
        }
        busy = true;
        store.commit(change.transaction()).whenComplete((commit, failure) -> {
            try {
                loop.execute(() -> end(write, change, commit, failure));
            } catch (RejectedExecutionException e) {
                // The loop has ended, and with it everything that waits for an answer there.
                write.result.cancel(false);
            }
        });
    }

    private void end(Write<C> write, C change, TlvStore.Commit commit, Throwable failure) {
        busy = false;
        if (failure == null) {
            durable.became(change);
            write.result.complete(new Done<>(change, commit));
        } else {
            boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
            write.result.completeExceptionally(wrapped ? failure.getCause() : failure);
        }
        next();
    }
}
