package org.everbond.tlv;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.everbond.tlv.internal.StoreFront;
import org.everbond.tlv.spi.Attic;
import org.everbond.tlv.spi.Forgotten;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.StoreThreads;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A store of values under 32-bit tags, in front of a storage backend. It is there from the start and stays the same object
 * through every change of backend; its {@linkplain #state() state} tells whether it is loaded, its
 * {@linkplain #generation() generation} changes whenever the whole content may have changed (a backend was bound, rebound
 * or reloaded), and every view of it must be derived again then.
 *
 * <p>All methods may be called from any thread and none blocks. Reads see exactly what was committed durably.
 */
@ProviderType
public interface TlvStore {
    /**
     * Creates a store without a backend.
     *
     * @param name by which configuration refers to it
     * @return its owner, who binds backends to it and closes it
     */
    static TlvStoreOwner create(String name, TlvStoreOwner.Options options) {
        return create(name, options, Merge.byTag(), content -> {
            throw new TlvException(TlvException.Reason.FAILED, "store " + name + " has nowhere to keep what must give way");
        });
    }

    /**
     * Creates a store without a backend.
     *
     * @param merge what is known of its records, to make one content of two that were changed apart
     * @param attic where content is kept that has to give way
     */
    static TlvStoreOwner create(String name, TlvStoreOwner.Options options, Merge merge, Attic attic) {
        return create(name, options, merge, attic, Forgotten.NOTHING, StoreThreads.system("everbond-store-" + name));
    }

    /**
     * Creates a store without a backend.
     *
     * @param merge what is known of its records, to make one content of two that were changed apart
     * @param attic where content is kept that has to give way
     * @param forgotten where deletions are remembered that no place which lasts knows of
     * @param threads its own, ended when it is closed
     */
    static TlvStoreOwner create(
            String name, TlvStoreOwner.Options options, Merge merge, Attic attic, Forgotten forgotten, StoreThreads threads) {
        return new StoreFront(name, options, merge, attic, forgotten, threads);
    }

    /** The name by which configuration refers to it, for messages. */
    String name();

    /** Whether it is loaded, and what becomes of commits. */
    TlvState state();

    /** One sentence for people on why the state is what it is, with the cure; empty when READY. */
    String stateReason();

    /** Grows with each reload; 0 before the first. */
    long generation();

    /** What is known of the bound backend; {@link BackendInfo#NONE} without one. */
    BackendInfo backend();

    /**
     * The value under a tag.
     *
     * @return a copy of 1..2048 octets, or null when there is none
     */
    byte[] get(int tag);

    /** All tags with a value, ascending as unsigned numbers; the front's own bookkeeping is not listed. */
    int[] tags();

    /** The identity of this store's content; null until it was loaded for the first time. */
    StoreId id();

    /**
     * In whose name new records are named: the store id with the number of this run in it. Copies of a store that are used apart
     * count on from the same number, but never give one name to two things. Null when {@link #id()} is.
     */
    default UUID branch() {
        return id() == null ? null : id().store();
    }

    /** The number of the last durable transaction; 0 for a new store. */
    long sequence();

    /**
     * What the backend could not read and kept aside, and what was confirmed in its place and is not there any more, one sentence each;
     * empty when everything was read. A store that is empty but has something set aside is damaged, not new.
     */
    List<String> setAside();

    /**
     * What else people should know of the place since it was opened, one sentence each: the end of a write that was not finished and
     * was left out, another store than before. Nothing that was confirmed is lost by it.
     */
    default List<String> notices() {
        return List.of();
    }

    /** The deletions of bonds that this store remembers ({@link Transaction#bury}). */
    List<Tombstone> tombstones();

    /** What was counted since creation. */
    Statistics statistics();

    /**
     * Whether a commit handed over now is taken, if only to wait for a backend as {@link TlvStoreOwner.Options#commitWait} says; false
     * when it would be refused at once.
     */
    default boolean takesCommits() {
        return state() == TlvState.READY;
    }

    /**
     * Commits the transaction as a whole. Transactions become durable in the order of these calls; several may share one
     * flush.
     *
     * @return completes on the store's own thread, once the backend has confirmed that it is on stable storage, or
     *     exceptionally with a {@link TlvException} that names the cause; then nothing of it is visible. An action that is attached
     *     after completion runs at once where it is attached, as with every {@link CompletionStage}
     */
    CompletionStage<Commit> commit(Transaction transaction);

    /**
     * Hears of every change of state and generation, and when another place cannot take over ({@link TlvStoreOwner#obstacle()}).
     *
     * @return closes the subscription
     */
    AutoCloseable listen(Listener listener);

    /**
     * What a commit achieved.
     *
     * @param sequence the number of the transaction
     * @param octets of its records in BTstack's log: 8 and the value for each change
     * @param durable whether it survives a power cut; false with a volatile backend
     */
    record Commit(long sequence, int octets, boolean durable) {}

    /**
     * @param commits transactions confirmed by a backend
     * @param batches in which they were handed over, each with one flush; {@code commits / batches} is the gain of committing in groups
     * @param failures transactions reported as failed
     * @param octets of confirmed transactions
     */
    record Statistics(long commits, long batches, long failures, long octets) {}

    /** Called on the store's own thread, after the change; must not block. */
    @FunctionalInterface
    interface Listener {
        /** @param generation grows whenever the whole content may have changed */
        void changed(TlvState state, long generation);
    }
}
