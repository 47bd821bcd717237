package org.everbond.bonds;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.everbond.crypto.DeviceAddress;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The Classic link keys of one store, derived from it again whenever its generation changes. Same thread rules as
 * {@link Bonds}: everything happens on one adapter's event loop.
 */
@ProviderType
public interface ClassicBonds {
    /** Whether the store is READY and its present content was read: what is not here now does not exist. */
    boolean ready();

    /** All of them, by address. */
    List<ClassicBond> list();

    /** The bond with this peer; empty when there is none. */
    Optional<ClassicBond> get(DeviceAddress address);

    /** How many fit: the places that are filled. */
    int capacity();

    /** What could not be read and was set aside, one sentence each. */
    List<String> setAside();

    /**
     * Forgets the link key of a peer for good, and whatever unreadable record of that address is there.
     *
     * @return completes when the deletion is durable, also when there was nothing to delete; exceptionally with a
     *     {@code TlvException}, then it is still there
     */
    CompletionStage<Void> forget(DeviceAddress address);

    /**
     * Hears of every change, on the event loop.
     *
     * @return closes the subscription
     */
    AutoCloseable listen(Listener listener);

    /** Hears what happens, after it is durable. */
    @FunctionalInterface
    interface Listener {
        void changed(Event event);
    }

    /**
     * Something that happened, after it became durable.
     *
     * @param kind what
     * @param bond as it is now, or as it was when it is gone; null for {@link BondEvent.Kind#LOADED}
     */
    record Event(BondEvent.Kind kind, ClassicBond bond) {}
}
