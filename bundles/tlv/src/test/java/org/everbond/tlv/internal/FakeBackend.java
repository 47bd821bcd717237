package org.everbond.tlv.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.spi.TlvBackend;

/** A backend that does as it is told: fails, hangs, changes by itself. */
final class FakeBackend implements TlvBackend {
    @FunctionalInterface
    interface Behaviour {
        void run() throws TlvException;
    }

    /** Without the record of the history, which is of interest to few tests. */
    final Map<Integer, byte[]> values = new HashMap<>();
    byte[] history;
    final List<String> done;
    final List<Batch> batches = new CopyOnWriteArrayList<>();
    final CountDownLatch committing = new CountDownLatch(1);
    final Semaphore openings = new Semaphore(0);
    BackendInfo info;
    StoreId id;
    long sequence;
    boolean foreign;
    volatile long room = Long.MAX_VALUE;
    /** Octets of values that it holds at most. */
    volatile long capacity = Long.MAX_VALUE;
    volatile Behaviour onOpen = () -> {};
    volatile Behaviour beforeCommit = () -> {};
    volatile Behaviour afterCommit = () -> {};
    volatile Behaviour onHousekeeping = () -> {};

    FakeBackend(String resource) {
        this(resource, new CopyOnWriteArrayList<>());
    }

    /** @param done shared by several, to see their order */
    FakeBackend(String resource, List<String> done) {
        this.done = done;
        info = new BackendInfo("fake", resource, 1000, 100_000, true, true);
    }

    @Override
    public BackendInfo info() {
        return info;
    }

    @Override
    public Image open() throws TlvException {
        done.add("open " + info.resource());
        openings.release();
        onOpen.run();
        var image = new HashMap<>(values);
        if (history != null) {
            image.put(Tags.HISTORY, history);
        }
        return new Image(image, id, sequence, foreign, List.of());
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        done.add("commit " + info.resource());
        committing.countDown();
        beforeCommit.run();
        if (batch.changes().stream().mapToLong(change -> change.isDelete() ? 0 : change.value().length).sum() > room) {
            throw new TlvException(TlvException.Reason.FULL, "there is no room");
        }
        if (octetsAfter(batch) > capacity) {
            throw new TlvException(TlvException.Reason.FULL, "it is full");
        }
        batches.add(batch);
        id = batch.id();
        sequence = batch.sequence();
        for (var change : batch.changes()) {
            if (change.tag() == Tags.HISTORY) {
                history = change.value();
            } else if (change.isDelete()) {
                values.remove(change.tag());
            } else {
                values.put(change.tag(), change.value());
            }
        }
        afterCommit.run();
    }

    /** Octets of the values that it holds. */
    long octets() {
        return values.values().stream().mapToLong(value -> value.length).sum();
    }

    private long octetsAfter(Batch batch) {
        var after = new HashMap<>(values);
        batch.changes().stream()
                .filter(change -> change.tag() != Tags.HISTORY)
                .forEach(change -> after.put(change.tag(), change.isDelete() ? new byte[0] : change.value()));
        return after.values().stream().mapToLong(value -> value.length).sum();
    }

    @Override
    public void housekeeping() throws TlvException {
        onHousekeeping.run();
    }

    @Override
    public void close() {
        done.add("close " + info.resource());
    }
}
