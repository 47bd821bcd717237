package org.everbond.tlv.memory.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.spi.TlvBackend;

/**
 * Keeps values as long as this object lives, and says so: a commit to it is never durable. With {@code keep=false} it
 * keeps nothing at all, as BTstack's TLV "none": everything is accepted and gone when it is opened again.
 */
final class MemoryBackend implements TlvBackend {
    private final BackendInfo info;
    private final boolean keep;
    private final Map<Integer, byte[]> values = new HashMap<>();
    private StoreId id;
    private long sequence;

    MemoryBackend(String place, boolean keep) {
        this.keep = keep;
        info = new BackendInfo("memory", "memory:" + place, Long.MAX_VALUE, Long.MAX_VALUE, true, false);
    }

    @Override
    public BackendInfo info() {
        return info;
    }

    @Override
    public Image open() {
        return new Image(Map.copyOf(values), id, sequence, false, List.of());
    }

    @Override
    public void commit(Batch batch) {
        if (!keep) {
            return;
        }
        id = batch.id();
        sequence = batch.sequence();
        for (var change : batch.changes()) {
            if (change.isDelete()) {
                values.remove(change.tag());
            } else {
                values.put(change.tag(), change.value());
            }
        }
    }

    @Override
    public void close() {
        // There is nothing to give up, and the values stay for the next open.
    }
}
