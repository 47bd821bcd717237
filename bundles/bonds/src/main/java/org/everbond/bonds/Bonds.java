package org.everbond.bonds;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.spi.EvictionGuard;
import org.everbond.crypto.DeviceAddress;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bonds of one store, derived from it again whenever its generation changes. Belongs to one adapter's event loop: all
 * methods are called there, all stages complete there, all listeners are called there.
 */
@ProviderType
public interface Bonds {
    /** Whether the store is READY and its present content was read: what is not here now does not exist. */
    boolean ready();

    /** One sentence on why they are not {@link #ready()} although the store is, with the cure; else empty. Any thread may call. */
    String reason();

    /** All bonds, by id. */
    List<Bond> list();

    /** The bond of this name; empty when there is none, or not any more. */
    Optional<Bond> get(BondId id);

    /** The bond of this identity address and type. */
    Optional<Bond> byIdentity(DeviceAddress identity);

    /** How many bonds fit. */
    int capacity();

    /** What could not be read and was set aside, one sentence each. */
    List<String> setAside();

    /** What people should know about the content: weak root keys, keys that are not there, ...; one sentence each. */
    List<String> warnings();

    /**
     * Our own identity address; empty until {@link #ready()}, and in a store that another stack wrote until the address is
     * configured or {@code BondStore.adoptIdentity} has given it one.
     */
    Optional<DeviceAddress> identityAddress();

    /** The bonds whose peers hold a former IRK of ours, until they pair again or are forgotten; empty if it was never changed. */
    List<Bond> withFormerIrk();

    /** Whether this is one of them. */
    boolean holdsFormerIrk(BondId id);

    /**
     * Forgets a bond for good.
     *
     * @return completes when the deletion is durable; exceptionally with a {@code TlvException}, then the bond is still
     *     there
     */
    CompletionStage<Void> forget(BondId id);

    /** Protects a bond against eviction, or not; durable on completion, exceptionally like {@link #forget}. */
    CompletionStage<Void> pin(BondId id, boolean pinned);

    /**
     * Chooses the privacy mode towards the peer of a bond; it stays with the bond, also when the peer pairs again. Durable on completion,
     * exceptionally like {@link #forget}.
     *
     * @param mode empty for the one that is configured for the adapter
     */
    CompletionStage<Void> privacyMode(BondId id, Optional<PrivacyMode> mode);

    /**
     * Whether the user has authorized the peer (Vol 3, Part C, 10.5); BTstack keeps it in its entry. False after each new pairing,
     * and for a bond that is not there.
     */
    boolean authorized(BondId id);

    /** Writes down that the user has authorized the peer, or has taken it back; durable on completion. */
    CompletionStage<Void> authorize(BondId id, boolean authorized);

    /**
     * Writes down a name for people, such as the peer's device name; durable on completion, exceptionally like {@link #forget}.
     *
     * @param name at most 248 octets in UTF-8, as a device name (Vol 3, Part C, 12.1); empty for none
     */
    CompletionStage<Void> rename(BondId id, String name);

    /**
     * Hears of every change, on the event loop.
     *
     * @return closes the subscription
     */
    AutoCloseable listen(Listener listener);

    /**
     * Has a say in evictions: a bond that one of the guards keeps does not give way to a newcomer, as if it were pinned. Asked on the
     * event loop; the commit of the newcomer waits for the answer.
     *
     * @return ends it
     */
    AutoCloseable guard(EvictionGuard guard);

    /** Hears what happens to bonds, after it is durable. */
    @FunctionalInterface
    interface Listener {
        void changed(BondEvent event);
    }
}
