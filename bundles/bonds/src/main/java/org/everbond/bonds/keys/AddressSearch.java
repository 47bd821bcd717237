package org.everbond.bonds.keys;

import org.osgi.annotation.versioning.ProviderType;

/** A search among the IRKs of all bonds (Vol 3, Part C, 10.8.2.3). */
@ProviderType
public interface AddressSearch {
    /** Does the work; any thread, once. */
    void run();

    /** Remembers what was found, on the event loop; to be called also when the work failed. */
    void end();
}
