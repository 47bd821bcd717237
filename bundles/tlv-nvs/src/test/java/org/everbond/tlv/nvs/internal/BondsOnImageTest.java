package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.faults.LoopInHand;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole way: an image that BTstack on an ESP32 has written is the store of a gateway, and goes back to the ESP32. */
@Timeout(60)
class BondsOnImageTest {
    private static final DeviceAddress CONTROLLER = DeviceAddress.parse("24:0A:C4:A1:B2:C3");
    private static final DeviceAddress NEWCOMER = DeviceAddress.parse("00:1B:DC:07:99:01");

    @TempDir
    private Path folder;

    private final LoopInHand loop = new LoopInHand();

    @ParameterizedTest
    @ValueSource(strings = {
        "gen-v1-btstack", "gen-v2-btstack", "gen-v2-mixed", "lib44-history", "lib51-history", "lib51-mixed", "lib61-er-ir-1bond",
        "lib61-history", "lib61-mixed", "lib61-signed", "lib61-updates", "lib44-gc", "lib51-gc", "lib61-gc", "lib44-on-v1-image",
        "lib61-on-v1-image", "lib44-on-v2-image", "lib61-on-v2-image", "cut51-update-06", "cut61-update-06", "cut51-gc-016"
    })
    void bondsOfAnEsp32ServeHereAndNewOnesThere(String name) throws Exception {
        var golden = Golden.read(name);
        var file = folder.resolve("nvs.bin");
        Files.write(file, golden.image());
        var entries = entries(items(golden));
        assertThat(entries).isNotEmpty();
        int size = entries.values().iterator().next().length;

        var owner = open(file);
        var bonds = load(owner);
        assertThat(found(bonds)).isEqualTo(expected(entries));
        loop.await(bonds.adoptIdentity(CONTROLLER));
        loop.await(bonds.commit(newcomer()));
        bonds.close();
        owner.close();

        // BTstack on the ESP32 finds its bonds as they were, and the new one in an entry of its own size.
        var written = LibraryCheck.of(Files.readAllBytes(file));
        var now = entries(written.items);
        assertThat(now).hasSize(entries.size() + 1);
        entries.forEach((key, value) -> assertThat(now.get(key)).as(key).isEqualTo(value));
        assertThat(now.values()).allMatch(entry -> entry.length == size);
        assertThat(expected(now)).anyMatch(bond -> bond.contains("001bdc079901"));
        var others = new HashMap<>(items(golden));
        others.keySet().removeIf(key -> key.startsWith("BTstack/"));
        assertThat(written.items).containsAllEntriesOf(others);

        var again = open(file);
        var bondsAgain = load(again);
        assertThat(found(bondsAgain)).isEqualTo(expected(now));
        assertThat(bondsAgain.identityAddress()).contains(CONTROLLER);
        bondsAgain.close();
        again.close();
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        }
    }

    @Test
    void aNewImageGetsEntriesAsBtstacksEsp32PortReadsThem() throws Exception {
        var file = folder.resolve("nvs.bin");
        var owner = open(file);
        var bonds = load(owner);
        loop.await(bonds.commit(newcomer()));
        bonds.close();
        owner.close();
        assertThat(entries(LibraryCheck.of(Files.readAllBytes(file)).items)).containsOnlyKeys("BTstack/4254440F")
                .allSatisfy((key, entry) -> assertThat(entry).hasSize(60));
    }

    @Test
    void aFullImageEvictsTheBondNotUsedForLongest() throws Exception {
        var file = folder.resolve("nvs.bin");
        var owner = TlvStore.create("esp32", TlvStoreOwner.Options.DEFAULTS);
        owner.bind(new NvsBackendProvider(folder).create(file.toString(), Map.of("size", "12K")));
        var bonds = load(owner);
        var events = new ArrayList<BondEvent>();
        bonds.listen(events::add);
        int peers = 0;
        while (events.stream().noneMatch(event -> event.kind() == BondEvent.Kind.EVICTED)) {
            assertThat(bonds.list()).as("so far nobody had to go").hasSize(peers);
            loop.await(bonds.commit(newcomer(++peers)));
        }
        int fit = bonds.list().size();
        assertThat(fit).as("less than the estimate").isEqualTo(peers - 1).isLessThan(bonds.capacity());
        for (int i = 1; i <= 30; i++) {
            loop.await(bonds.commit(newcomer(peers + i)));
            assertThat(bonds.list()).hasSizeBetween(fit - 1, fit + 1);
        }
        bonds.close();
        owner.close();
        var written = LibraryCheck.of(Files.readAllBytes(file));
        assertThat(entries(written.items)).as("in BTstack's slots; the others are in records of our own").hasSize(16);
        assertThat(fit).isGreaterThan(17);
        var last = "001bdc07" + String.format("%04x", peers + 30);
        assertThat(expected(entries(written.items))).anyMatch(bond -> bond.contains(last));
    }

    /** What a good reader finds: where the library loses a value, what was there before. */
    private static Map<String, String> items(Golden golden) throws Exception {
        var outcome = golden.sidecar().get("outcome");
        boolean lost = outcome != null && outcome.getAsString().startsWith("neither");
        return lost ? golden.items("items_before") : golden.items();
    }

    private static NewBond newcomer(int number) {
        var like = newcomer();
        var address = DeviceAddress.parse(String.format("00:1B:DC:07:%02X:%02X", number >> 8, number & 0xff));
        return new NewBond(address, like.security(), like.keys());
    }

    private static NewBond newcomer() {
        var ltk = Key.of(HexFormat.of().parseHex("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"));
        var irk = Key.of(HexFormat.of().parseHex("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"));
        var security = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);
        return new NewBond(NEWCOMER, security, BondKeys.secureConnections(ltk, irk));
    }

    private TlvStoreOwner open(Path file) {
        var owner = TlvStore.create("esp32", TlvStoreOwner.Options.DEFAULTS);
        owner.bind(new NvsBackendProvider(folder).create(file.toString(), Map.of()));
        return owner;
    }

    private BondStore load(TlvStoreOwner owner) throws Exception {
        var bonds = BondStore.create(owner.store(), loop, BondOptions.DEFAULT);
        loop.until(bonds::ready);
        return bonds;
    }

    private static Map<String, byte[]> entries(Map<String, String> items) {
        var entries = new HashMap<String, byte[]>();
        items.forEach((name, text) -> {
            if (name.startsWith("BTstack/425444") && !name.endsWith("42") && text.startsWith("blob ")) {
                entries.put(name, HexFormat.of().parseHex(text.substring(5)));
            }
        });
        return entries;
    }

    /** Address type, address, IRK and LTK of the entries. */
    private static Collection<String> expected(Map<String, byte[]> entries) {
        var bonds = new TreeSet<String>();
        entries.values().forEach(entry -> {
            var hex = HexFormat.of().formatHex(entry);
            bonds.add(entry[4] + " " + hex.substring(16, 28) + " " + hex.substring(28, 60) + " " + hex.substring(60, 92));
        });
        return bonds;
    }

    private static Collection<String> found(BondStore bonds) {
        var found = new TreeSet<String>();
        for (var bond : bonds.list()) {
            var keys = bonds.keys(bond.id()).orElseThrow();
            found.add(bond.identity().type().value() + " " + HexFormat.of().formatHex(bond.identity().octets()) + " "
                    + hex(keys.irk()) + " " + hex(keys.ltk()));
        }
        return found;
    }

    private static String hex(Key key) {
        return HexFormat.of().formatHex(key == null ? new byte[16] : key.octets());
    }
}
