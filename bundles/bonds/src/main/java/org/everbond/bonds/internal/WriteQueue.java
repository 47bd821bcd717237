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

/**
 * Commits one transaction after another. Each is planned when the one before has become durable or failed, on what the view
 * says then, so that no plan rests on something that never happened. Belongs to the event loop.
 */
final class WriteQueue {
    private final TlvStore store;
    private final Executor loop;
    private final Durable durable;
    private final Deque<Write> waiting = new ArrayDeque<>();
    private boolean busy;

    /** Plans a change on the present view. */
    interface Plan {
        Change make() throws TlvException;
    }

    /** Is told of each durable change, before whoever asked for it. */
    interface Durable {
        void became(Change change);
    }

    /** A change that is durable. {@code commit} is null when there was nothing to write. */
    record Done(Change change, TlvStore.Commit commit) {}

    private record Write(Plan plan, CompletableFuture<Done> result) {}

    WriteQueue(TlvStore store, Executor loop, Durable durable) {
        this.store = store;
        this.loop = loop;
        this.durable = durable;
    }

    CompletionStage<Done> add(Plan plan) {
        var write = new Write(plan, new CompletableFuture<>());
        waiting.addLast(write);
        next();
        return write.result;
    }

    /** Before all that wait. */
    CompletionStage<Done> addFirst(Plan plan) {
        var write = new Write(plan, new CompletableFuture<>());
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

    private void begin(Write write, Change change) {
        if (change.transaction().isEmpty()) {
            write.result.complete(new Done(change, null));
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

    private void end(Write write, Change change, TlvStore.Commit commit, Throwable failure) {
        busy = false;
        if (failure == null) {
            durable.became(change);
            write.result.complete(new Done(change, commit));
        } else {
            boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
            write.result.completeExceptionally(wrapped ? failure.getCause() : failure);
        }
        next();
    }
}
