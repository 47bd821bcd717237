package org.everbond.bonds.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.Transaction;

/** A store in the hand of the test: it decides when a commit becomes durable, fails or is torn, and when content comes. */
final class TestStore implements TlvStore {
    final TreeMap<Integer, byte[]> values = new TreeMap<>(Comparator.comparingInt(tag -> tag ^ Integer.MIN_VALUE));
    final List<Tombstone> tombstones = new ArrayList<>();
    final List<String> setAside = new ArrayList<>();
    final List<Transaction> committed = new ArrayList<>();
    final Deque<Runnable> held = new ArrayDeque<>();
    /** The last transaction that was handed over, durable or not. */
    Transaction last;

    boolean hold;
    TlvException failure;
    boolean durable = true;
    long maxTags = Long.MAX_VALUE;
    /** Octets of values that fit, which nobody is told before. */
    long room = Long.MAX_VALUE;
    TlvException.Reason withoutRoom = TlvException.Reason.FULL;

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private StoreId id = new StoreId(new UUID(1, 1), new UUID(0x3f2a9c0100000000L, 2));
    private TlvState state = TlvState.NO_BACKEND;
    private long branch = 2;
    private long generation;
    private long sequence;

    /** A store that is READY and empty. */
    static TestStore ready() {
        var store = new TestStore();
        store.load();
        return store;
    }

    /** Another store with the same content, as after a restart. */
    TestStore restarted() {
        return withPrefix(new Transaction(), 0);
    }

    /** Another run on a copy of the content. */
    TestStore copied() {
        var copy = restarted();
        copy.branch = branch + 1;
        return copy;
    }

    /** Another store with the same content and the first changes of a transaction: what a power cut leaves. */
    TestStore withPrefix(Transaction torn, int length) {
        var copy = new TestStore();
        values.forEach((tag, value) -> copy.values.put(tag, value.clone()));
        copy.tombstones.addAll(tombstones);
        copy.id = id;
        copy.sequence = sequence;
        copy.durable = durable;
        var changes = torn.changes();
        for (int i = 0; i < Math.min(length, changes.size()); i++) {
            copy.apply(changes.get(i));
        }
        if (length > changes.size()) {
            copy.bury(torn);
        }
        copy.load();
        return copy;
    }

    /** As if a backend had been bound, or reloaded, with what {@link #values} has now. */
    void load() {
        generation++;
        become(TlvState.READY);
    }

    void become(TlvState next) {
        state = next;
        listeners.forEach(listener -> listener.changed(state, generation));
    }

    void releaseAll() {
        hold = false;
        while (!held.isEmpty()) {
            held.remove().run();
        }
    }

    @Override
    public CompletionStage<Commit> commit(Transaction transaction) {
        last = transaction;
        var result = new CompletableFuture<Commit>();
        Runnable flush = () -> {
            if (failure != null) {
                result.completeExceptionally(failure);
                return;
            }
            if (room < Long.MAX_VALUE && octetsAfter(transaction) > room) {
                result.completeExceptionally(new TlvException(withoutRoom, "test: is full"));
                return;
            }
            transaction.changes().forEach(this::apply);
            sequence++;
            bury(transaction);
            committed.add(transaction);
            int octets = transaction.changes().stream()
                    .mapToInt(change -> 8 + (change.isDelete() ? 0 : change.value().length))
                    .sum();
            result.complete(new Commit(sequence, octets, durable));
        };
        if (hold) {
            held.add(flush);
        } else {
            flush.run();
        }
        return result;
    }

    private long octetsAfter(Transaction transaction) {
        var after = new TreeMap<>(values);
        transaction.changes().forEach(change -> after.put(change.tag(), change.isDelete() ? new byte[0] : change.value()));
        return after.values().stream().mapToLong(value -> value.length).sum();
    }

    private void apply(Transaction.Change change) {
        if (change.isDelete()) {
            values.remove(change.tag());
        } else {
            values.put(change.tag(), change.value());
        }
    }

    private void bury(Transaction transaction) {
        transaction.buried().forEach(bond -> tombstones.add(new Tombstone(bond.store(), bond.serial(), sequence)));
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public TlvState state() {
        return state;
    }

    @Override
    public String stateReason() {
        return state == TlvState.READY ? "" : "the test says so";
    }

    @Override
    public long generation() {
        return generation;
    }

    @Override
    public BackendInfo backend() {
        return state == TlvState.NO_BACKEND
                ? BackendInfo.NONE
                : new BackendInfo("test", "test:", maxTags, Long.MAX_VALUE, false, durable);
    }

    @Override
    public byte[] get(int tag) {
        var value = values.get(tag);
        return value == null ? null : value.clone();
    }

    @Override
    public int[] tags() {
        return values.keySet().stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public StoreId id() {
        return generation == 0 ? null : id;
    }

    @Override
    public UUID branch() {
        return new UUID(0x3f2a9c0100000000L, branch);
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public List<String> setAside() {
        return setAside;
    }

    @Override
    public List<Tombstone> tombstones() {
        return tombstones;
    }

    @Override
    public Statistics statistics() {
        return new Statistics(sequence, sequence, 0, 0);
    }

    @Override
    public AutoCloseable listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
