package org.everbond.tlv.sealed.spi;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/** A service that has the keys of sealed stores: a TPM, a secret service, ... for {@code store=sealed:...?provider=<name>&key=<alias>}. */
@ConsumerType
public interface StoreKeyProvider {
    /** The name by which configuration refers to it. */
    String name();

    /**
     * A key. Called on a thread of the store each time it is opened, may block.
     *
     * @param alias as configured
     * @return 16 octets or more that nobody can guess; the caller clears them. Null when there is no such key
     * @throws IOException when it cannot be had now; the message is one sentence for people. The store tries again
     */
    byte[] key(String alias) throws IOException;
}
