package org.everbond.bonds.internal;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondId;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.FailedAttempts;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.spi.Merge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bonds of a store: what changes them, each change planned on what the view says when its turn has come. */
public final class DerivedBonds extends ViewedBonds {
    private static final Logger LOG = LoggerFactory.getLogger(DerivedBonds.class);
    private static final int NAME_OCTETS = 248;
    private static final int SUBSCRIPTIONS = 256;

    private final Arrivals arrivals;
    private final Admission admission;
    private final Changes changes;
    private final OwnIdentity identity;
    private final StoredAttempts attempts;
    private final Bringing bringing;

    public DerivedBonds(TlvStore store, Executor loop, BondOptions options) {
        super(store, loop, options);
        arrivals = new Arrivals(store, options, evictions);
        admission = new Admission(arrivals, evictions, follower, loop);
        changes = new Changes(new Departures(store));
        identity = new OwnIdentity(store.name(), follower);
        attempts = new StoredAttempts(store, follower);
        bringing = new Bringing(store, options, follower);
    }

    @Override
    public int capacity() {
        return arrivals.capacity();
    }

    @Override
    public CompletionStage<Committed> commit(NewBond bond) {
        if (!bond.identity().isIdentity()) {
            return CompletableFuture.failedFuture(new IllegalArgumentException(
                    "the peer cannot be bonded: " + bond.identity() + " is no identity address, so that it could not be found again"));
        }
        return admission.commit(bond.with(kept(bond.subscriptions()).orElse(null))).thenApply(this::committed);
    }

    private Committed committed(WriteQueue.Done<Change> done) {
        var kind = done.change().events().get(done.change().events().size() - 1).kind();
        return new Committed(
                judged(done.change().first()),
                kind == BondEvent.Kind.REPLACED,
                done.commit().octets(),
                done.commit().durable(),
                List.copyOf(done.change().displaced()));
    }

    @Override
    public CompletionStage<Void> withdraw(Committed committed) {
        var displaced = committed.displaced().stream().map(StoredBond.class::cast).toList();
        var withdrawal = new Withdrawal(store, arrivals, changes, committed.bond().id(), displaced);
        return withdraw(withdrawal, withdrawal.evicted());
    }

    /** What was evicted may not fit any more: then as much of it comes back as does. */
    private CompletionStage<Void> withdraw(Withdrawal withdrawal, int most) {
        return follower.write(view -> withdrawal.on(view, most))
                .<Void>thenApply(done -> null)
                .exceptionallyCompose(failure -> most > 0 && Admission.isFull(failure)
                        ? withdraw(withdrawal, most - 1)
                        : CompletableFuture.failedFuture(failure));
    }

    @Override
    public CompletionStage<Void> forget(BondId id) {
        return follower.write(view -> changes.forget(view, id)).thenApply(done -> null);
    }

    @Override
    public CompletionStage<Void> pin(BondId id, boolean pinned) {
        return update(id, companion -> companion.pinned() == pinned, companion -> companion.withPinned(pinned));
    }

    @Override
    public CompletionStage<Void> privacyMode(BondId id, Optional<PrivacyMode> mode) {
        return update(id, companion -> companion.privacyMode().equals(mode), companion -> companion.withPrivacyMode(mode));
    }

    @Override
    public CompletionStage<Void> authorize(BondId id, boolean authorized) {
        return follower.write(view -> changes.authorize(view, id, authorized)).thenApply(done -> null);
    }

    @Override
    public CompletionStage<Void> rename(BondId id, String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length > NAME_OCTETS) {
            return refused("a device name has at most " + NAME_OCTETS + " octets (Vol 3, Part C, 12.1)");
        }
        return update(id, companion -> companion.name().equals(name), companion -> companion.withName(name));
    }

    @Override
    public CompletionStage<Void> saveSubscriptions(BondId id, Subscriptions subscriptions) {
        var kept = kept(subscriptions);
        if (kept.isEmpty()) {
            return refused("subscriptions need a database hash of 16 octets and at most " + SUBSCRIPTIONS + " descriptors");
        }
        var values = kept.get();
        return update(id, companion -> values.equals(companion.subscriptions()), companion -> companion.withSubscriptions(values));
    }

    /** As they are stored; empty when they cannot be, or there are none. */
    private static Optional<Subscriptions> kept(Subscriptions subscriptions) {
        if (subscriptions == null) {
            return Optional.empty();
        }
        var values = new HashMap<>(subscriptions.values());
        values.values().removeIf(value -> value == 0);
        return subscriptions.databaseHash().length != 16 || values.size() > SUBSCRIPTIONS
                ? Optional.empty()
                : Optional.of(new Subscriptions(subscriptions.databaseHash().clone(), Map.copyOf(values)));
    }

    private CompletionStage<Void> update(BondId id, Predicate<Companion> already, UnaryOperator<Companion> change) {
        return follower.write(view -> {
                    var bond = view.get(id);
                    return bond != null && already.test(bond.companion()) ? Change.NONE : changes.update(view, id, change);
                })
                .thenApply(done -> null);
    }

    @Override
    public CompletionStage<BondImport> bring(Merge.Content from, BondImport.Options options, boolean write) {
        return bringing.bring(from, options, write);
    }

    @Override
    public CompletionStage<Void> saveCounters(BondId id, long remoteCounter, long localCounter) {
        return follower.write(view -> changes.counters(view, id, remoteCounter, localCounter)).thenApply(done -> null);
    }

    @Override
    public List<FailedAttempts> failedAttempts() {
        return attempts.read();
    }

    @Override
    public CompletionStage<Void> saveFailedAttempts(List<FailedAttempts> failures) {
        return failures.size() > AttemptsRecord.PEERS
                ? refused("failed pairings are kept of at most " + AttemptsRecord.PEERS + " peers")
                : attempts.write(failures);
    }

    @Override
    public void confirmLtk(BondId id) {
        if (previousLtk(id).isPresent()) {
            inPassing(view -> changes.confirm(view, id), "the previous LTK of bond " + id + " stays for now");
        }
    }

    @Override
    public void learn(BondId id, LegacyName legacy) {
        inPassing(view -> changes.learn(view, id, legacy), "the name of the key of bond " + id + " is not kept");
    }

    /** Nobody waits for it, and another time will do. */
    private void inPassing(Follower.Plan plan, String otherwise) {
        follower.write(plan).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("Store {}: {}: {}", store.name(), otherwise, failure.getMessage());
            }
        });
    }

    @Override
    public CompletionStage<Void> adoptIdentity(DeviceAddress address) {
        return address.isIdentity()
                ? identity.adopt(address)
                : refused(address + " is no identity address; configure one that is public or static random");
    }

    @Override
    public CompletionStage<Void> changeIrk() {
        return identity.changeIrk();
    }

    private static CompletionStage<Void> refused(String reason) {
        return CompletableFuture.failedFuture(new IllegalArgumentException(reason));
    }

    @Override
    public CompletionStage<Void> settled() {
        return follower.settled();
    }
}
