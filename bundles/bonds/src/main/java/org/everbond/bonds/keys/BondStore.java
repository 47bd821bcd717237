package org.everbond.bonds.keys;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.Bonds;
import org.everbond.bonds.internal.BondMerge;
import org.everbond.bonds.internal.DerivedBonds;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.spi.Merge;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The bonds with their keys, as the security manager needs them. Same thread rules as {@link Bonds}.
 */
@ProviderType
public interface BondStore extends Bonds {
    /**
     * The bonds of a store. Reads nothing before it runs on the loop.
     *
     * @param loop the adapter's event loop
     */
    static BondStore create(TlvStore store, Executor loop, BondOptions options) {
        return new DerivedBonds(store, loop, options);
    }

    /** How two contents of stores that were changed apart become one, bond by bond; for {@link TlvStore#create}. */
    static Merge merge(BondOptions options) {
        return new BondMerge(options);
    }

    /** Our own keys; empty until {@link #ready()}. */
    Optional<LocalKeys> local();

    /** Finds the bond of an address on air: by identity, or by resolving a private address (Vol 3, Part H, 2.2.2). */
    Lookup lookup(DeviceAddress onAir);

    /** So many IRKs are tried at once, in 40 us; with more of them a search belongs on another thread. */
    int AT_ONCE = 1000;

    /**
     * Has addresses searched for elsewhere: with more than {@link #AT_ONCE} IRKs, {@link #lookup} says NOT_READY of a private address
     * that was not searched for lately, and gives it to the searcher.
     */
    void searcher(Consumer<DeviceAddress> searcher);

    /** How many bonds have an IRK, each of which a search tries. */
    int resolvable();

    /** The bonds with an IRK that were made last, the latest first, at most so many. */
    List<Bond> resolvable(int most);

    /** Whether {@link #lookup} needs no search for this address. */
    boolean isRemembered(DeviceAddress onAir);

    /** A search for the bonds of some private addresses; the next one is made when this one has ended. */
    AddressSearch search(Collection<DeviceAddress> onAir);

    /**
     * Whether a pairing may begin: our own keys are known, and the store takes its bond, at once or as soon as there is a backend again
     * (for how long it waits for one is the store's policy).
     */
    boolean takesNewBonds();

    /** The keys of a bond; empty when there is no such bond. */
    Optional<BondKeys> keys(BondId id);

    /**
     * From now on bonds are shown as these rules see them; what is stored stays as the pairing made it. Bonds that change by that are
     * announced as {@code REJUDGED}, now and after each loading.
     *
     * @param rule gives what counts today of what a pairing achieved
     */
    void judge(UnaryOperator<BondSecurity> rule);

    /** A bond with all that belongs to it, as it was before it was replaced or evicted. */
    interface Former {}

    /**
     * Takes a commit back whose pairing has failed after all, in one transaction. A bond that it replaced is again as it was, with its keys,
     * the LTK before and its subscriptions; those that it evicted are back under other ids as far as there is room; one that it created is
     * gone. Without effect on a bond that has been forgotten meanwhile.
     *
     * @return completes when it is durable; exceptionally when it could not be written, then what was committed stays
     */
    CompletionStage<Void> withdraw(Committed committed);

    /** The bond that has, or had before its last pairing, this LTK of LE legacy pairing that we distributed. */
    Optional<Bond> named(LegacyName legacy);

    /** Whether a bond has such an LTK of this DIV: no other one may get it, since both peers would have the same keys. */
    boolean hasDiv(int div);

    /**
     * A bond that another stack made says nothing of the LTK that it distributed. Its peer has shown how it names that key, and has
     * encrypted with it: from now on this name is the only one. Without effect for any other bond.
     */
    void learn(BondId id, LegacyName legacy);

    /**
     * The LTK that the present one replaced, to be tried once when a peer does not know the present one: it may have missed
     * the end of the pairing. A link that it encrypts has the level that it was made with, not the bond's.
     */
    Optional<PreviousLtk> previousLtk(BondId id);

    /** The present LTK has encrypted a connection after the one that it was made on: the previous one is dropped. */
    void confirmLtk(BondId id);

    /**
     * Makes a bond durable in one transaction, creating it or replacing the one with the same identity address and type.
     * Whether it may replace is the caller's decision.
     *
     * @return completes when it is on stable storage; exceptionally with a {@code TlvException}, then everything is as it
     *     was
     */
    CompletionStage<Committed> commit(NewBond bond);

    /**
     * Brings in the bonds of another store, in one transaction; see {@link BondImport}. Afterwards everything is derived anew, as after a
     * loading. What it says of Classic link keys shows when those are {@linkplain LinkKeyStore#readAgain read again}.
     *
     * @param write whether it is done, or only planned
     * @return completes when it is durable; exceptionally with a {@code TlvException} that says why nothing was imported
     */
    CompletionStage<BondImport> bring(Merge.Content from, BondImport.Options options, boolean write);

    /**
     * Writes down the signing counters of a bond: each is kept if it is greater than the stored one.
     *
     * @param remoteCounter next SignCounter to accept from the peer
     * @param localCounter next SignCounter of ours
     * @return completes when they are durable
     */
    CompletionStage<Void> saveCounters(BondId id, long remoteCounter, long localCounter);

    /** The subscriptions of a bonded client; empty when there are none. */
    Optional<Subscriptions> subscriptions(BondId id);

    /** Replaces the subscriptions of a bonded client; durable on completion. */
    CompletionStage<Void> saveSubscriptions(BondId id, Subscriptions subscriptions);

    /** How often pairing has failed lately, as saved last; empty when nothing did, and while the store was not loaded. */
    List<FailedAttempts> failedAttempts();

    /**
     * Writes down how often pairing has failed lately, in place of what was there.
     *
     * @param attempts at most 200
     * @return completes when it is durable
     */
    CompletionStage<Void> saveFailedAttempts(List<FailedAttempts> attempts);

    /** A connected bond is never evicted; one that was connected is evicted after those that were not. */
    void connected(BondId id, boolean connected);

    /**
     * Gives an identity address to a store that was written by another stack and says of none: bonds of such a store know us
     * by the public address of the controller that it was used with. Without effect when the store has one.
     *
     * @param address the controller's public address
     * @return completes when it is durable; exceptionally when the address is none
     */
    CompletionStage<Void> adoptIdentity(DeviceAddress address);

    /**
     * Gives us another IRK, by decision: who holds the former one cannot find us behind private addresses any more, nor follow us. Bonds
     * stay as they are, {@link #withFormerIrk} tells which; each new pairing hands out the new one. ER and IR do not change.
     *
     * @return completes when it is durable; exceptionally when it could not be written, then the former one stays
     */
    CompletionStage<Void> changeIrk();

    /** Completes when everything that was handed over before is durable or has failed: to be awaited before the store is closed. */
    CompletionStage<Void> settled();

    /** Lets go of the store; what was handed over for commit goes its way. */
    void close();

    /**
     * What a commit achieved.
     *
     * @param bond the bond as it is now
     * @param replaced whether it took the place of an older one
     * @param octets that were flushed for it
     * @param durable false when the backend is volatile: then the pairing is not <em>bonded</em>
     * @param displaced the bond that it replaced and those that it evicted, for {@link #withdraw}
     */
    record Committed(Bond bond, boolean replaced, int octets, boolean durable, List<Former> displaced) {}
}
