package org.everbond.tlv.internal;

import java.util.List;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.spi.Remains.Findings;

/** What the store tells of itself, all of one moment. */
record Status(
        TlvState state,
        String reason,
        long generation,
        BackendInfo backend,
        StoreId id,
        long sequence,
        List<String> setAside,
        Findings findings) {
    static final Status NEW =
            new Status(TlvState.NO_BACKEND, "no storage backend is bound yet", 0, BackendInfo.NONE, null, 0, List.of(), Findings.NONE);

    Status with(TlvState state, String reason) {
        return new Status(state, reason, generation, backend, id, sequence, setAside, findings);
    }

    Status withBackend(BackendInfo backend) {
        return new Status(state, reason, generation, backend, id, sequence, setAside, findings);
    }

    Status withSequence(long sequence) {
        return new Status(state, reason, generation, backend, id, sequence, setAside, findings);
    }

    Status nextGeneration() {
        return new Status(state, reason, generation + 1, backend, id, sequence, setAside, findings);
    }

    Status loaded(BackendInfo backend, StoreId id, long sequence, List<String> setAside, Findings findings) {
        return new Status(TlvState.READY, "", generation + 1, backend, id, sequence, setAside, findings);
    }
}
