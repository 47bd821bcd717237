package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client of BTstack's GATT server is subscribed still when the same table is served from the same store here. */
class BtstackSubscriptionsTest {
    private static final DeviceAddress EVEN = DeviceAddress.parse("00:1B:DC:07:32:02");
    private static final DeviceAddress ODD = DeviceAddress.parse("C0:FF:EE:00:00:01/random");
    /** As BTstack keeps it: least significant octet first. */
    private static final byte[] BTDB = HexFormat.of().parseHex("ff0102030405060708090a0b0c0d0e00");
    private static final byte[] HASH = HexFormat.of().parseHex("000e0d0c0b0a090807060504030201ff");

    @TempDir
    private Path folder;

    private TestStore golden(String name) throws Exception {
        var file = folder.resolve(name);
        try (var in = getClass().getResourceAsStream("/btstack/posix/" + name + ".tlv")) {
            Files.copy(in, file);
        }
        var backend = new FileBackendProvider(folder).create(name, Map.of());
        var store = TestStore.ready();
        store.values.putAll(backend.open().values());
        backend.close();
        return store;
    }

    private Bench opened(String file, byte[] hash) throws Exception {
        var store = golden(file);
        if (hash != null) {
            store.values.put(Tags.databaseHash(), hash);
        }
        return Bench.on(store);
    }

    private static Optional<Subscriptions> of(Bench bench, DeviceAddress peer) {
        return bench.bonds.subscriptions(bench.bonds.byIdentity(peer).orElseThrow().id());
    }

    @Test
    void eachBondGetsItsOwnWithTheHashOfTheirTable() throws Exception {
        var bench = opened("ccc", BTDB);
        assertThat(of(bench, ODD)).contains(new Subscriptions(HASH, Map.of(9, 3)));
        // Also handle 16, with a value that BTstack has cut to 0.
        assertThat(of(bench, EVEN)).contains(new Subscriptions(HASH, Map.of(9, 1)));
        var again = bench.restarted();
        assertThat(of(again, ODD)).contains(new Subscriptions(HASH, Map.of(9, 3)));
        assertThat(again.store.values).as("BTstack keeps its own").containsKeys(0x42544311, 0x42544312, 0x42544313);
    }

    /** Everbond's own word counts from then on. */
    @Test
    void theyAreTakenOnce() throws Exception {
        var bench = opened("ccc", BTDB);
        var bond = bench.bonds.byIdentity(ODD).orElseThrow();
        bench.done(bench.bonds.saveSubscriptions(bond.id(), new Subscriptions(HASH, Map.of(12, 2))));
        assertThat(of(bench.restarted(), ODD)).contains(new Subscriptions(HASH, Map.of(12, 2)));
    }

    @Test
    void withoutAHashTheyBelongToNoTable() throws Exception {
        var bench = opened("ccc", null);
        assertThat(of(bench, ODD)).isEmpty();
        assertThat(of(bench, EVEN)).isEmpty();
    }

    @Test
    void whoComesAfterAnEvictedPeerDoesNotInheritThem() throws Exception {
        var bench = opened("ccc-stale-after-eviction", BTDB);
        assertThat(of(bench, DeviceAddress.parse("C0:FF:EE:00:00:11/random"))).isEmpty();
        assertThat(bench.bonds.list()).hasSize(16).allMatch(bond -> bench.bonds.subscriptions(bond.id()).isEmpty());
    }

    @Test
    void whatIsNoSubscriptionIsLeftOut() throws Exception {
        var store = golden("ccc");
        store.values.put(Tags.databaseHash(), BTDB);
        store.values.put(0x42544300, HexFormat.of().parseHex("090000000000010f"));
        store.values.put(0x42544301, HexFormat.of().parseHex("090000000b00ff0f"));
        store.values.put(0x42544302, HexFormat.of().parseHex("090000000b0001"));
        store.values.put(0x42544303, HexFormat.of().parseHex("090000000b000105"));
        assertThat(of(Bench.on(store), ODD)).contains(new Subscriptions(HASH, Map.of(9, 3)));
    }
}
