package org.everbond.tlv.sealed.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend;

/** A backend that remembers what it was told. */
final class Recorder implements TlvBackend {
    final Map<Integer, byte[]> values = new TreeMap<>();
    final List<Batch> batches = new ArrayList<>();
    private final boolean atomic;
    StoreId id;
    /** Thrown by each commit; null for none. */
    TlvException failure;

    Recorder() {
        this(true);
    }

    Recorder(boolean atomic) {
        this.atomic = atomic;
    }

    Recorder(boolean atomic, StoreId id, Map<Integer, byte[]> values) {
        this(atomic);
        this.id = id;
        this.values.putAll(values);
    }

    Batch last() {
        return batches.get(batches.size() - 1);
    }

    @Override
    public BackendInfo info() {
        return new BackendInfo("recorder", "recorder", Long.MAX_VALUE, Long.MAX_VALUE, atomic, true);
    }

    @Override
    public Image open() {
        return new Image(new TreeMap<>(values), id, 0, false, new ArrayList<>());
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        if (failure != null) {
            throw failure;
        }
        batches.add(batch);
        id = batch.id();
        batch.changes().forEach(this::apply);
    }

    void apply(Change change) {
        if (change.isDelete()) {
            values.remove(change.tag());
        } else {
            values.put(change.tag(), change.value());
        }
    }

    @Override
    public void close() {
        // Stays as it is.
    }
}
