package org.everbond.tlv.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.spi.Forgotten;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletions by decision while the place that serves does not last: they are remembered beside it until a place of the same lineage that
 * lasts has them. Evictions are none: with the process the newcomer is gone, too.
 */
final class Burials {
    private static final Logger LOG = LoggerFactory.getLogger(Burials.class);

    private final String store;
    private final Forgotten forgotten;
    /** Of which there may be another copy than the one that serves; null when all that there is was made in this process. */
    private volatile UUID lasting;

    Burials(String store, Forgotten forgotten) {
        this.store = store;
        this.forgotten = forgotten;
    }

    /** What a place has just made its own, before anybody is told. */
    void note(List<Pending> written, BackendInfo place, StoreId id) {
        if (place.durable() || id == null || !id.lineage().equals(lasting)) {
            return;
        }
        var deleted = new ArrayList<Tombstone>();
        for (var pending : written) {
            if (pending.transaction.isByDecision()) {
                pending.transaction.buried().forEach(bond -> deleted.add(new Tombstone(bond.store(), bond.serial(), pending.sequence)));
            }
        }
        try {
            if (!deleted.isEmpty()) {
                forgotten.keep(lasting, deleted);
            }
        } catch (TlvException e) {
            LOG.warn("Store {}: what is forgotten while {} serves may be back with an older place: {}", store, place.resource(), e.getMessage());
        }
    }

    /** What is remembered of the content with this id, if it has one. */
    List<Tombstone> of(StoreId id) {
        return id == null ? List.of() : forgotten.of(id.lineage());
    }

    /**
     * A place is about to serve.
     *
     * @param id of its content
     * @param born whether that was made just now
     * @param known what was remembered before, by lineage, and is done there
     */
    void served(BackendInfo place, StoreId id, boolean born, Map<UUID, List<Tombstone>> known) {
        if (place.durable() || !born) {
            lasting = id.lineage();
        }
        if (place.durable()) {
            known.forEach((lineage, deleted) -> {
                if (!deleted.isEmpty()) {
                    forgotten.taken(lineage, deleted);
                }
            });
        }
    }
}
