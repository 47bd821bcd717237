package org.everbond.bonds.internal;

import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.spi.Merge;

/** A content that does not change, as a store: loaded, but nothing can be written to it. */
final class FrozenStore implements TlvStore {
    private final String name;
    private final Merge.Content content;
    private final StoreId id;
    private final TreeMap<Integer, byte[]> values = new TreeMap<>(Integer::compareUnsigned);

    /** @param id in which bonds that have none yet get theirs */
    FrozenStore(String name, Merge.Content content, StoreId id) {
        this.name = name;
        this.content = content;
        this.id = id;
        values.putAll(content.values());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TlvState state() {
        return TlvState.DEGRADED;
    }

    @Override
    public String stateReason() {
        return "it is only looked at";
    }

    @Override
    public long generation() {
        return 1;
    }

    @Override
    public BackendInfo backend() {
        return BackendInfo.NONE;
    }

    @Override
    public byte[] get(int tag) {
        var value = values.get(tag);
        return value == null ? null : value.clone();
    }

    @Override
    public int[] tags() {
        return values.keySet().stream().mapToInt(tag -> tag).toArray();
    }

    @Override
    public StoreId id() {
        return id;
    }

    @Override
    public long sequence() {
        return content.sequence();
    }

    @Override
    public List<String> setAside() {
        return content.setAside();
    }

    @Override
    public List<Tombstone> tombstones() {
        return content.tombstones();
    }

    @Override
    public Statistics statistics() {
        return new Statistics(0, 0, 0, 0);
    }

    @Override
    public CompletionStage<Commit> commit(org.everbond.tlv.Transaction transaction) {
        return CompletableFuture.failedFuture(new TlvException(TlvException.Reason.FAILED, stateReason()));
    }

    @Override
    public AutoCloseable listen(Listener listener) {
        return () -> {};
    }
}
