package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.List;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.TlvStoreOwner.Trace;

/** What consumers see of the image: without the store's own bookkeeping, each reading traced while that is switched on. Any thread. */
final class Reading {
    private final String store;
    private final StoreImage image;
    /** Null while tracing is off. */
    private volatile AccessTrace trace;

    Reading(String store, StoreImage image) {
        this.store = store;
        this.image = image;
    }

    void trace(Trace mode) {
        trace = mode == Trace.OFF ? null : new AccessTrace(store, mode == Trace.VALUES);
    }

    /** Null while tracing is off. */
    AccessTrace trace() {
        return trace;
    }

    byte[] get(int tag) {
        if (Tags.isBookkeeping(tag)) {
            return null;
        }
        var tracing = trace;
        var value = tracing != null ? traced(tracing, tag) : image.get(tag);
        return value == null ? null : value.clone();
    }

    private byte[] traced(AccessTrace tracing, int tag) {
        long started = System.nanoTime();
        var value = image.get(tag);
        tracing.got(tag, value, started);
        return value;
    }

    int[] tags() {
        return image.tags(tag -> !Tags.isBookkeeping(tag));
    }

    List<Tombstone> tombstones() {
        var found = new ArrayList<Tombstone>();
        for (int tag : image.tags(Graves::isGrave)) {
            var value = image.get(tag);
            if (value != null) {
                Tombstone.decode(value).ifPresent(found::add);
            }
        }
        return found;
    }
}
