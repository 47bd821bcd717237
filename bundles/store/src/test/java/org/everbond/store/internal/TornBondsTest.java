package org.everbond.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.NewBond;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.faults.BtstackModel;
import org.everbond.faults.LoopInHand;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.FileStore;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file that ends at any octet of a change of bonds, read by us, by BTstack, which opens it, recovers it and appends a bond of its own, and
 * by us again: each bond is the old or the new one, never mixed.
 */
class TornBondsTest {
    private static final BondSecurity SECURITY = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);
    private static final DeviceAddress OF_BTSTACK = address(99);

    @TempDir
    private Path folder;

    private final LoopInHand loop = new LoopInHand();

    @FunctionalInterface
    private interface Work {
        CompletionStage<?> on(BondStore bonds);
    }

    @TestFactory
    Stream<DynamicTest> eachBondIsTheOldOrTheNewOne() {
        var usual = BondOptions.DEFAULT;
        return Stream.of(
                test("a new bond", usual, bonds -> bonds.commit(newBond(9, 1))),
                test("a new bond, entries of 60 octets", usual.withEntrySize(60), bonds -> bonds.commit(newBond(9, 1))),
                test("a new bond that moves one out of its slot", usual.withSlots(3), bonds -> bonds.commit(newBond(9, 1))),
                test("a new bond that evicts one", usual.withCapacity(3), bonds -> bonds.commit(newBond(9, 1))),
                test("a replaced bond", usual, bonds -> bonds.commit(newBond(2, 2))),
                test("a forgotten bond", usual, bonds -> bonds.forget(id(bonds, 2))),
                test("a bond with a name", usual, bonds -> bonds.rename(id(bonds, 2), "Name")),
                test("subscriptions", usual, bonds -> bonds.saveSubscriptions(id(bonds, 2), new Subscriptions(new byte[16], Map.of(3, 1)))),
                test("authorization", usual, bonds -> bonds.authorize(id(bonds, 2), true)),
                test("counters", usual, bonds -> bonds.saveCounters(id(bonds, 2), 1, 1)));
    }

    private DynamicTest test(String name, BondOptions options, Work change) {
        return DynamicTest.dynamicTest(name, () -> {
            var file = Files.createTempDirectory(folder, "store").resolve("bonds.tlv");
            var octets = new ArrayList<byte[]>();
            run(file, options, bonds -> bonds.commit(newBond(1, 1)), bonds -> bonds.commit(newBond(2, 1)),
                    bonds -> bonds.commit(newBond(3, 1)), bonds -> {
                        // Where another program writes, too, the file is not written anew.
                        append(file, BtstackModel.record(0x41414141, new byte[] {1}));
                        return bonds.pin(id(bonds, 3), true);
                    }, bonds -> {
                        octets.add(read(file));
                        return change.on(bonds);
                    });
            octets.add(read(file));
            cut(name, octets.get(0), octets.get(1));
        });
    }

    private static void cut(String name, byte[] before, byte[] after) throws Exception {
        assertThat(Arrays.equals(before, 0, before.length, after, 0, before.length)).as("appended").isTrue();
        assertThat(after).hasSizeGreaterThan(before.length);
        var old = bonds(before);
        var fresh = bonds(after);
        assertThat(fresh).isNotEqualTo(old);
        var oldEntries = entries(BtstackModel.open(before));
        var freshEntries = entries(BtstackModel.open(after));
        for (int length = before.length; length <= after.length; length++) {
            var torn = Arrays.copyOf(after, length);
            var what = name + ", cut after " + (length - before.length) + " octets";
            assertOldOrNew(what, bonds(torn), old, fresh);

            var btstack = BtstackModel.open(torn);
            assertOldOrNew(what + ", BTstack", entries(btstack), oldEntries, freshEntries);

            var recovered = new ByteArrayOutputStream();
            recovered.writeBytes(btstack.fileAfterOpen(torn));
            assertOldOrNew(what + ", recovered by BTstack", bonds(recovered.toByteArray()), old, fresh);
            for (int size : new int[] {60, 100}) {
                var continued = new ByteArrayOutputStream();
                continued.writeBytes(recovered.toByteArray());
                continued.writeBytes(BtstackModel.record(Tags.LE_DEVICE, Arrays.copyOf(entryOfBtstack(), size)));
                var back = bonds(continued.toByteArray());
                assertThat(back.remove(OF_BTSTACK)).as(what + ", what BTstack appended").isNotNull();
                assertOldOrNew(what + ", continued by BTstack", back, old, fresh);
            }
        }
        System.out.println("torn bonds: " + name + ": " + (after.length - before.length + 1) + " cuts, each read in five ways");
    }

    private static <K> void assertOldOrNew(String what, Map<K, String> found, Map<K, String> old, Map<K, String> fresh) {
        Set<K> all = new HashSet<>(found.keySet());
        all.addAll(old.keySet());
        all.addAll(fresh.keySet());
        for (var each : all) {
            assertThat(found.get(each)).as("%s: %s", what, each).isIn(old.get(each), fresh.get(each));
        }
    }

    private static StoreFile open(byte[] octets) throws Exception {
        return StoreFile.of(Path.of("bonds.tlv"), octets, Format.FILE, Map.of(), Optional.empty(), "");
    }

    /** What we make of a file: everything that is known of each bond. */
    private static Map<DeviceAddress, String> bonds(byte[] octets) throws Exception {
        var found = new TreeMap<DeviceAddress, String>(java.util.Comparator.comparingLong(DeviceAddress::value));
        for (var kept : open(octets).bonds().bonds()) {
            var bond = kept.bond();
            var keys = kept.keys();
            found.put(bond.identity(), Words.hex(keys.ltk()) + " " + Words.hex(keys.irk()) + " " + bond.security() + " " + bond.name()
                    + " " + bond.pinned() + " " + kept.authorized() + " " + keys.localCounter() + " " + keys.remoteCounter() + " "
                    + kept.subscriptions().map(Subscriptions::values) + " "
                    + kept.previousLtk().map(previous -> Words.hex(previous.ltk())));
        }
        return found;
    }

    private static Map<Integer, String> entries(BtstackModel btstack) {
        var found = new TreeMap<Integer, String>();
        btstack.live.forEach((tag, value) -> {
            if ((tag & 0xffffff00) == Tags.LE_DEVICE) {
                found.put(tag, java.util.HexFormat.of().formatHex(value));
            }
        });
        return found;
    }

    private static byte[] entryOfBtstack() {
        var entry = new byte[100];
        entry[0] = 77;
        System.arraycopy(OF_BTSTACK.octets(), 0, entry, 8, 6);
        entry[45] = 7;
        entry[56] = 16;
        return entry;
    }

    private static DeviceAddress address(int peer) {
        return DeviceAddress.of(AddressType.PUBLIC, new byte[] {0, 0x1b, (byte) 0xdc, 7, 0, (byte) peer});
    }

    private static NewBond newBond(int peer, int pairing) {
        return new NewBond(address(peer), SECURITY, BondKeys.secureConnections(key(peer, pairing), key(peer, 100)));
    }

    private static Key key(int peer, int number) {
        var octets = new byte[16];
        Arrays.fill(octets, (byte) (16 * peer + number));
        octets[0] = (byte) peer;
        return Key.of(octets);
    }

    private static BondId id(BondStore bonds, int peer) {
        return bonds.byIdentity(address(peer)).orElseThrow().id();
    }

    private static void append(Path file, byte[] octets) {
        try {
            Files.write(file, octets, java.nio.file.StandardOpenOption.APPEND);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** One run of a gateway. */
    private void run(Path file, BondOptions options, Work... works) throws Exception {
        var owner = TlvStore.create("gateway", TlvStoreOwner.Options.DEFAULTS);
        owner.bind(FileStore.on(Disk.system(), new DataFolder(Path.of(""))).create(file.toString(), Map.of()));
        var bonds = BondStore.create(owner.store(), loop, options);
        loop.until(bonds::ready);
        for (var work : List.of(works)) {
            loop.await(work.on(bonds));
        }
        bonds.close();
        owner.close();
        loop.clear();
    }
}
