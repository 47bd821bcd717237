package org.everbond.adapter.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.LinkStatus;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.SecurityLevel;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.gatt.GattPeer;
import org.everbond.host.Role;
import org.everbond.security.SecurityEvent.BondLost.Cause;

/** The record that somebody outside keeps of all gateways, and against which the promises are held whenever something happens. */
final class Ledger implements Watch.Outside {
    private final Random random;
    private final Tally tally;
    private final Unspoken unspoken;
    private final List<SimulatedGateway> gateways = new ArrayList<>();
    private final Map<SimulatedGateway, Map<SimulatedGateway, Side>> sides = new HashMap<>();
    private final List<Tie> ties = new ArrayList<>();
    private final Map<DeviceAddress, SimulatedGateway> addresses = new HashMap<>();
    private final Map<SimulatedGateway, OwnIrks> irks = new HashMap<>();
    private final Map<SimulatedGateway, Key> identityRoots = new HashMap<>();
    private final Map<SimulatedGateway, Long> looked = new IdentityHashMap<>();
    private final Set<Key> keys = new LinkedHashSet<>();
    private final List<String> broken = new ArrayList<>();
    /** Signed writes as they came to a host, by their gateway; who records the air has them, too. */
    private final Map<Side, List<byte[]>> recorded = new LinkedHashMap<>();

    /** Hears of each value that came to a host by notification or indication. */
    BiConsumer<Side, String> values = (side, value) -> {};

    Ledger(Random random, Tally tally, Unspoken unspoken) {
        this.random = random;
        this.tally = tally;
        this.unspoken = unspoken;
    }

    void add(SimulatedGateway gateway) {
        sides.put(gateway, new LinkedHashMap<>());
        for (var other : gateways) {
            var one = new Side(this, gateway, other);
            var back = new Side(this, other, gateway);
            sides.get(gateway).put(other, one);
            sides.get(other).put(gateway, back);
            ties.add(new Tie(back, one));
        }
        gateways.add(gateway);
        irks.put(gateway, new OwnIrks(this, gateway));
        looked.put(gateway, 0L);
        gateway.watch = new Watch(gateway, this);
        gateway.listener = event -> happened(gateway, event);
        gateway.lamp.written = (peer, value) -> delivered(gateway, peer, value);
    }

    List<Tie> ties() {
        return ties;
    }

    Tie tie(SimulatedGateway one, SimulatedGateway other) {
        return ties.stream().filter(tie -> tie.isOf(one, other)).findFirst().orElseThrow();
    }

    Side side(SimulatedGateway gateway, SimulatedGateway peer) {
        return sides.get(gateway).get(peer);
    }

    void broken(String what) {
        broken.add(what);
    }

    boolean isKept() {
        return broken.isEmpty() && gateways.stream().allMatch(gateway -> gateway.watch.broken().isEmpty());
    }

    /** What was broken so far, by anybody. */
    List<String> broken() {
        var all = new ArrayList<>(broken);
        gateways.forEach(gateway -> gateway.watch.broken().forEach(what -> all.add(gateway.name + ": " + what)));
        return all;
    }

    /** Keys that must not be found where they may not be. */
    void hold(Stream<Key> more) {
        more.forEach(keys::add);
    }

    Set<Key> keys() {
        return keys;
    }

    boolean isIrk(SimulatedGateway gateway, Key irk) {
        return irks.get(gateway).all().contains(irk);
    }

    /** A gateway was told that it has another IRK. */
    void irkChanged(SimulatedGateway gateway) {
        irks.get(gateway).look();
        irks.get(gateway).changed(random);
        tally.count("looks at what a power cut would leave", "own IRK");
    }

    /** IR of a gateway. */
    Key identityRoot(SimulatedGateway gateway) {
        return identityRoots.get(gateway);
    }

    /** The file with its IRK was damaged. Returns the IRK. */
    Optional<Key> irkMayBeUnreadable(SimulatedGateway gateway) {
        irks.get(gateway).mayBeUnreadable();
        return irks.get(gateway).present();
    }

    /** A gateway is up. */
    void up(SimulatedGateway gateway) {
        gateway.bonds().local().ifPresent(local -> {
            irks.get(gateway).look();
            hold(Stream.of(local.er(), local.ir()));
            identityRoots.put(gateway, local.ir());
        });
    }

    /** After each thing that has happened anywhere. */
    void look() {
        for (var gateway : gateways) {
            // What no process has done, nothing has become of.
            long deeds = gateway.deeds();
            if (gateway.isAlive() && looked.put(gateway, deeds) != deeds) {
                irks.get(gateway).look();
                sides.get(gateway).values().forEach(Side::look);
            }
        }
    }

    /** The air is quiet again. */
    void settled() {
        ties.stream().flatMap(tie -> Stream.of(tie.one, tie.other)).forEach(Side::settled);
    }

    /** A disk fails, or the storage is away: what was to be taken back may stay. */
    void troubled(SimulatedGateway gateway) {
        sides.get(gateway).values().forEach(Side::troubled);
    }

    // What gateways say.

    private void happened(SimulatedGateway gateway, AdapterEvent event) {
        unspoken.say(event);
        if (event instanceof AdapterEvent.PairingStarted started) {
            peer(gateway, started.link().peer()).ifPresent(side -> side.pairingBegan(tie(gateway, side.peer).plan));
        } else if (event instanceof AdapterEvent.PairingFailed failed) {
            peer(gateway, failed.link().peer()).ifPresent(side -> side.pairingFailed(failed.explanation()));
        } else if (event instanceof AdapterEvent.Paired paired) {
            peer(gateway, paired.link().peer()).ifPresent(side -> paired(side, paired));
        } else if (event instanceof AdapterEvent.BondLost lost) {
            boolean forgot = lost.cause() == Cause.PEER_FORGOT || lost.cause() == Cause.WE_FORGOT;
            peer(gateway, lost.link().peer())
                    .filter(side -> forgot && tie(gateway, side.peer).bonded && knowEachOther(side, lost.link()))
                    .ifPresent(side -> broken(gateway.name + ": P11: it says of " + side.peer.name + ": " + lost));
        } else if (event instanceof AdapterEvent.EncryptionChanged changed) {
            changed.security().filter(now -> gateway.wantsLevel4Only() && now.level() != SecurityLevel.SECURE).ifPresent(now ->
                    broken(gateway.name + ": P7: in Secure Connections Only Mode a link is encrypted with " + now));
        } else if (event instanceof AdapterEvent.BondChanged change && change.event().kind() == BondEvent.Kind.EVICTED) {
            broken(gateway.name + ": P4: a bond was evicted");
        }
    }

    private boolean knowEachOther(Side side, LinkStatus link) {
        return canKnow(side.gateway, side.peer, link.peerOnAir()) && canKnow(side.peer, side.gateway, link.ownOnAir());
    }

    private Optional<Side> peer(SimulatedGateway gateway, DeviceAddress address) {
        return at(address).filter(peer -> peer != gateway).map(peer -> side(gateway, peer));
    }

    private void paired(Side side, AdapterEvent.Paired event) {
        var result = event.result();
        var tie = tie(side.gateway, side.peer);
        if (!side.paired(result)) {
            return;
        }
        mustBeDurable(side, side.told);
        var back = side(side.peer, side.gateway);
        if (event.link().role() == Role.PERIPHERAL && back.now().isPresent() && side.peer.isAlive() && !back.isLeaving()) {
            // The central's last key PDU is out: that left after its commit.
            back.look();
            mustBeDurable(back, back.now().orElseThrow());
        }
        if (back.told != null && back.told.fits(side.told)) {
            tie.bonded = true;
            if (result.security().keySize() < 16) {
                tally.count("bonds with short keys", result.security().secureConnections() ? "secure connections" : "legacy");
            }
            tally.count("pairings acknowledged at both ends", (result.security().secureConnections() ? "" : "legacy ") + tie.plan.way);
        }
    }

    /** If the power went now it would be there, whole, as it was told. */
    void mustBeDurable(Side side, Version version) {
        try (var afterlife = side.gateway.afterPowerCut(random)) {
            var found = Version.of(afterlife.bonds(), side.peer.identity().orElseThrow());
            if (!found.equals(Optional.of(version))) {
                broken(side.gateway.name + ": P1: told to be durable: " + version + ", on the disk: " + found);
            }
        }
        tally.count("looks at what a power cut would leave", "bond");
    }

    // What is on air.

    @Override
    public Optional<SimulatedGateway> at(DeviceAddress onAir) {
        return gateways.stream()
                .filter(gateway -> gateway.identity().filter(onAir::equals).isPresent())
                .findFirst()
                .or(() -> Optional.ofNullable(addresses.get(onAir)));
    }

    @Override
    public void onAir(SimulatedGateway at, DeviceAddress address) {
        addresses.put(address, at);
    }

    @Override
    public boolean told(SimulatedGateway one, SimulatedGateway other) {
        return side(one, other).told != null;
    }

    @Override
    public boolean canKnow(SimulatedGateway one, SimulatedGateway other, DeviceAddress onAir) {
        return other.identity().filter(onAir::equals).isPresent() || side(one, other).resolves(onAir);
    }

    /** Whether the one would know the other one if that came now. */
    boolean wouldKnow(SimulatedGateway one, SimulatedGateway other) {
        return !other.isPrivate() || side(one, other).now().map(Version::irk).equals(irks.get(other).present());
    }

    /** Whether the private address that it advertises with is made from its present IRK: one that was left behind is not in use any more. */
    boolean isKnownOnAir(SimulatedGateway gateway) {
        var onAir = gateway.watch.onAir();
        return onAir == null
                || !gateway.isPrivate()
                || !gateway.adapter().status().advertising()
                || !onAir.isResolvable()
                || irks.get(gateway).present().filter(irk -> Toolbox.resolves(irk, onAir)).isPresent();
    }

    /** Who holds a former IRK of a gateway is told of, and nobody else. */
    void formerIrksAreKnown(Side side) {
        var back = side(side.peer, side.gateway);
        if (side.now().isEmpty() || back.now().isEmpty() || !side.now().get().fits(back.now().get())) {
            return;
        }
        boolean holdsFormer = !back.now().map(Version::irk).equals(irks.get(side.gateway).present());
        boolean isListed = side.gateway.adapter().withFormerIrk().stream().anyMatch(side.now().get()::isOf);
        if (holdsFormer != isListed) {
            broken("%s: P6: %s holds %s IRK, and that is %s".formatted(
                    side.gateway.name, side.peer.name, holdsFormer ? "a former" : "the present", isListed ? "listed as former" : "not listed"));
        }
        tally.count("peers with our IRK", holdsFormer ? "a former one" : "the present one");
    }

    @Override
    public void signed(SimulatedGateway at, SimulatedGateway peer, boolean left, byte[] pdu) {
        var side = side(at, peer);
        if (!left) {
            recorded.computeIfAbsent(side, any -> new ArrayList<>()).add(pdu);
            return;
        }
        long counter = ByteBuffer.wrap(pdu, pdu.length - 12, 4).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xffffffffL;
        side.look();
        side.now().map(Version::localCsrk).ifPresent(csrk -> side.signs(csrk, counter));
    }

    /** What was recorded of the signed writes to a gateway. */
    List<byte[]> recorded(Side side) {
        return recorded.getOrDefault(side, List.of());
    }

    @Override
    public void value(SimulatedGateway at, SimulatedGateway peer, String value) {
        values.accept(side(at, peer), value);
    }

    /** Durable before it is delivered: the counter on the disk is beyond it. */
    private void delivered(SimulatedGateway gateway, GattPeer peer, byte[] octets) {
        var value = HexFormat.of().formatHex(octets);
        peer(gateway, peer.address()).ifPresent(side -> {
            side.delivered(value);
            tally.count("signed writes", "delivered");
            recorded(side).stream()
                    .filter(pdu -> Arrays.equals(octets, Arrays.copyOfRange(pdu, 3, pdu.length - 12)))
                    .findFirst()
                    .ifPresent(pdu -> counterMustBeDurable(side, pdu));
        });
    }

    private void counterMustBeDurable(Side side, byte[] pdu) {
        long counter = ByteBuffer.wrap(pdu, pdu.length - 12, 4).order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xffffffffL;
        try (var afterlife = side.gateway.afterPowerCut(random)) {
            afterlife.bonds().byIdentity(side.peer.identity().orElseThrow())
                    .flatMap(bond -> afterlife.bonds().keys(bond.id()))
                    .filter(found -> found.remoteCounter() <= counter)
                    .ifPresent(found -> broken(side.gateway.name + ": P6: SignCounter " + counter + " was delivered, and on the disk the next is "
                            + found.remoteCounter()));
        }
        tally.count("looks at what a power cut would leave", "SignCounter");
    }
}
