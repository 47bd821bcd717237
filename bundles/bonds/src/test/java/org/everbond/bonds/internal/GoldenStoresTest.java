package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.faults.LoopInHand;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that BTstack's own code wrote: we find exactly the bonds that it finds, and leave its entries as they are. */
class GoldenStoresTest {
    private static final DeviceAddress CONTROLLER = DeviceAddress.parse("00:1B:DC:07:32:EF");

    @TempDir
    private Path folder;

    private final LoopInHand loop = new LoopInHand();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5bonds-history",
                "5bonds-signed",
                "btdb-collision",
                "ccc",
                "ccc-dbhash",
                "ccc-stale-after-eviction",
                "edge-values",
                "empty",
                "er-ir-1bond",
                "er-ir-1bond-legacy",
                "er-ir-only",
                "history-256",
                "link-keys",
                "recover-delete-of-unknown",
                "recover-max-length",
                "recover-short-header",
                "recover-status-byte-nonzero",
                "recover-trailing-garbage",
                "recover-truncated-5bonds",
                "recover-truncated-entry-header",
                "recover-truncated-value",
                "recover-zero-bytes"
            })
    void the_bonds_are_those_that_btstack_finds(String name) throws Exception {
        boolean sidecarOfFile = !name.startsWith("recover");
        var expected = expected(name + (sidecarOfFile ? ".tlv.json" : ".json"));
        var file = folder.resolve(name + ".tlv");
        try (var golden = getClass().getResourceAsStream("/btstack/posix/" + name + ".tlv")) {
            Files.copy(golden, file);
        }
        try (var owner = open(file)) {
            // Where all slots are taken, a newcomer would move the oldest one: here it goes beyond them.
            var options = BondOptions.DEFAULT.withSlots(expected.size() >= 16 ? 0 : 16);
            var bonds = load(owner, options);
            assertThat(found(bonds)).isEqualTo(expected);
            assertThat(bonds.local().isPresent() || bonds.ready()).isTrue();
            if (bonds.identityAddress().isEmpty()) {
                loop.await(bonds.adoptIdentity(CONTROLLER));
            }
            loop.await(bonds.commit(Bench.newBond(4711, 1, Bench.JUST_WORKS)));
            bonds.close();
        }
        try (var owner = open(file)) {
            var bonds = load(owner, BondOptions.DEFAULT);
            assertThat(bonds.byIdentity(Bench.address(4711))).isPresent();
            assertThat(found(bonds)).hasSize(expected.size() + 1).containsAll(expected);
            assertThat(bonds.list()).extracting(bond -> bond.id().serial()).doesNotHaveDuplicates();
            checkEntriesUntouched(name, owner.store());
            bonds.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"er-ir-1bond", "5bonds-signed", "5bonds-history"})
    void the_local_keys_are_those_that_btstack_derives(String name) throws Exception {
        var file = folder.resolve("store.tlv");
        try (var golden = getClass().getResourceAsStream("/btstack/posix/" + name + ".tlv")) {
            Files.copy(golden, file);
        }
        try (var owner = open(file)) {
            var bonds = load(owner, BondOptions.DEFAULT);
            loop.await(bonds.adoptIdentity(CONTROLLER));
            var local = bonds.local().orElseThrow();
            assertThat(local.irk()).isEqualTo(key("84d4c9c08b4f482861e3a9c6c35bc4d9"));
            assertThat(local.dhk()).isEqualTo(key("daef4ff7e13d46a6dbcb1c024e725387"));
            assertThat(local.identityAddress()).isEqualTo(CONTROLLER);
            bonds.close();
        }
    }

    private TlvStoreOwner open(Path file) {
        var owner = TlvStore.create("golden", TlvStoreOwner.Options.DEFAULTS);
        owner.bind(new FileBackendProvider(folder).create(file.toString(), Map.of()));
        return owner;
    }

    /** Runs the loop until the bonds were loaded. */
    private BondStore load(TlvStoreOwner owner, BondOptions options) throws Exception {
        var bonds = BondStore.create(owner.store(), loop, options);
        loop.until(bonds::ready);
        return bonds;
    }

    private static List<String> expected(String sidecar) throws Exception {
        var entries = new TreeSet<String>();
        for (JsonElement element : reads(sidecar).getAsJsonObject("le_device_db").getAsJsonArray("entries")) {
            var entry = element.getAsJsonObject();
            var key = entry.get("ltk").getAsString();
            boolean none = key.equals("0".repeat(32));
            entries.add(String.join(
                    " ",
                    entry.get("addr_type").getAsString(),
                    entry.get("addr").getAsString(),
                    entry.get("irk").getAsString(),
                    key,
                    entry.get("ediv").getAsString(),
                    entry.get("rand").getAsString(),
                    none ? "7" : entry.get("key_size").getAsString(),
                    none ? "0" : entry.get("authenticated").getAsString(),
                    entry.get("secure_connection").getAsString(),
                    signing(entry, "remote"),
                    signing(entry, "local")));
        }
        return List.copyOf(entries);
    }

    private static String signing(JsonObject entry, String side) {
        var csrk = entry.get(side + "_csrk");
        return csrk == null ? "0".repeat(32) + " 0" : csrk.getAsString() + " " + entry.get(side + "_counter").getAsLong();
    }

    private static Collection<String> found(BondStore bonds) {
        var entries = new TreeSet<String>();
        for (var bond : bonds.list()) {
            var keys = bonds.keys(bond.id()).orElseThrow();
            entries.add(String.join(
                    " ",
                    "" + bond.identity().type().value(),
                    HexFormat.of().formatHex(bond.identity().octets()),
                    hex(keys.irk()),
                    hex(keys.ltk()),
                    "" + keys.ediv(),
                    HexFormat.of().toHexDigits(keys.rand()),
                    "" + bond.security().keySize(),
                    bond.security().authenticated() ? "1" : "0",
                    bond.security().secureConnections() ? "1" : "0",
                    hex(keys.remoteCsrk()) + " " + keys.remoteCounter(),
                    hex(keys.localCsrk()) + " " + keys.localCounter()));
        }
        return List.copyOf(entries);
    }

    private static void checkEntriesUntouched(String name, TlvStore store) throws Exception {
        boolean sidecarOfFile = !name.startsWith("recover");
        var values = new TreeMap<Integer, String>();
        for (var element : reads(name + (sidecarOfFile ? ".tlv.json" : ".json")).getAsJsonArray("live_tags_newest_first")) {
            var record = element.getAsJsonObject();
            if (record.get("len").getAsInt() > 0) {
                values.put(
                        HexFormat.fromHexDigits(record.get("tag").getAsString()), record.get("value").getAsString());
            }
        }
        values.forEach((tag, value) -> {
            var now = store.get(tag);
            assertEquals(value, now == null ? null : HexFormat.of().formatHex(now), () -> String.format("tag %08x", tag));
        });
    }

    private static JsonObject reads(String sidecar) throws Exception {
        try (var in = GoldenStoresTest.class.getResourceAsStream("/btstack/posix/" + sidecar)) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject()
                    .getAsJsonObject("reads");
        }
    }

    private static String hex(Key key) {
        return HexFormat.of().formatHex(key == null ? new byte[16] : key.octets());
    }

    private static Key key(String hex) {
        return Key.of(HexFormat.of().parseHex(hex));
    }
}
