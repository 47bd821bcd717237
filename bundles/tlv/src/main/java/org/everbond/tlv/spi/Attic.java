package org.everbond.tlv.spi;

import org.everbond.tlv.TlvException;
import org.osgi.annotation.versioning.ConsumerType;

/** Where a store puts content that has to give way to another one, so that nothing is destroyed. */
@ConsumerType
@FunctionalInterface
public interface Attic {
    /**
     * Keeps a whole content. Called on a thread of the store, may block.
     *
     * @param content all of it, as puts; may be committed to a backend as it is
     * @return where it is kept, for people
     * @throws TlvException when it could not be kept; then nothing gives way
     */
    String keep(TlvBackend.Batch content) throws TlvException;
}
