package org.everbond.tlv.sealed.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;

/** The open backend below a sealed one, what it holds, and how changes get there. */
final class Underneath {
    private final TlvBackend backend;
    private final Map<Integer, byte[]> values;
    /** Of the newest transaction there. */
    private long sequence;

    Underneath(TlvBackend backend, Image image) {
        this.backend = backend;
        values = new HashMap<>(image.values());
        sequence = image.sequence();
    }

    Map<Integer, byte[]> values() {
        return values;
    }

    long sequence() {
        return sequence;
    }

    boolean isAtomic() {
        return backend.info().atomicBatch();
    }

    /** A batch as the backend gets it: whole, where that promises batches as a whole; else one stage after the other. */
    void write(Stages stages) throws TlvException {
        if (isAtomic()) {
            write(stages.id(), stages.all(), stages.sequence());
            return;
        }
        if (!stages.ahead().isEmpty()) {
            // It changes nothing that is read: it belongs to the transaction before.
            write(stages.id(), stages.ahead(), sequence);
        }
        write(stages.id(), stages.now(), stages.sequence());
        if (!stages.later().isEmpty()) {
            try {
                write(stages.id(), stages.later(), stages.sequence());
            } catch (TlvException e) {
                throw new TlvException(Reason.IN_DOUBT, e.getMessage(), e);
            }
        }
    }

    void write(StoreId id, List<Change> changes, long number) throws TlvException {
        backend.commit(new Batch(id, number, List.copyOf(changes)));
        for (var change : changes) {
            if (change.isDelete()) {
                values.remove(change.tag());
            } else {
                values.put(change.tag(), change.value());
            }
        }
        sequence = number;
    }
}
