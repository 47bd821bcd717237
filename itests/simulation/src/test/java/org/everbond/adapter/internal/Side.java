package org.everbond.adapter.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.everbond.bonds.BondId;
import org.everbond.bonds.SecurityLevel;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.security.PairingResult;

/** What somebody outside knows of one gateway and its bond with one peer: what it was told, and what its view has shown. */
final class Side {
    /** Whether a client that was told so is subscribed. */
    enum Subscribed {
        NO,
        YES,
        /** It was on the way when something happened. */
        MAYBE
    }

    /** @param ltk of the bond that it belongs to */
    private record Subscription(Subscribed state, Key ltk) {}

    final SimulatedGateway gateway;
    final SimulatedGateway peer;
    /** What was told to be durable; null while nothing was, or it was forgotten since. */
    Version told;

    private final Ledger ledger;
    private final List<Version> known = new ArrayList<>();
    private final Set<BondId> forgotten = new HashSet<>();
    private final Map<UUID, Subscription> subscriptions = new HashMap<>();
    private final Set<String> delivered = new HashSet<>();
    /** The last SignCounter of ours, by signing key. */
    private final Map<Key, Long> counters = new HashMap<>();

    private Optional<Version> now = Optional.empty();
    private Optional<Version> whenPairingBegan = Optional.empty();
    /** The process in which a pairing failed, as long as that is the last thing that happened to the bond; else 0. */
    private int failedIn;

    /** The process in which a pairing runs; else 0. */
    private int pairingIn;
    private boolean troubled;
    private boolean unreadable;
    /** A person wants it to be forgotten, since the last pairing. */
    private boolean leaving;
    /** What was agreed on for the last pairing. */
    private Plan plan;

    Side(Ledger ledger, SimulatedGateway gateway, SimulatedGateway peer) {
        this.ledger = ledger;
        this.gateway = gateway;
        this.peer = peer;
    }

    private void broken(String promise, Object... arguments) {
        ledger.broken(gateway.name + " and " + peer.name + ": " + promise.formatted(arguments));
    }

    Optional<Version> now() {
        return now;
    }

    List<Version> known() {
        return known;
    }

    /** Whether a private address is known by an IRK of the peer that it was told of, or has. */
    boolean resolves(DeviceAddress onAir) {
        return Stream.concat(Stream.ofNullable(told), now.stream())
                .map(Version::irk)
                .anyMatch(irk -> irk != null && Toolbox.resolves(irk, onAir));
    }

    // Bonds.

    /** Looks at the view, which may have changed. */
    void look() {
        if (!gateway.isAlive() || !gateway.bonds().ready() || peer.identity().isEmpty()) {
            return;
        }
        var seen = Version.of(gateway.bonds(), peer.identity().get());
        if (seen.equals(now)) {
            return;
        }
        seen.ifPresentOrElse(this::appeared, this::vanished);
        now = seen;
    }

    private void vanished() {
        if (told != null && !unreadable) {
            broken("P2: the bond %s that it was told of is gone", told);
        }
    }

    private void appeared(Version version) {
        if (forgotten.contains(version.id())) {
            broken("P2: %s was forgotten and is back", version);
        }
        if (unreadable) {
            // What is left of it, in BTstack's entry or in our own record.
            return;
        }
        if (told != null && version.security().isWeakerThan(told.security())) {
            broken("P7: %s is weaker than %s, which was acknowledged", version, told);
        }
        if (!known.contains(version)) {
            now.filter(before -> version.security().isWeakerThan(before.security())).ifPresent(before ->
                    broken("P7: %s is weaker than %s, which it replaces", version, before));
            mustBeWhole(version);
            known.add(version);
            ledger.hold(version.keys());
        }
    }

    /** Everything of one pairing, or nothing. */
    void mustBeWhole(Version version) {
        known.stream().filter(version::isMixedWith).forEach(other -> broken("P6: %s is mixed with %s", version, other));
        if (version.irk() != null && !version.irk().isZero() && !ledger.isIrk(peer, version.irk())) {
            broken("P6: the IRK of %s is not that of the peer", version);
        }
    }

    /** A pairing ended well. What was achieved is what was done, and not done against anybody's word. Whether a bond was told of. */
    boolean paired(PairingResult result) {
        pairingIn = 0;
        var security = result.security();
        if (security.method() != plan.methodOf(security.secureConnections())) {
            broken("P7: %s came to %s", plan, security);
        }
        if (gateway.wantsLevel4Only() && security.level() != SecurityLevel.SECURE) {
            broken("P7: paired in Secure Connections Only Mode: %s came to %s", plan, security);
        }
        if (plan.mustFail(security)) {
            broken("P7: paired, although somebody said no: %s came to %s", plan, security);
        }
        if (leaving || result.bonding() != PairingResult.Bonding.BONDED) {
            return false;
        }
        look();
        told = now.filter(version -> version.id().equals(result.bond().orElseThrow().id())).orElse(null);
        if (told == null) {
            broken("P1: it was told of a bond that it does not have");
        } else if (!told.security().equals(security)) {
            broken("P1: %s was told to be %s", told, security);
        }
        return told != null;
    }

    void forgets(BondId id) {
        // Also by a pairing that began while it was on the way.
        leaving = true;
        failedIn = 0;
        told = null;
        forgotten.add(id);
        subscriptions.clear();
    }

    /** It is being forgotten: from now on nobody can know until it is done. */
    void mayForget() {
        leaving = true;
        failedIn = 0;
        told = null;
        subscriptions.clear();
    }

    /** Another stack pairs anew on the same store. */
    void forgetsWhatWasTold() {
        failedIn = 0;
        told = null;
        now = Optional.empty();
    }

    /** What another stack has made of the bond is what it has now. */
    void adopt(Key ltk) {
        look();
        if (now.map(Version::ltk).filter(ltk::equals).isEmpty()) {
            broken("P10: BTstack paired it, and its bond is %s", now);
        }
        told = now.orElse(null);
    }

    /** The file of its bond was damaged: it may be set aside, and is not gone. */
    void mayBeUnreadable() {
        unreadable = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    void pairingBegan(Plan agreed) {
        look();
        plan = agreed;
        leaving = false;
        failedIn = 0;
        pairingIn = gateway.boots();
        whenPairingBegan = now;
    }

    /** The bond is to be as it was, unless it was said that it is kept since the peer may have it. */
    void pairingFailed(String explanation) {
        // One that is refused before it begins fails, too. Who asked for the bond to be forgotten meanwhile gets that.
        if (pairingIn == gateway.boots() && !leaving && !explanation.contains("the bond is kept")) {
            failedIn = gateway.boots();
        }
        pairingIn = 0;
    }

    /** What cannot be written cannot be taken back either; people are told so. */
    void troubled() {
        troubled = true;
    }

    /** Nothing goes wrong any more, and what was to be written is. */
    void settled() {
        look();
        if (!troubled && failedIn == gateway.boots() && !now.equals(whenPairingBegan)) {
            broken("P7: the bond was %s before a pairing that failed, and is %s", whenPairingBegan, now);
        }
        failedIn = 0;
        troubled = false;
    }

    // Subscriptions of the peer at this gateway.

    void subscribed(UUID characteristic, Subscribed state) {
        look();
        subscriptions.put(characteristic, new Subscription(state, now.map(Version::ltk).orElse(Key.ZERO)));
    }

    Subscribed subscribed(UUID characteristic) {
        var known = subscriptions.get(characteristic);
        if (known == null) {
            return Subscribed.NO;
        }
        boolean ofThisBond = now.filter(version -> Objects.equals(version.ltk(), known.ltk())).isPresent();
        // What a new pairing takes along from its own link is the server's choice.
        return ofThisBond ? known.state() : Subscribed.MAYBE;
    }

    // Signed writes.

    /** One of ours has left. */
    void signs(Key csrk, long counter) {
        var before = counters.put(csrk, counter);
        if (before != null && counter <= before) {
            broken("P6: it has used SignCounter %d after %d", counter, before);
        }
    }

    /** The value of a signed write of the peer reached the service. */
    void delivered(String value) {
        if (!delivered.add(value)) {
            broken("P6: the signed write %s was delivered twice", value);
        }
    }

    boolean wasDelivered(String value) {
        return delivered.contains(value);
    }
}
