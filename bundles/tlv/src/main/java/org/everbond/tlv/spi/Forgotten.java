package org.everbond.tlv.spi;

import java.util.List;
import java.util.UUID;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Tombstone;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Remembers, apart from all backends, what was {@linkplain org.everbond.tlv.Transaction#byDecision() deleted by decision} while the place
 * that served lost everything with the process: an older place, which knows nothing of it, would bring it back. Called on threads of the
 * store, several at once; may block.
 */
@ConsumerType
public interface Forgotten {
    /** Remembers nothing. */
    Forgotten NOTHING = new Forgotten() {
        @Override
        public void keep(UUID lineage, List<Tombstone> deleted) {}

        @Override
        public List<Tombstone> of(UUID lineage) {
            return List.of();
        }

        @Override
        public void taken(UUID lineage, List<Tombstone> deleted) {}
    };

    /**
     * Remembers more deletions; durable on return.
     *
     * @param lineage of the content that they were made in
     * @throws TlvException when it could not; then an older place may bring back what was deleted
     */
    void keep(UUID lineage, List<Tombstone> deleted) throws TlvException;

    /** What is remembered of contents of a lineage, as far as it can be read; empty when nothing is. */
    List<Tombstone> of(UUID lineage);

    /**
     * A place that lasts knows of these deletions now; they need not be remembered here. One that cannot be struck out is taken again next
     * time, which does no harm.
     */
    void taken(UUID lineage, List<Tombstone> deleted);
}
