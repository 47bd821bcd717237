package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.everbond.bonds.ClassicBonds;
import org.everbond.bonds.keys.LinkKeyOptions;
import org.everbond.bonds.keys.LinkKeyStore;
import org.everbond.crypto.DeviceAddress;
import org.everbond.faults.LoopInHand;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What BTstack's device databases were told to do, done here: the records that BTstack sees afterwards are the same. */
class GoldenOperationsTest {
    @TempDir
    private Path folder;

    @Test
    void link_keys_put_got_and_deleted_leave_the_same_records() throws Exception {
        var golden = golden("link-keys.tlv.json");
        var bench = LinkKeyBench.fresh(
                golden.getAsJsonObject("writer_build").get("NVM_NUM_LINK_KEYS").getAsInt());
        var found = new ArrayList<String>();
        for (var operation : golden.getAsJsonArray("operations")) {
            var result = bench.operate(operation.getAsString());
            if (!result.isEmpty()) {
                found.add(result);
            }
        }
        assertThat(bench.records()).isEqualTo(records(golden, "42544c", true));
        assertThat(found).isEqualTo(linkKeysRead(golden.getAsJsonArray("write_results")));
        assertThat(bench.events)
                .extracting(event -> event.kind() + (event.bond() == null ? "" : " " + event.bond().address().text()))
                .as("what BTstack does in silence")
                .contains("EVICTED 00:1A:7D:DA:71:01");
    }

    /** Adding, keys, signing keys, counters and removing; where all slots are taken the one added first gives way. */
    @ParameterizedTest
    @ValueSource(
            strings = {"er-ir-1bond", "er-ir-1bond-legacy", "5bonds-history", "5bonds-signed", "ccc", "ccc-stale-after-eviction"})
    void bonds_made_changed_and_removed_leave_the_same_entries(String name) throws Exception {
        var golden = golden(name + ".tlv.json");
        var database = new GoldenBonds(
                golden.getAsJsonObject("writer_build").get("LE_SIGNED_WRITE").getAsBoolean());
        golden.getAsJsonArray("operations").forEach(operation -> database.operate(operation.getAsString()));
        database.finish();
        var expected = records(golden, "425444", false);
        expected.remove("42544442");
        assertThat(database.entries()).isEqualTo(expected);
        var slots = new ArrayList<Integer>();
        for (var element : golden.getAsJsonArray("write_results")) {
            var result = element.getAsJsonObject();
            if (result.get("op").getAsString().equals("le_device_db_add")) {
                slots.add(result.get("ret").getAsInt());
            }
        }
        assertThat(database.slots).as("chosen by each add").isEqualTo(slots).isNotEmpty();
        int count = golden.getAsJsonObject("reads").getAsJsonObject("le_device_db").get("count").getAsInt();
        assertThat(database.bench.bonds.list()).hasSize(count + (name.startsWith("ccc-stale") ? 1 : 0));
    }

    @Test
    void nobody_inherits_subscriptions_and_nobody_is_lost_when_btstack_would_evict() throws Exception {
        var database = new GoldenBonds(false);
        golden("ccc-stale-after-eviction.tlv.json")
                .getAsJsonArray("operations")
                .forEach(operation -> database.operate(operation.getAsString()));
        database.finish();
        var bonds = database.bench.restarted().bonds;
        var evicted = bonds.byIdentity(DeviceAddress.parse("C0:FF:EE:00:00:01/random")).orElseThrow();
        var newcomer = bonds.byIdentity(DeviceAddress.parse("C0:FF:EE:00:00:11/random")).orElseThrow();
        assertThat(bonds.subscriptions(evicted.id()).orElseThrow().values()).isEqualTo(Map.of(9, 1, 12, 2));
        assertThat(bonds.subscriptions(newcomer.id())).isEmpty();
    }

    @Test
    void a_configuration_has_sixteen_bits() throws Exception {
        var database = new GoldenBonds(false);
        golden("ccc.tlv.json").getAsJsonArray("operations").forEach(operation -> database.operate(operation.getAsString()));
        var bonds = database.bench.restarted().bonds;
        var first = bonds.byIdentity(DeviceAddress.parse("C0:FF:EE:00:00:01/random")).orElseThrow();
        var second = bonds.byIdentity(DeviceAddress.parse("00:1B:DC:07:32:02")).orElseThrow();
        assertThat(bonds.subscriptions(first.id()).orElseThrow().values()).isEqualTo(Map.of(9, 3));
        assertThat(bonds.subscriptions(second.id()).orElseThrow().values()).isEqualTo(Map.of(9, 1, 16, 0x100));
    }

    @Test
    void iterating_finds_the_link_keys_that_btstack_finds() throws Exception {
        var golden = golden("link-keys.tlv.json");
        var file = folder.resolve("link-keys.tlv");
        try (var in = getClass().getResourceAsStream("/btstack/posix/link-keys.tlv")) {
            Files.copy(in, file);
        }
        var loop = new LoopInHand();
        try (var owner = TlvStore.create("golden", TlvStoreOwner.Options.DEFAULTS)) {
            owner.bind(new FileBackendProvider(folder).create(file.toString(), Map.of()));
            var keys = LinkKeyStore.create(owner.store(), loop, LinkKeyOptions.DEFAULT);
            var events = new ArrayList<ClassicBonds.Event>();
            keys.listen(events::add);
            loop.until(() -> !events.isEmpty());
            var expected = new TreeMap<String, String>();
            for (var element : golden.getAsJsonObject("reads").getAsJsonArray("link_keys")) {
                var key = element.getAsJsonObject();
                expected.put(
                        key.get("addr").getAsString(),
                        key.get("link_key").getAsString() + " " + key.get("type").getAsInt());
            }
            var found = new TreeMap<String, String>();
            keys.list().forEach(bond -> found.put(
                    HexFormat.of().formatHex(bond.address().octets()),
                    LinkKeyBench.text(keys.find(bond.address()).key())));
            assertThat(found).isEqualTo(expected).isNotEmpty();
            keys.close();
        }
    }

    private static ArrayList<String> linkKeysRead(JsonArray results) {
        var read = new ArrayList<String>();
        for (var element : results) {
            var result = element.getAsJsonObject();
            if (result.get("op").getAsString().equals("get_link_key")) {
                read.add(result.get("ret").getAsInt() == 0
                        ? "none"
                        : result.get("key").getAsString() + " " + result.get("type").getAsInt());
            }
        }
        return read;
    }

    /** The records under tags that begin so. */
    private static Map<String, String> records(JsonObject golden, String family, boolean linkKeys) {
        var records = new TreeMap<String, String>();
        for (var element : golden.getAsJsonObject("reads").getAsJsonArray("live_tags_newest_first")) {
            var record = element.getAsJsonObject();
            var tag = record.get("tag").getAsString();
            var value = record.get("value").getAsString();
            if (tag.startsWith(family)) {
                records.put(tag, linkKeys ? LinkKeyBench.withoutPadding(value) : value);
            }
        }
        return records;
    }

    private static JsonObject golden(String name) throws Exception {
        try (var in = GoldenOperationsTest.class.getResourceAsStream("/btstack/posix/" + name);
                var reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonObject();
        }
    }
}
