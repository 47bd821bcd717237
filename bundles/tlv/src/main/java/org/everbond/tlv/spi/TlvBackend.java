package org.everbond.tlv.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A place where tagged values are kept. Made by a {@link TlvBackendProvider} for its scheme; or registered as a service by a bundle that
 * has a place of its own, with the property {@link #STORE}. All methods but {@link #info()} are called on threads of the store in front, one
 * at a time, and may block. A backend does no I/O before {@link #open()}.
 */
@ConsumerType
public interface TlvBackend {
    /**
     * The service property with the name of the adapter whose store it is. As long as such a service is there, it is used in place of
     * what {@code store=} says; of several the one with the highest ranking. What the store holds goes there when it comes, and back when it goes.
     */
    String STORE = "everbond.store";

    /** What it is; valid before {@link #open()} too, as far as known. Any thread. */
    BackendInfo info();

    /**
     * Opens the place and loads everything in it. What is damaged is kept aside and reported, the rest is loaded. Creates
     * the place when it does not exist.
     *
     * @throws TlvException when it cannot be used; the store in front tries again later
     */
    Image open() throws TlvException;

    /**
     * How much room this content, without the backend's own bookkeeping, would take if it were all there is in the open place: asked
     * before it takes over another one's. A batch that makes the content this one succeeds exactly when the room suffices.
     *
     * @return empty when that is known only as far as {@link #info()} tells
     * @throws TlvException when the place does not take this content, however large it is
     */
    default Optional<Room> room(Map<Integer, byte[]> values) throws TlvException {
        return Optional.empty();
    }

    /**
     * Makes the batch durable: returns only after it is on stable storage.
     *
     * @throws TlvException when it could not; with any reason but {@code IN_DOUBT} the place is as it was before. After
     *     {@code IN_DOUBT} and {@code CHANGED} the store in front closes it and opens it again
     */
    void commit(Batch batch) throws TlvException;

    /**
     * Called some time after commits were confirmed, when no other waits: the moment to compact. What was confirmed stays durable
     * throughout.
     *
     * @throws TlvException when the backend must be closed and opened again
     */
    default void housekeeping() throws TlvException {}

    /** What is in the open place besides its content. Asked for once after each {@link #open()}. */
    default Remains remains() {
        return Remains.NONE;
    }

    /**
     * Keeps one line beside the content, in a second place if there is one, and gives it back by {@link #remains()}: what was
     * confirmed last ({@link Confirmed}). Called after commits were confirmed. Needs no flush, since an older note does no harm; never
     * throws.
     */
    default void note(String note) {}

    /**
     * Waits for nothing, gives up the place (locks, handles). Data stays. Idempotent, never throws.
     */
    void close();

    /**
     * What was found in the place.
     *
     * @param values every live tag and its value, unknown tags too, but not the backend's own bookkeeping (tags e0 and e1)
     * @param id the identity of the content; null when the place is empty or was written by another program only
     * @param sequence of the newest transaction of ours; 0 when there is none
     * @param foreign whether another program has written since the newest transaction of ours
     * @param setAside what could not be read, one sentence each, and where it is kept
     */
    record Image(Map<Integer, byte[]> values, StoreId id, long sequence, boolean foreign, List<String> setAside) {}

    /**
     * Of a place, for a content.
     *
     * @param needed octets that a place must have for it, with everything else that is kept there
     * @param available octets that it has
     */
    record Room(long needed, long available) {
        /** Whether the content fits. */
        public boolean suffices() {
            return needed <= available;
        }
    }

    /**
     * Changes that become durable together, in this order.
     *
     * @param id the identity of the content, to be written down when it is new
     * @param sequence of the newest transaction in it, not below that of any batch before
     * @param changes in order; each prefix of them is a consistent store
     */
    record Batch(StoreId id, long sequence, List<Transaction.Change> changes) {}
}
