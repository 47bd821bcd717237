package org.everbond.bonds.keys;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.ClassicBonds;
import org.everbond.bonds.internal.DerivedLinkKeys;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvStore;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The Classic link keys themselves, in the records of BTstack's link key DB. Same thread rules as {@link ClassicBonds}. Iterating
 * is {@link #list()}, deleting {@link #forget}.
 */
@ProviderType
public interface LinkKeyStore extends ClassicBonds {
    /**
     * The link keys of a store. Reads nothing before it runs on the loop.
     *
     * @param loop the adapter's event loop
     */
    static LinkKeyStore create(TlvStore store, Executor loop, LinkKeyOptions options) {
        return new DerivedLinkKeys(store, loop, options);
    }

    /** The answer to a Link Key Request (Vol 4, Part E, 7.7.23). */
    Answer find(DeviceAddress address);

    /**
     * Makes a link key durable in one transaction: in the place of the same peer, else in the highest free one, else in that of the
     * key that was put first, which is announced as {@code EVICTED}. Where the place of the store is full, the one put first of another
     * peer gives way, never an authenticated one for one that is not. Whether it may replace is the caller's decision.
     *
     * @return completes when it is on stable storage; exceptionally with a {@code TlvException}, then everything is as it was
     */
    CompletionStage<Committed> put(LinkKey key);

    /** Somebody else has written link keys into the store. On the event loop. */
    void readAgain();

    /** Lets go of the store; what was handed over for commit goes its way. */
    void close();

    /**
     * Whether there is a key, and which. Only {@code ABSENT} allows a negative reply, which makes the peer drop its own key.
     *
     * @param key when found, else null
     */
    record Answer(Lookup.Result result, LinkKey key) {}

    /**
     * What a commit achieved.
     *
     * @param bond as it is now
     * @param replaced whether it took the place of an older key of the same peer
     * @param durable false when the backend is volatile
     */
    record Committed(ClassicBond bond, boolean replaced, boolean durable) {}
}
