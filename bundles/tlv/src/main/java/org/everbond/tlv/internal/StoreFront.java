package org.everbond.tlv.internal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Attic;
import org.everbond.tlv.spi.Forgotten;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.StoreThreads;
import org.everbond.tlv.spi.TlvBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store in front: serves reads from memory, hands commits to the {@link Backends}. Answers and events are delivered
 * on a thread of their own, so that no consumer can stall the disk and no disk a consumer. Everything mutable but the image
 * and the published status is guarded by this object's monitor.
 */
public final class StoreFront implements TlvStore, TlvStoreOwner {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFront.class);

    final StoreImage image = new StoreImage();
    final CommitQueue queue;
    private final String name;
    private final Backends backends;
    private final Reading reading;
    private volatile String obstacle = "";
    final StoreThreads threads;
    private final Deliveries deliveries;
    private volatile Status status = Status.NEW;
    private volatile Options options;
    private boolean closed;

    public StoreFront(String name, Options options, Merge merge, Attic attic, Forgotten forgotten, StoreThreads threads) {
        this(name, options, merge, attic, forgotten, threads, RELEASE_WAIT);
    }

    StoreFront(
            String name, Options options, Merge merge, Attic attic, Forgotten forgotten, StoreThreads threads, Duration releaseWait) {
        this.name = name;
        this.options = options;
        this.threads = threads;
        reading = new Reading(name, image);
        deliveries = new Deliveries(threads);
        queue = new CommitQueue(this);
        backends = new Backends(this, merge, attic, forgotten, releaseWait.toNanos());
    }

    // What consumers see.

    @Override
    public TlvStore store() {
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TlvState state() {
        return status.state();
    }

    @Override
    public String stateReason() {
        return status.reason();
    }

    @Override
    public long generation() {
        return status.generation();
    }

    @Override
    public BackendInfo backend() {
        return status.backend();
    }

    @Override
    public StoreId id() {
        return status.id();
    }

    @Override
    public UUID branch() {
        var id = status.id();
        return id == null ? null : Reconciliation.branch(id, backends.run());
    }

    @Override
    public long sequence() {
        return status.sequence();
    }

    @Override
    public List<String> setAside() {
        var now = status;
        return Stream.concat(now.setAside().stream(), now.findings().lost().stream()).toList();
    }

    @Override
    public List<String> notices() {
        return status.findings().notices();
    }

    @Override
    public byte[] get(int tag) {
        return reading.get(tag);
    }

    @Override
    public int[] tags() {
        return reading.tags();
    }

    @Override
    public List<Tombstone> tombstones() {
        return reading.tombstones();
    }

    @Override
    public Statistics statistics() {
        return queue.statistics();
    }

    @Override
    public AutoCloseable listen(Listener listener) {
        return deliveries.listen(listener);
    }

    @Override
    public CompletionStage<Commit> commit(Transaction transaction) {
        var pending = new Pending(transaction);
        var tracing = reading.trace();
        if (tracing != null) {
            tracing.committing(transaction, pending.result);
        }
        synchronized (this) {
            var state = status.state();
            if (closed) {
                queue.fail(pending, new TlvException(Reason.NO_BACKEND, "store " + name + " is closed"));
            } else if (state == TlvState.CONFLICT) {
                queue.fail(pending, new TlvException(Reason.FAILED, status.reason()));
            } else {
                var wait = patience(state);
                if (wait.isZero()) {
                    queue.fail(pending, new TlvException(Reason.NO_BACKEND, status.reason()));
                } else {
                    queue.add(pending, wait);
                    threads.signal(this);
                }
            }
        }
        return pending.result.minimalCompletionStage();
    }

    /** How long a commit handed over now may take; zero when there is nobody to wait for. */
    private Duration patience(TlvState state) {
        boolean present = state == TlvState.READY || state == TlvState.LOADING || backends.active() != null;
        return present ? options.answerWait() : options.commitWait();
    }

    @Override
    public synchronized boolean takesCommits() {
        var state = status.state();
        return !closed && state != TlvState.CONFLICT && !patience(state).isZero();
    }

    // What the owner does.

    @Override
    public void configure(Options options) {
        this.options = options;
    }

    Options options() {
        return options;
    }

    @Override
    public void trace(Trace mode) {
        reading.trace(mode);
    }

    @Override
    public synchronized void bind(TlvBackend backend, Runnable beforeItServes) {
        if (closed) {
            throw new IllegalStateException("store " + name + " is closed");
        }
        backends.bind(backend, beforeItServes);
    }

    @Override
    public synchronized void unbind(TlvBackend backend) {
        backends.unbind(backend);
    }

    @Override
    public synchronized CompletionStage<String> resolve(Resolution resolution) {
        return backends.resolve(resolution);
    }

    @Override
    public String obstacle() {
        return obstacle;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            backends.close();
            queue.refuseWaiting(new TlvException(Reason.NO_BACKEND, "store " + name + " was closed"));
        }
        threads.end();
    }

    // What those who work on backends ask and report; all with the monitor held.

    /** Waits, giving up the monitor; {@code Long.MAX_VALUE} for no limit. */
    void waitFor(long nanos) {
        try {
            threads.await(this, nanos);
        } catch (InterruptedException e) {
            // Nobody interrupts these threads on purpose; their loops look at the state again.
            LOG.debug("Store {}: interrupted", name);
        }
    }

    boolean isClosed() {
        return closed;
    }

    Status status() {
        return status;
    }

    /** Makes a new status visible and tells the listeners. */
    void publish(Status next) {
        var last = status;
        status = next;
        if (last.state() == next.state() && last.generation() == next.generation()) {
            return;
        }
        if (last.state() != next.state()) {
            LOG.info("Store {} is {}{}", name, next.state(), next.reason().isEmpty() ? "" : ": " + next.reason());
        }
        deliveries.tell(next);
    }

    /** Says, or no longer says, why the wanted backend does not serve. */
    void obstacle(String sentence) {
        if (!obstacle.equals(sentence)) {
            obstacle = sentence;
            deliveries.tell(status);
        }
    }

    /** What the place that serves holds, to be noted there. */
    String confirmed() {
        var now = status;
        return Verdict.note(now.id(), image.get(Tags.HISTORY), now.sequence());
    }

    Map<Integer, byte[]> values() {
        var values = new LinkedHashMap<Integer, byte[]>();
        for (int tag : image.tags(tag -> true)) {
            values.put(tag, image.get(tag));
        }
        return values;
    }

    /** Completes on the thread for answers. */
    <T> void answer(CompletableFuture<T> result, T value, Throwable failure) {
        deliveries.answer(result, value, failure);
    }
}
