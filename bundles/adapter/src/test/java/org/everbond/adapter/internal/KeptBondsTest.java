package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.everbond.adapter.internal.Gateway.get;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.everbond.adapter.AdapterEvent;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.LinkKeyType;
import org.everbond.bonds.spi.EvictionGuard;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.PairingResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which bonds are kept when there is room for one only, and the Classic ones of another stack on the same store. */
class KeptBondsTest extends GatewaysOnAir {
    private Gateway first;
    private Gateway second;
    private Gateway full;

    @BeforeEach
    void threeGateways() {
        first = new Gateway("first", air.controller(), folder);
        second = new Gateway("second", air.controller(), folder);
        full = new Gateway("full", air.controller(), folder)
                .with("bond.capacity", 1)
                .with("bondable", "on")
                .with("pairing.justWorks", "accept");
    }

    /** A pairing, and what it was to the side with the room for one. */
    private AdapterEvent pair(Gateway central) {
        var link = connected(central, full);
        link.pair();
        var end = full.await(AdapterEvent.class, event -> event instanceof AdapterEvent.Paired || event instanceof AdapterEvent.PairingFailed);
        get(link.disconnect());
        full.await(AdapterEvent.Disconnected.class);
        return end;
    }

    private void assertPaired(Gateway central) {
        assertThat(pair(central)).isInstanceOfSatisfying(AdapterEvent.Paired.class,
                paired -> assertThat(paired.result().bonding()).isEqualTo(PairingResult.Bonding.BONDED));
    }

    private void assertRefused(Gateway central, String because) {
        assertThat(pair(central)).isInstanceOfSatisfying(AdapterEvent.PairingFailed.class,
                failed -> assertThat(failed.explanation()).contains(because));
    }

    private Bond bondWithFirst() {
        assertPaired(first);
        return full.adapter().bonds().get(0);
    }

    @Test
    void whoGivesWayIsAnnounced() {
        try (var a = first.startUp(); var b = second.startUp(); var c = full.startUp()) {
            var evicted = bondWithFirst();
            var events = new LinkedBlockingQueue<AdapterEvent>();
            full.adapter().listen(events::add);
            assertPaired(second);
            assertThat(events)
                    .filteredOn(AdapterEvent.BondChanged.class::isInstance)
                    .extracting(event -> ((AdapterEvent.BondChanged) event).event().kind())
                    .containsExactly(BondEvent.Kind.EVICTED, BondEvent.Kind.CREATED);
            assertThat(events)
                    .filteredOn(AdapterEvent.BondChanged.class::isInstance)
                    .first()
                    .extracting(event -> ((AdapterEvent.BondChanged) event).event().bond().id())
                    .isEqualTo(evicted.id());
            assertThat(full.adapter().bonds()).singleElement().extracting(Bond::identity)
                    .isEqualTo(second.adapter().status().identity().orElseThrow());
        }
    }

    @Test
    void aPinnedBondStaysAndIsPinnedAfterARestart() {
        try (var a = first.startUp(); var b = second.startUp(); var c = full.startUp()) {
            var bond = bondWithFirst();
            get(full.adapter().pin(bond.id(), true));
            assertThat(full.await(AdapterEvent.BondChanged.class, event -> event.event().kind() == BondEvent.Kind.UPDATED)
                    .event().bond().pinned()).isTrue();
            assertRefused(second, "pinned");
        }
        try (var b = second.startUp(); var c = full.startUp()) {
            var bond = full.adapter().bonds().get(0);
            assertThat(bond.pinned()).isTrue();
            get(full.adapter().pin(bond.id(), false));
            assertPaired(second);
        }
    }

    @Test
    void aServiceKeepsABondAsLongAsItIsThere() {
        BlockingQueue<Bond> asked = new LinkedBlockingQueue<>();
        EvictionGuard guard = bond -> {
            asked.add(bond);
            return CompletableFuture.completedFuture(true);
        };
        EvictionGuard ofAnotherAdapter = bond -> {
            throw new IllegalStateException("asked");
        };
        try (var a = first.startUp(); var b = second.startUp(); var c = full.startUp()) {
            var bond = bondWithFirst();
            full.environment.guards().add(guard, Map.of());
            full.environment.guards().add(ofAnotherAdapter, Map.of("adapter", "other"));
            assertRefused(second, "guarded");
            assertThat(asked).extracting(Bond::id).containsExactly(bond.id());
            full.environment.guards().remove(guard);
            assertPaired(second);
        }
    }

    @Test
    void aGuardThatNeverAnswersKeepsTheBondAndHoldsUpNobodyForLong() {
        try (var a = first.startUp(); var b = second.startUp(); var c = full.startUp()) {
            var bond = bondWithFirst();
            full.environment.guards().add(asked -> new CompletableFuture<>(), Map.of());
            assertRefused(second, "guarded");
            assertThat(full.adapter().bonds()).singleElement().extracting(Bond::id).isEqualTo(bond.id());
        }
    }

    @Test
    void classicLinkKeysOfBtstackAreListedAndForgotten() throws Exception {
        var headset = DeviceAddress.parse("00:1B:DC:07:32:EF");
        var entry = ByteBuffer.allocate(32).put(new byte[] {1, 0, 0, 0}).put(headset.octets()).put(new byte[16]).put(28, (byte) 8);
        entry.put(10, (byte) 0x42);
        Files.write(folder.resolve("first.tlv"), ByteBuffer.allocate(8 + 8 + 32)
                .put("BTstack\0".getBytes(US_ASCII)).put("BTL".getBytes(US_ASCII)).put((byte) 15).putInt(32).put(entry.array()).array());
        try (var a = first.startUp()) {
            assertThat(first.adapter().classicBonds()).isEqualTo(List.of(new ClassicBond(headset, LinkKeyType.AUTHENTICATED_P256)));
            assertThatThrownBy(() -> get(first.adapter().forgetClassic(DeviceAddress.parse("00:00:00:00:00:01"))))
                    .hasMessageContaining("there is no Classic link key of 00:00:00:00:00:01");
            get(first.adapter().forgetClassic(headset));
            var forgotten = first.await(AdapterEvent.ClassicBondChanged.class, event -> event.event().kind() == BondEvent.Kind.FORGOTTEN);
            assertThat(forgotten.event().bond().address()).isEqualTo(headset);
            assertThat(first.adapter().classicBonds()).isEmpty();
        }
        try (var a = first.startUp()) {
            assertThat(first.adapter().classicBonds()).isEmpty();
        }
    }
}
