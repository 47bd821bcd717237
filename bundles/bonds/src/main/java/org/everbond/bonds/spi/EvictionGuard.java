package org.everbond.bonds.spi;

import java.util.concurrent.CompletionStage;
import org.everbond.bonds.Bond;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Has a say in evictions: registered as a service, it is asked when all places for bonds are taken, before a bond gives way to a
 * newcomer. With the service property {@code adapter} it is asked by the adapter of that name only.
 */
@ConsumerType
public interface EvictionGuard {
    /**
     * Whether a bond has to stay, as if it were pinned. Called off the event loop, one question at a time; the pairing of the newcomer
     * waits for the answer.
     *
     * @return completes within two seconds; a guard that fails, or is late, keeps the bond
     */
    CompletionStage<Boolean> keeps(Bond bond);
}
