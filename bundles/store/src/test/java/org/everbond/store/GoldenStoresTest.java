package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.sidecar;
import static org.everbond.store.Run.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.everbond.crypto.Key;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists what BTstack and Espressif's library have written, and finds what they found. */
class GoldenStoresTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"5bonds-signed", "5bonds-history", "history-256", "link-keys", "edge-values", "recover-truncated-5bonds",
            "recover-trailing-garbage", "recover-truncated-value"})
    void aLogFileIsRecognisedAndListed(String name) throws Exception {
        var expected = sidecar(name + (name.startsWith("recover") ? ".json" : ".tlv.json")).getAsJsonObject("reads");

        var listed = store(golden(folder, name + ".tlv"), "--json", "--keys").succeeds();

        assertThat(listed.objects("store")).singleElement().satisfies(store -> {
            assertThat(store.get("format").getAsString()).isEqualTo("file");
            assertThat(store.get("id").isJsonNull()).isTrue();
        });
        assertThat(listed.values()).isEqualTo(values(expected.getAsJsonArray("live_tags_newest_first")));
        assertThat(bonds(listed)).isEqualTo(entries(expected.getAsJsonObject("le_device_db").getAsJsonArray("entries")));
    }

    @ParameterizedTest
    @CsvSource({"delete_field-a8-bonds-4k,delete-field,8", "write_once-a1-bonds-4k,write-once,1", "overwrite-a1-bonds-4k,overwrite,1"})
    void aFlashImageIsListedInItsLayout(String name, String mode, int alignment) throws Exception {
        var expected = sidecar(name + ".json");

        var listed = store(golden(folder, name + ".bin"), "--format", "flash", "--mode", mode, "--alignment", alignment,
                "--bank-size", 4096, "--json", "--keys").succeeds();

        assertThat(listed.objects("store").get(0).get("format").getAsString()).isEqualTo("flash");
        assertThat(listed.values()).isEqualTo(values(expected.getAsJsonObject("after_open").getAsJsonArray("live")));
        assertThat(bonds(listed)).isEqualTo(entries(expected.getAsJsonObject("le_device_db").getAsJsonArray("entries")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lib61-mixed", "lib61-many-bonds"})
    void anNvsPartitionIsRecognisedAndItsNamespaceListed(String name) throws Exception {
        var expected = new TreeMap<String, String>();
        sidecar(name + ".json").getAsJsonArray("items").forEach(item -> {
            var value = item.getAsJsonObject();
            if (value.get("namespace").getAsString().equals("BTstack")) {
                expected.put(value.get("key").getAsString().toLowerCase(Locale.ROOT), value.get("value").getAsString());
            }
        });

        var listed = store(golden(folder, name + ".bin"), "--json", "--keys").succeeds();

        assertThat(listed.objects("store").get(0).get("format").getAsString()).isEqualTo("nvs");
        assertThat(listed.values()).isEqualTo(expected);
    }

    @Test
    void everyTagHasAName() throws Exception {
        var listed = store(golden(folder, "5bonds-signed.tlv"), "--json").succeeds();

        assertThat(listed.objects("tag")).extracting(tag -> tag.get("tag").getAsString() + " " + tag.get("name").getAsString())
                .containsExactly("4254440b BTD+11", "4254440c BTD+12", "4254440d BTD+13", "4254440f BTD+15", "534d4552 SMER", "534d4952 SMIR");
    }

    @Test
    void classicLinkKeysAreListed() throws Exception {
        var listed = store(golden(folder, "link-keys.tlv"), "--json", "--keys").succeeds();

        var expected = new TreeMap<String, String>();
        sidecar("link-keys.tlv.json").getAsJsonObject("reads").getAsJsonArray("link_keys").forEach(each -> {
            var entry = each.getAsJsonObject();
            // In the order of HCI there, as every key here.
            var octets = HexFormat.of().parseHex(entry.get("link_key").getAsString());
            expected.put(address(entry), HexFormat.of().formatHex(Key.ofLittleEndian(octets, 0).octets()));
        });
        assertThat(listed.objects("classic").stream()
                .collect(Collectors.toMap(key -> key.get("classic").getAsString(), key -> key.get("linkKey").getAsString())))
                .isEqualTo(expected);
    }

    @Test
    void keysAreShownOnDemandOnly() throws Exception {
        var file = golden(folder, "5bonds-signed.tlv");
        var keys = store(file, "--json", "--keys").objects("bond").stream()
                .flatMap(bond -> Stream.of("ltk", "irk", "remoteCsrk", "localCsrk").map(key -> bond.get(key).getAsString()))
                .toList();
        assertThat(keys).hasSize(16).doesNotHaveDuplicates();

        for (var arguments : new Object[][] {{file}, {file, "--json"}, {"check", file}, {"check", file, "--json"}}) {
            var shown = store(arguments).succeeds();
            assertThat(shown.out() + shown.err()).doesNotContain(keys).doesNotContain("0f1e2d3c", "00112233");
        }
        assertThat(store(file, "--keys").out()).contains(keys);
    }

    private static Map<String, String> values(JsonArray live) {
        var values = new TreeMap<String, String>();
        live.forEach(tag -> values.put(tag.getAsJsonObject().get("tag").getAsString(), tag.getAsJsonObject().get("value").getAsString()));
        return values;
    }

    /** BTstack's view of its LE device DB, by slot. */
    private static Map<String, List<Object>> entries(JsonArray entries) {
        var bonds = new TreeMap<String, List<Object>>();
        entries.forEach(each -> {
            var entry = each.getAsJsonObject();
            var address = address(entry) + (entry.get("addr_type").getAsInt() == 0 ? "/public" : "/random");
            bonds.put("BTD+" + entry.get("index"), List.of(address, key(entry, "ltk"), key(entry, "irk"),
                    entry.get("ediv").getAsInt(), entry.has("rand") ? entry.get("rand").getAsString() : "0000000000000000", entry.get("key_size").getAsInt(),
                    flag(entry, "authenticated"), flag(entry, "authorized"), flag(entry, "secure_connection"), entry.get("seq_nr").getAsLong()));
        });
        return bonds;
    }

    private static Map<String, List<Object>> bonds(Run listed) {
        var bonds = new TreeMap<String, List<Object>>();
        for (var bond : listed.objects("bond")) {
            var fields = new ArrayList<Object>();
            fields.add(bond.get("identity").getAsString());
            fields.add(key(bond, "ltk"));
            fields.add(key(bond, "irk"));
            fields.add(bond.get("ediv").getAsInt());
            fields.add(bond.get("rand").getAsString());
            fields.add(bond.get("keySize").isJsonNull() ? 0 : bond.get("keySize").getAsInt());
            fields.add(bond.get("authenticated").getAsBoolean());
            fields.add(bond.get("authorized").getAsBoolean());
            fields.add(bond.get("secureConnections").getAsBoolean());
            fields.add(bond.get("seqNr").getAsLong());
            bonds.put(bond.get("place").getAsString(), fields);
        }
        return bonds;
    }

    private static String address(JsonObject entry) {
        return entry.get("addr").getAsString().toUpperCase(Locale.ROOT).replaceAll("..(?=.)", "$0:");
    }

    private static String key(JsonObject object, String name) {
        var key = object.get(name);
        return key == null || key.isJsonNull() || key.getAsString().matches("0*") ? "none" : key.getAsString();
    }

    private static boolean flag(JsonObject object, String name) {
        return object.get(name).getAsInt() != 0;
    }
}
