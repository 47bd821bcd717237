package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.adapter.internal.Neighbours.identity;
import static org.everbond.adapter.internal.Neighbours.kept;
import static org.everbond.adapter.internal.Neighbours.paired;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.everbond.adapter.AdapterEvent;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.crypto.Key;
import org.everbond.faults.CrashDisk;
import org.everbond.security.IoCapability;
import org.everbond.security.PairingPeer;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.everbond.security.spi.PairingAgent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What everybody tries first with a store of bonds, with whole gateways on virtual controllers, in simulated time, on every kind of
 * store that survives.
 */
class SeedsMatrixTest {
    private static final String FILE = "file:a.tlv";
    private static final String FLASH = "flash:c.img";
    private static final String NVS = "nvs:d.bin";

    private final Neighbours all = new Neighbours();

    @AfterEach
    void promisesWereKept() {
        all.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {FILE, FLASH, NVS})
    void singleBond(String store) {
        var gateway = all.gateway("gateway", store);
        var lamp = all.gateway("lamp", store);
        all.up();
        all.bond(gateway, lamp);
        var made = all.kept();
        assertThat(made).hasSize(2);

        all.restart();
        assertThat(all.kept()).isEqualTo(made);
        assertThat(all.reconnect(gateway, lamp).level()).isEqualTo(SecurityLevel.ENCRYPTED);

        all.powerCut();
        assertThat(all.kept()).isEqualTo(made);
        assertThat(all.reconnect(lamp, gateway).level()).as("with the roles turned").isEqualTo(SecurityLevel.ENCRYPTED);
    }

    /** A, B, restart, both. */
    @ParameterizedTest
    @ValueSource(strings = {FILE, FLASH, NVS})
    void severalBonds(String store) {
        var gateway = all.gateway("gateway", store);
        var a = all.gateway("a", store);
        var b = all.gateway("b", store);
        all.up();
        all.bond(gateway, a);
        all.bond(gateway, b);
        var made = all.kept();
        assertThat(made).hasSize(4);
        assertThat(kept(gateway, a).orElseThrow().keys().ltk()).isNotEqualTo(kept(gateway, b).orElseThrow().keys().ltk());

        all.restart();
        all.reconnect(gateway, a);
        all.reconnect(gateway, b);
        all.reconnect(gateway, a);

        all.powerCut();
        all.reconnect(gateway, b);
        all.reconnect(gateway, a);
        assertThat(all.kept()).isEqualTo(made);
        assertThat(gateway.adapter().bonds()).extracting(Bond::identity).containsExactlyInAnyOrder(identity(a), identity(b));
    }

    /** LTK, IRK, CSRK, key size and authentication level are after a restart what the pairing made them. */
    @ParameterizedTest
    @CsvSource({
        FILE + ", refuse, true, SECURE", FILE + ", refuse, false, ENCRYPTED", FILE + ", only, false, ENCRYPTED",
        FLASH + ", refuse, true, SECURE", FLASH + ", only, false, ENCRYPTED",
        NVS + ", refuse, true, SECURE", NVS + ", only, false, ENCRYPTED"
    })
    void bondIntegrity(String store, String legacy, boolean people, SecurityLevel level) {
        var gateway = all.gateway("gateway", store);
        var lamp = all.gateway("lamp", store);
        for (var each : List.of(gateway, lamp)) {
            each.configure("pairing.legacy", legacy);
            each.configure("pairing.signing", "true");
            if (people) {
                each.agents = List.of(new PeopleThatCompare());
            }
        }
        all.up();
        all.bond(gateway, lamp);
        var made = all.kept();
        var here = kept(gateway, lamp).orElseThrow();
        var there = kept(lamp, gateway).orElseThrow();
        assertThat(here.keys().irk()).isEqualTo(lamp.bonds().local().orElseThrow().irk());
        assertThat(there.keys().irk()).isEqualTo(gateway.bonds().local().orElseThrow().irk());
        assertThat(here.keys().remoteCsrk()).isNotNull().isEqualTo(there.keys().localCsrk());
        assertThat(there.keys().remoteCsrk()).isNotNull().isEqualTo(here.keys().localCsrk());
        boolean secureConnections = legacy.equals("refuse");
        assertThat(here.keys().ltk().equals(there.keys().ltk())).as("one LTK for both").isEqualTo(secureConnections);
        for (var kept : List.of(here, there)) {
            assertThat(kept.keys().ltk().isZero()).isFalse();
            assertThat(kept.keys().rand() == 0 && kept.keys().ediv() == 0).isEqualTo(secureConnections);
            assertThat(kept.bond().security().keySize()).isEqualTo(16);
            assertThat(kept.bond().security().level()).isEqualTo(level);
            assertThat(kept.bond().security().authenticated()).isEqualTo(people);
            assertThat(kept.bond().security().secureConnections()).isEqualTo(secureConnections);
            assertThat(kept.bond().security().method())
                    .isEqualTo(people ? PairingMethod.NUMERIC_COMPARISON : PairingMethod.JUST_WORKS);
        }

        all.powerCut();
        assertThat(all.kept()).isEqualTo(made);
        assertThat(all.reconnect(gateway, lamp)).isEqualTo(here.bond().security());
        all.restart();
        assertThat(all.kept()).isEqualTo(made);
        assertThat(all.reconnect(lamp, gateway)).isEqualTo(there.bond().security());
    }

    /** A disk that is full costs the newcomer its pairing, at both sides, and nobody a bond. */
    @Test
    void lowStorage() {
        var gateway = all.gateway("gateway", FILE);
        var lamp = all.gateway("lamp", FILE);
        var newcomer = all.gateway("newcomer", FILE);
        all.up();
        all.bond(gateway, lamp);
        var made = all.kept();

        gateway.failDisk(CrashDisk.Fault.ENOSPC, 0, 1_000_000);
        var link = all.connect(gateway, newcomer);
        assertThat(all.failing(link.pair())).contains("could not be stored").contains("the disk is full; make room");
        all.until(() -> newcomer.events.stream().anyMatch(AdapterEvent.PairingFailed.class::isInstance), "the newcomer is not told");
        all.disconnect(link);
        assertThat(all.kept()).isEqualTo(made);
        all.reconnect(gateway, lamp);

        gateway.healDisk();
        all.restart();
        assertThat(all.kept()).isEqualTo(made);
        all.reconnect(gateway, lamp);
        // To the newcomer it was a failed attempt like any other (Vol 3, Part H, 2.3.6).
        all.advance(Duration.ofMinutes(1));
        all.bond(gateway, newcomer);
        all.powerCut();
        all.reconnect(gateway, newcomer);
        all.reconnect(gateway, lamp);
    }

    /** A place that takes few bonds takes the newcomer and lets go of the one not used for longest, and says so. */
    @ParameterizedTest
    @ValueSource(strings = {"flash:c.img?bank-size=1024", "nvs:d.bin?size=12K", FILE})
    void lowStorageOfASmallPlace(String store) {
        var gateway = all.gateway("gateway", store);
        gateway.configure("bond.capacity", "6");
        var peers = IntStream.range(0, 9).mapToObj(number -> all.gateway("peer" + number, FILE)).toList();
        all.up();
        for (var peer : peers) {
            all.bond(gateway, peer);
            var bonds = gateway.adapter().bonds();
            long evicted = changes(gateway, BondEvent.Kind.EVICTED);
            assertThat(bonds.size() + evicted).as("there, or said to have given way").isEqualTo(changes(gateway, BondEvent.Kind.CREATED));
            assertThat(bonds).extracting(Bond::identity).as("the newcomer").contains(identity(peer));
        }
        var made = all.kept();
        assertThat(gateway.adapter().bonds()).hasSizeBetween(1, 6);

        all.powerCut();
        assertThat(all.kept()).isEqualTo(made);
        for (var bond : gateway.adapter().bonds()) {
            all.reconnect(gateway, peers.stream().filter(peer -> identity(peer).equals(bond.identity())).findFirst().orElseThrow());
        }
    }

    private static long changes(SimulatedGateway gateway, BondEvent.Kind kind) {
        return gateway.events.stream()
                .filter(event -> event instanceof AdapterEvent.BondChanged changed && changed.event().kind() == kind)
                .count();
    }

    /** Three links pair at a time, two that the gateway made and one that was made to it. */
    @ParameterizedTest
    @ValueSource(strings = {FILE, FLASH, NVS})
    void concurrentPairing(String store) {
        var gateway = all.gateway("gateway", store);
        var a = all.gateway("a", store);
        var b = all.gateway("b", store);
        var phone = all.gateway("phone", store);
        all.up();
        var links = List.of(all.connect(gateway, a), all.connect(gateway, b), all.connect(phone, gateway));
        var results = links.stream().map(link -> link.pair().toCompletableFuture()).toList();
        all.until(() -> results.stream().allMatch(CompletableFuture::isDone), "not all have paired");
        results.forEach(CompletableFuture::join);
        for (var peer : List.of(a, b, phone)) {
            all.until(() -> paired(gateway, peer) && paired(peer, gateway), "not bonded with " + peer.name);
        }
        var made = all.kept();
        assertThat(made).hasSize(6);
        assertThat(IntStream.range(0, 3).mapToObj(i -> List.of(a, b, phone).get(i))
                        .map(peer -> kept(gateway, peer).orElseThrow().keys().ltk()))
                .doesNotHaveDuplicates();

        all.powerCut();
        assertThat(all.kept()).isEqualTo(made);
        all.reconnect(gateway, a);
        all.reconnect(gateway, b);
        all.reconnect(phone, gateway);
    }

    /** What is forgotten is gone for good, its key leaves the file, its name is not used again; whoever stays is not touched. */
    @Test
    void deletionAndCleanUp() {
        var gateway = all.gateway("gateway", FILE);
        var a = all.gateway("a", FILE);
        var b = all.gateway("b", FILE);
        all.up();
        all.bond(gateway, a);
        all.bond(gateway, b);
        var gone = kept(gateway, a).orElseThrow();
        var stays = kept(gateway, b).orElseThrow();
        var link = all.connect(gateway, a);
        all.of(link.encrypt());
        assertThat(isInFile(gateway, gone.keys().ltk())).isTrue();

        all.of(gateway.adapter().forget(gone.bond().id()).thenApply(nothing -> true));
        all.until(() -> !link.isOpen(), "the link of a forgotten bond does not end");
        all.advance(Duration.ofMinutes(1));
        all.powerCut();
        assertThat(gateway.adapter().bonds()).containsExactly(stays.bond());
        assertThat(kept(gateway, b)).contains(stays);
        all.reconnect(gateway, b);
        assertThat(isInFile(gateway, gone.keys().ltk())).as("the forgotten LTK is in the file").isFalse();
        assertThat(isInFile(gateway, stays.keys().ltk())).isTrue();

        // The other side still has it, hears that we have not, keeps it, and can pair again.
        var again = all.connect(a, gateway);
        assertThat(all.failing(again.encrypt())).isNotBlank();
        all.until(() -> a.events.stream().anyMatch(event ->
                event instanceof AdapterEvent.BondLost lost && lost.cause() == Cause.PEER_FORGOT), "nobody says that the bond is lost");
        assertThat(a.adapter().bonds()).hasSize(1);
        if (again.isOpen()) {
            all.disconnect(again);
        }
        all.bond(a, gateway);
        assertThat(kept(gateway, a).orElseThrow().bond().id()).isNotEqualTo(gone.bond().id());

        List.copyOf(gateway.adapter().bonds()).forEach(bond -> all.of(gateway.adapter().forget(bond.id()).thenApply(done -> true)));
        all.powerCut();
        assertThat(gateway.adapter().bonds()).isEmpty();
        assertThat(identity(gateway)).isNotNull();
        all.bond(gateway, b);
    }

    private static boolean isInFile(SimulatedGateway gateway, Key key) {
        var reversed = new byte[16];
        key.writeLittleEndian(reversed, 0);
        var file = gateway.file("a.tlv");
        return IntStream.rangeClosed(0, file.length - 16)
                .mapToObj(at -> Arrays.copyOfRange(file, at, at + 16))
                .anyMatch(octets -> Arrays.equals(octets, key.octets()) || Arrays.equals(octets, reversed));
    }

    @ParameterizedTest
    @ValueSource(strings = {FILE, FLASH, NVS})
    void hundredRestartCycles(String store) {
        var gateway = all.gateway("gateway", store);
        var a = all.gateway("a", store);
        var b = all.gateway("b", store);
        all.up();
        all.bond(gateway, a);
        all.bond(b, gateway);
        var made = all.kept();
        for (int cycle = 0; cycle < 100; cycle++) {
            if (cycle % 2 == 0) {
                all.restart();
            } else {
                all.powerCut();
            }
            assertThat(all.kept()).as("cycle %d", cycle).isEqualTo(made);
            all.reconnect(gateway, a);
            all.reconnect(b, gateway);
        }
        System.out.println("seeds' matrix on " + store + ": 100 restarts of three gateways, 200 reconnections, 0 pairings");
    }

    /** People at both ends who see the same number. */
    private static final class PeopleThatCompare implements PairingAgent {
        @Override
        public IoCapability ioCapability(PairingPeer peer) {
            return IoCapability.DISPLAY_YES_NO;
        }

        @Override
        public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletionStage<Boolean> confirmNumber(PairingPeer peer, int number) {
            return CompletableFuture.completedFuture(true);
        }
    }
}
