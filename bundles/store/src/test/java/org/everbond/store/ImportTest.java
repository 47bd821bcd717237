package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.store;

import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bonds of BTstack move into a store of ours, one that is new, and one that has bonds. */
class ImportTest {
    private static final String ADDRESS = "00:1B:DC:07:32:EF/public";

    @TempDir
    Path folder;

    private Path btstack;
    private Path into;

    @BeforeEach
    void aStoreOfBtstack() throws Exception {
        btstack = golden(folder, "5bonds-history.tlv");
        into = folder.resolve("ours.tlv");
    }

    /** By identity; without what says where and under which name it is kept. */
    private static Map<String, JsonObject> bonds(Path file, String... more) {
        var words = new java.util.ArrayList<Object>(List.of(file, "--json", "--keys"));
        words.addAll(List.of(more));
        var bonds = new TreeMap<String, JsonObject>();
        for (var bond : store(words.toArray()).succeeds().objects("bond")) {
            List.of("bond", "store", "place", "entryOctets", "seqNr", "createdAt", "replacedAt", "hasPreviousLtk", "previousLtk").forEach(bond::remove);
            bonds.put(bond.get("identity").getAsString(), bond);
        }
        return bonds;
    }

    private Path written(String name, int bonds, int seed, int first) throws Exception {
        var random = new Random(seed);
        var out = ByteBuffer.allocate(8 + 2 * 24 + bonds * 108).put("BTstack\0".getBytes(StandardCharsets.US_ASCII));
        for (var root : List.of("SMER", "SMIR")) {
            var key = new byte[16];
            random.nextBytes(key);
            out.put(root.getBytes(StandardCharsets.US_ASCII)).putInt(16).put(key);
        }
        for (int i = 0; i < bonds; i++) {
            var entry = new byte[100];
            random.nextBytes(entry);
            var value = ByteBuffer.wrap(entry).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            value.putInt(0, i + 1).putInt(4, 0).put(8, new byte[] {0, 0x1b, (byte) 0xdc, 7, (byte) (first + i >> 8), (byte) (first + i)});
            value.putShort(46, (short) 0).putLong(48, 0).put(56, new byte[] {16, 0, 0, 1});
            out.put("BTD".getBytes(StandardCharsets.US_ASCII)).put((byte) i).putInt(100).put(entry);
        }
        return Files.write(folder.resolve(name), out.array());
    }

    @Test
    void intoANewStoreTheyComeWithTheIdentityThatTheyKnow() {
        var run = store("import", btstack, into, "--from-address", ADDRESS, "--keys").succeeds();

        assertThat(run.out()).contains("4 bonds added, 0 replaced, 0 left", "identity on air: " + ADDRESS, "  IRK ");
        assertThat(bonds(into)).isEqualTo(bonds(btstack));
        assertThat(store(into, "--json").objects("bond")).allMatch(bond -> !bond.get("bond").isJsonNull());
        var values = store(into, "--json", "--keys").values();
        var before = store(btstack, "--json", "--keys").values();
        assertThat(values.get("534d4552")).isEqualTo(before.get("534d4552"));
        assertThat(values.get("534d4952")).isEqualTo(before.get("534d4952"));
        assertThat(store("check", into).succeeds().out()).contains("clean", "4 bonds");
    }

    @Test
    void withoutTheAddressItIsToldWhichOneTheyExpect() {
        var run = store("import", btstack, into).succeeds();
        assertThat(run.out()).contains("identity on air: not recorded; the public address of the controller");
        assertThat(run.err()).contains("know the gateway by the public address of the controller that they were made with");
    }

    @Test
    void intoAStoreWithBondsOfTheSameGatewayTheyComeInAddition() throws Exception {
        store("import", btstack, into, "--from-address", ADDRESS).succeeds();
        var first = bonds(into);
        var again = store("import", btstack, into, "--from-address", ADDRESS, "--json").succeeds();
        assertThat(again.objects("imported").get(0).get("left").getAsInt()).isEqualTo(4);
        assertThat(bonds(into)).isEqualTo(first);
    }

    /** Subscriptions survive the move, where the gateway serves the same attribute table. */
    @Test
    void subscriptionsComeAlongWithTheTableThatTheyBelongTo() throws Exception {
        var ccc = golden(folder, "ccc.tlv");
        var left = store("import", ccc, into, "--dry-run").succeeds();
        assertThat(left.err()).contains("subscriptions of 2 bonds were not imported, because BTstack's store does not say which attribute table",
                "--database-hash");
        var run = store("import", ccc, into, "--from-address", ADDRESS, "--database-hash", "000e0d0c0b0a090807060504030201FF").succeeds();
        assertThat(run.err()).isEmpty();
        assertThat(subscriptions(into)).isEqualTo(Map.of(
                "C0:FF:EE:00:00:01/random", "[{\"handle\":9,\"value\":3}]", "00:1B:DC:07:32:02/public", "[{\"handle\":9,\"value\":1}]"));
        assertThat(store(into).succeeds().out()).contains("at BTD+15, 1 subscription\n");

        // BTstack's own hash says the same, least significant octet first.
        var known = folder.resolve("known.tlv");
        Files.write(known, Files.readAllBytes(ccc));
        Files.write(known, java.util.HexFormat.of().parseHex("4254444200000010ff0102030405060708090a0b0c0d0e00"), StandardOpenOption.APPEND);
        var again = folder.resolve("again.tlv");
        assertThat(store("import", known, again, "--from-address", ADDRESS).succeeds().err()).isEmpty();
        assertThat(subscriptions(again)).isEqualTo(subscriptions(into)).hasSize(2);
        assertThat(store("import", known, folder.resolve("nvs.bin"), "--format", "nvs", "--from-address", ADDRESS).succeeds().err()).isEmpty();
        assertThat(subscriptions(folder.resolve("nvs.bin"))).isEqualTo(subscriptions(into));
    }

    @Test
    void whatAnEvictedPeerHasLeftIsNobodys() throws Exception {
        var stale = golden(folder, "ccc-stale-after-eviction.tlv");
        var run = store("import", stale, into, "--from-address", ADDRESS, "--database-hash", "000e0d0c0b0a090807060504030201ff").succeeds();
        assertThat(run.err()).contains("subscriptions of 1 bond were not imported, because BTstack may have left them from peers that it evicted");
        assertThat(subscriptions(into)).isEmpty();
    }

    @Test
    void aHashThatIsNoneIsRefused() {
        assertThat(store("import", btstack, into, "--database-hash", "0102").err()).contains("--database-hash is '0102', but a hash has 32 hex digits");
        assertThat(store("check", btstack, "--database-hash", "0102").err()).contains("--database-hash belong to import");
    }

    private static Map<String, String> subscriptions(Path file) {
        var found = new TreeMap<String, String>();
        for (var bond : store(file, "--json").succeeds().objects("bond")) {
            if (!bond.getAsJsonArray("subscriptions").isEmpty()) {
                found.put(bond.get("identity").getAsString(), bond.get("subscriptions").toString());
            }
        }
        return found;
    }

    @Test
    void anotherIdentityIsNeverMixedInWithoutBeingTold() throws Exception {
        store("import", written("one.tlv", 3, 1, 0), into, "--from-address", ADDRESS).succeeds();
        var octets = Files.readAllBytes(into);
        var other = written("two.tlv", 3, 2, 2);
        var refused = store("import", other, into, "--from-address", "C0:FF:EE:00:00:01/random");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("C0:FF:EE:00:00:01/random with other root keys", ADDRESS, "--identity keep or --identity take");
        assertThat(into).hasBinaryContent(octets);

        var kept = store("import", other, into, "--from-address", "C0:FF:EE:00:00:01/random", "--identity", "keep").succeeds();
        assertThat(kept.out()).contains("2 bonds added, 0 replaced, 1 left as it was", "identity on air: " + ADDRESS);
        assertThat(kept.err()).contains("the former have to pair again");
        var taken = store("import", other, into, "--from-address", "C0:FF:EE:00:00:01/random", "--identity", "take").succeeds();
        assertThat(taken.out()).contains("0 bonds added", "3 left", "identity on air: C0:FF:EE:00:00:01/random");
        assertThat(store(into, "--json", "--keys").values().get("534d4552")).isEqualTo(store(other, "--json", "--keys").values().get("534d4552"));
    }

    @Test
    void onADuplicateTheOneThatIsThereStaysOrGivesWayAndItsKeyIsKept() throws Exception {
        var one = written("one.tlv", 3, 1, 0);
        var other = written("two.tlv", 3, 2, 2);
        var shared = "00:1B:DC:07:00:02/public";
        store("import", one, into, "--from-address", ADDRESS).succeeds();
        store("import", other, into, "--from-address", ADDRESS, "--identity", "keep").succeeds();
        assertThat(bonds(into).get(shared)).isEqualTo(bonds(one).get(shared));

        var run = store("import", other, into, "--from-address", ADDRESS, "--identity", "keep", "--replace").succeeds();

        assertThat(run.out()).contains("0 bonds added, 1 replaced, 2 left as they were");
        assertThat(bonds(into).get(shared)).isEqualTo(bonds(other).get(shared));
        assertThat(store(into, "--json", "--keys").objects("bond"))
                .filteredOn(bond -> bond.get("identity").getAsString().equals(shared))
                .singleElement()
                .satisfies(bond -> assertThat(bond.get("previousLtk").getAsJsonObject().get("ltk")).isEqualTo(bonds(one).get(shared).get("ltk")));
    }

    @Test
    void aWeakerBondTakesTheOtherOnesPlaceOnlyOnDemand() throws Exception {
        var one = written("one.tlv", 2, 1, 0);
        var other = written("two.tlv", 2, 2, 0);
        var octets = Files.readAllBytes(other);
        // Of the first bond only: LE legacy pairing, not Secure Connections.
        octets[8 + 2 * 24 + 8 + 59] = 0;
        Files.write(other, octets);
        var weaker = "00:1B:DC:07:00:00/public";
        store("import", one, into, "--from-address", ADDRESS).succeeds();

        var run = store("import", other, into, "--from-address", ADDRESS, "--identity", "keep", "--replace").succeeds();
        assertThat(run.out()).contains("0 bonds added, 1 replaced, 1 left as it was");
        assertThat(run.err()).contains(weaker + " was left as it was, because the imported one is weaker; add --allow-weaker");
        assertThat(bonds(into).get(weaker)).isEqualTo(bonds(one).get(weaker));

        run = store("import", other, into, "--from-address", ADDRESS, "--identity", "keep", "--replace", "--allow-weaker").succeeds();
        assertThat(run.out()).contains("0 bonds added, 1 replaced, 1 left as it was");
        assertThat(bonds(into).get(weaker).get("secureConnections").getAsBoolean()).isFalse();
        assertThat(store("import", other, into, "--allow-weaker").err()).contains("belongs to import --replace");
    }

    @Test
    void allBondsComeInOneTransaction() throws Exception {
        for (int part = 0; part < 4; part++) {
            // BTDB is no slot of ours, and BTstack has 256.
            var from = written("part-" + part + ".tlv", 66, 7, 1000 * part);
            store("import", from, into, "--from-address", ADDRESS).succeeds();
        }
        var large = folder.resolve("large.tlv");
        long before = sequence(into);
        store("import", into, large).succeeds();
        assertThat(bonds(large)).isEqualTo(bonds(into)).hasSize(264);
        assertThat(sequence(large)).isEqualTo(1);
        assertThat(before).isEqualTo(4);
    }

    private static long sequence(Path file) {
        return store(file, "--json").objects("store").get(0).get("sequence").getAsLong();
    }

    @Test
    void fromFlashAndNvsIntoAnyFormat() throws Exception {
        var flash = golden(folder, "delete_field-a8-bonds-4k.bin");
        var nvs = golden(folder, "lib61-many-bonds.bin");
        var fromFlash = List.of("--from-format", "flash", "--from-mode", "delete-field", "--from-alignment", "8");
        var words = new java.util.ArrayList<Object>(List.of("import", flash, into, "--from-address", ADDRESS));
        words.addAll(fromFlash);
        store(words.toArray()).succeeds();
        assertThat(bonds(into)).isEqualTo(bonds(flash, "--format", "flash", "--mode", "delete-field", "--alignment", "8"));

        var image = folder.resolve("esp.bin");
        store("import", into, image, "--format", "nvs").succeeds();
        assertThat(bonds(image)).isEqualTo(bonds(into));
        var bondsOfNvs = bonds(nvs);
        store("import", nvs, folder.resolve("fresh.tlv")).succeeds();
        assertThat(bonds(folder.resolve("fresh.tlv"))).isEqualTo(bondsOfNvs);
    }

    @Test
    void classicLinkKeysComeAlong() throws Exception {
        var classic = golden(folder, "link-keys.tlv");
        store("import", btstack, into, "--from-address", ADDRESS).succeeds();
        var expected = store(classic, "--json", "--keys").objects("classic").stream().map(key -> key.get("linkKey")).toList();
        assertThat(expected).isNotEmpty();
        assertThat(store("import", classic, into, "--json").succeeds().objects("imported").get(0).get("linkKeys").getAsInt()).isEqualTo(expected.size());
        assertThat(store(into, "--json", "--keys").objects("classic")).extracting(key -> key.get("linkKey")).hasSameElementsAs(expected);
    }

    @Test
    void whatCannotBeImportedIsSaidInOneLine() throws Exception {
        assertThat(store("import", btstack, btstack).err()).contains("the same file");
        assertThat(store("import", btstack, into, "--identity", "mix").err()).contains("choose keep or take");
        assertThat(store("import", btstack, into, "--from-address", "zero").err()).contains("--from-address");
        assertThat(store("import", btstack).err()).contains("import needs two files behind it, FROM and INTO");
        assertThat(store(btstack, "--replace").err()).contains("belong to import");
        assertThat(into).doesNotExist();
    }
}
