package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.adapter.internal.Gateway.get;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.LinkStatus;
import org.everbond.bonds.Bond;
import org.everbond.crypto.DeviceAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is forgotten while the bonds are in memory only is forgotten, whatever store= says next and however often the gateway is restarted. */
class ForgottenElsewhereTest extends GatewaysOnAir {
    private static final DeviceAddress HEADSET = DeviceAddress.parse("00:1B:DC:07:32:EF");

    private Gateway main;
    private Gateway lamp;
    private Gateway lock;

    @BeforeEach
    void threeGateways() {
        main = new Gateway("main", air.controller(), folder);
        lamp = peripheral("lamp");
        lock = peripheral("lock");
    }

    private Gateway peripheral(String name) {
        return new Gateway(name, air.controller(), folder).with("bondable", "on").with("pairing.justWorks", "accept");
    }

    private Bond pair(Gateway peripheral) {
        var link = connected(main, peripheral);
        var result = get(link.pair());
        get(link.disconnect());
        main.await(AdapterEvent.Disconnected.class);
        return result.bond().orElseThrow();
    }

    private void storeIs(String store, String resource) {
        main.with("store", store).reconfigure();
        main.awaitStore(resource);
    }

    /** Bonds with both in {@code main.tlv}, of which that with the lamp is forgotten while they are in memory. */
    private Bond lampForgottenInMemory() {
        var forgotten = pair(lamp);
        var kept = pair(lock);
        storeIs("memory:", "memory:");
        get(main.adapter().forget(forgotten.id()));
        assertThat(folder.resolve("main.forgotten")).exists();
        return kept;
    }

    @Test
    void itIsForgottenAfterARestartOnTheOldStore() {
        Bond kept;
        try (var a = lamp.startUp(); var b = lock.startUp(); var c = main.startUp()) {
            kept = lampForgottenInMemory();
        }
        main.with("store", "file:main.tlv");
        for (int restarts = 0; restarts < 2; restarts++) {
            main.events.clear();
            try (var again = main.startUp()) {
                assertThat(main.adapter().bonds()).containsExactly(kept);
                assertThat(main.events).as("nobody was ever told of the other").noneMatch(event -> event instanceof AdapterEvent.BondChanged change
                        && change.event().bond() != null && !change.event().bond().equals(kept));
            }
            assertThat(folder.resolve("main.forgotten")).doesNotExist();
        }
    }

    @Test
    void itIsForgottenAfterARunInMemoryAndOnAnotherStoreAndNobodyElseIs() {
        Bond kept;
        try (var a = lamp.startUp(); var b = lock.startUp(); var c = main.startUp()) {
            kept = lampForgottenInMemory();
        }
        // Starts with memory again, which has nothing to do with the bonds.
        try (var again = main.startUp()) {
            assertThat(main.adapter().bonds()).isEmpty();
        }
        assertThat(folder.resolve("main.forgotten")).exists();
        main.with("store", "file:other.tlv");
        try (var again = main.startUp()) {
            main.awaitStore("other.tlv");
            assertThat(main.adapter().bonds()).containsExactly(kept);
            assertThat(folder.resolve("main.forgotten")).doesNotExist();
        }
        main.with("store", "file:main.tlv");
        try (var again = main.startUp()) {
            main.awaitStore("main.tlv");
            assertThat(main.adapter().bonds()).containsExactly(kept);
        }
    }

    @Test
    void withoutARestartTheNoteEndsWhenTheOldStoreServes() {
        try (var a = lamp.startUp(); var b = lock.startUp(); var c = main.startUp()) {
            var kept = lampForgottenInMemory();
            storeIs("file:main.tlv", "main.tlv");
            assertThat(main.adapter().bonds()).containsExactly(kept);
            assertThat(folder.resolve("main.forgotten")).doesNotExist();
        }
    }

    @Test
    void aPeerThatPairsAnewHasItsNewBondOnly() {
        Bond anew;
        try (var a = lamp.startUp(); var b = lock.startUp(); var c = main.startUp()) {
            lampForgottenInMemory();
            get(lamp.adapter().forget(lamp.adapter().bonds().get(0).id()));
            anew = pair(lamp);
            storeIs("file:main.tlv", "main.tlv");
            assertThat(main.adapter().bonds()).hasSize(2).contains(anew);
        }
        try (var b = lamp.startUp(); var c = main.startUp()) {
            assertThat(main.adapter().bonds()).hasSize(2).contains(anew);
            get(lamp.adapter().advertise(advertising()));
            var link = get(main.adapter().connect(anew.id(), LONG));
            assertThat(get(link.encrypt())).extracting(LinkStatus::security).isNotNull();
        }
    }

    /** The bond that was made in memory is gone with the process, and was never said to last; the one before it is gone, too. */
    @Test
    void aPeerThatPairedAnewInMemoryOnlyHasNoBondAfterARestart() {
        Bond kept;
        try (var a = lamp.startUp(); var b = lock.startUp(); var c = main.startUp()) {
            kept = lampForgottenInMemory();
            get(lamp.adapter().forget(lamp.adapter().bonds().get(0).id()));
            pair(lamp);
        }
        main.with("store", "file:main.tlv");
        try (var c = main.startUp()) {
            assertThat(main.adapter().bonds()).containsExactly(kept);
        }
    }

    @Test
    void aClassicLinkKeyIsForgottenLikewise() throws Exception {
        var entry = ByteBuffer.allocate(32).put(new byte[] {1, 0, 0, 0}).put(HEADSET.octets()).put(new byte[16]).put(28, (byte) 8);
        entry.put(10, (byte) 0x42);
        Files.write(folder.resolve("main.tlv"), ByteBuffer.allocate(8 + 8 + 32)
                .put("BTstack\0".getBytes(US_ASCII)).put("BTL".getBytes(US_ASCII)).put((byte) 15).putInt(32).put(entry.array()).array());
        try (var c = main.startUp()) {
            assertThat(main.adapter().classicBonds()).hasSize(1);
            storeIs("memory:", "memory:");
            get(main.adapter().forgetClassic(HEADSET));
        }
        main.with("store", "file:main.tlv");
        try (var c = main.startUp()) {
            assertThat(main.adapter().classicBonds()).isEmpty();
        }
    }
}
