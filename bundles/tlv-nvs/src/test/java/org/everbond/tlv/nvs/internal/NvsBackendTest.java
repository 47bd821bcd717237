package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.faults.RamDisk;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images opened, written and opened again. */
class NvsBackendTest {
    static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    static final Path PLACE = Path.of("/data/nvs.bin");
    private static final int COMPANION = 0xe9000000;
    private static final int BOND = Tags.LE_DEVICE | 9;

    private final RamDisk disk = new RamDisk();
    private final NvsBackend backend = new NvsBackend(disk, PLACE, 3);

    static List<String> readable() throws IOException {
        return GoldenImagesTest.readable();
    }

    @ParameterizedTest
    @MethodSource("readable")
    void whatOthersHaveWrittenStaysThroughOurWriting(String name) throws Exception {
        var golden = Golden.image(name);
        disk.put(PLACE, golden);
        var before = ImageReader.read(golden);
        var values = new HashMap<>(backend.open().values());
        // As long as those that are there: BTstack on an ESP32 reads one size only.
        int size = values.entrySet().stream()
                .filter(entry -> Tags.LE_DEVICE == (entry.getKey() & 0xffffff00))
                .mapToInt(entry -> entry.getValue().length)
                .filter(length -> length == 60 || length == 100)
                .findFirst()
                .orElse(60);
        var changes = List.of(change(COMPANION, 300), change(BOND, size), new Change(Tags.IR, null));
        try {
            backend.commit(new Batch(ID, 7, changes));
        } catch (TlvException e) {
            assertThat(e.reason()).isEqualTo(Reason.FULL);
            assertThat(disk.get(PLACE)).isEqualTo(golden);
            assertThat(name).matches(".*(full|many-bonds|multichunk|gc|on-v2-image|on-v1-image|multipage).*");
            changes = List.of(new Change(BOND, null), new Change(Tags.ER, null));
            if (name.endsWith("full")) {
                changes = values.keySet().stream().map(tag -> new Change(tag, null)).toList();
            }
            try {
                backend.commit(new Batch(ID, 7, changes));
            } catch (TlvException again) {
                assertThat(again.reason()).isEqualTo(Reason.FULL);
                return;
            }
        }
        for (var change : changes) {
            values.remove(change.tag());
            if (!change.isDelete()) {
                values.put(change.tag(), change.value());
            }
        }
        var written = LibraryCheck.of(disk.get(PLACE));
        assertThat(written.versions).hasSize(1);
        assertThat(withoutBtstack(written.items)).isEqualTo(withoutBtstack(Golden.items(before)));
        var tags = written.tags();
        tags.keySet().removeAll(List.of(Tags.STORE_HEADER, Tags.STORE_HEADER_COPY, Tags.NVS_CONTENT));
        // A blob of length 0 stays, but a store does not have such values.
        tags.values().removeIf(value -> value.length == 0);
        assertSame(tags, values);
        backend.close();
        var again = backend.open();
        assertSame(again.values(), values);
        assertThat(again.id()).isEqualTo(ID);
        assertThat(again.sequence()).isEqualTo(7);
        assertThat(again.foreign()).isFalse();
        assertThat(again.setAside()).isEmpty();
    }

    private static Map<String, String> withoutBtstack(Map<String, String> items) {
        var others = new HashMap<>(items);
        others.keySet().removeIf(name -> name.matches("(BTstack|#1)/[0-9A-F]{8}"));
        return others;
    }

    @Test
    void aNewImageIsAnErasedPartitionUntilSomethingIsWritten() throws Exception {
        var image = backend.open();
        assertThat(image.values()).isEmpty();
        assertThat(image.id()).isNull();
        assertThat(disk.get(PLACE)).hasSize(3 * 4096).containsOnly(0xff);
        commit(1, change(Tags.ER, 16), change(Tags.IR, 16));
        var written = LibraryCheck.of(disk.get(PLACE));
        assertThat(written.items).containsEntry("BTstack/534D4552", "blob " + "01".repeat(16)).hasSize(5);
        assertThat(written.freePages).isEqualTo(2);
        assertThat(written.versions).containsExactly(0xfe);
    }

    /** The sequence stands there alone: without it what was confirmed would seem to be lost. */
    @ParameterizedTest
    @ValueSource(strings = {"E0000000", "E0000003"})
    void aDamagedRecordOfTheStoresIdCostsNothing(String key) throws Exception {
        backend.open();
        commit(7, change(Tags.ER, 16), change(BOND, 60));
        backend.close();
        var whole = disk.get(PLACE);
        int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf(key) - 8;
        assertThat(at).isPositive();
        // The head of its data: two entries behind it.
        for (int bit = 0; bit < 3 * 32 * 8; bit++) {
            var damaged = whole.clone();
            damaged[at + bit / 8] ^= (byte) (1 << bit % 8);
            disk.put(PLACE, damaged);
            var image = backend.open();
            assertThat(image.id()).as("bit " + bit).isEqualTo(ID);
            assertThat(image.sequence()).as("bit " + bit).isEqualTo(7);
            assertThat(image.values()).as("bit " + bit).containsOnlyKeys(Tags.ER, BOND);
            assertThat(image.foreign()).as("bit " + bit).isFalse();
            backend.close();
        }
    }

    @Test
    void anImageOfTheOldFormatStaysInIt() throws Exception {
        disk.put(PLACE, Golden.image("gen-v1-btstack"));
        backend.open();
        commit(1, change(COMPANION, 2048));
        assertThat(LibraryCheck.of(disk.get(PLACE)).versions).containsExactly(0xff);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 64, 400, 2016, 2047, 2048})
    void valuesOfEveryLengthComeBack(int length) throws Exception {
        backend.open();
        // So that the next one begins anywhere in a page.
        for (int i = 0; i < 3; i++) {
            commit(i, change(COMPANION, length), change(COMPANION + 1, length), change(7, length / 2 + 1));
            backend.close();
            assertThat(backend.open().values()).hasSize(3).containsEntry(COMPANION, change(COMPANION, length).value());
            LibraryCheck.of(disk.get(PLACE));
        }
    }

    @Test
    void aDeletedKeyLeavesTheFileAtOnce() throws Exception {
        disk.put(PLACE, Golden.image("lib51-history"));
        var bond = backend.open().values().get(Tags.LE_DEVICE);
        var ltk = HexFormat.of().formatHex(bond, 30, 46);
        assertThat(HexFormat.of().formatHex(disk.get(PLACE))).contains(ltk);
        commit(1, new Change(Tags.LE_DEVICE, null));
        assertThat(HexFormat.of().formatHex(disk.get(PLACE))).doesNotContain(ltk);
        assertThat(disk.files()).containsExactly(PLACE);
    }

    @Test
    void aFullPartitionRefusesBeforeAnythingChanges() throws Exception {
        backend.open();
        assertThat(backend.info().maxOctets()).isBetween(6_000L, 8_064L);
        int tag = 0x41410000;
        TlvException refused = null;
        while (refused == null) {
            var before = disk.get(PLACE);
            int next = tag;
            refused = catchThrowableOfType(TlvException.class, () -> commit(1, change(next, 500)));
            if (refused != null) {
                assertThat(refused.reason()).isEqualTo(Reason.FULL);
                assertThat(refused).hasMessageContaining("12 KiB").hasMessageContaining("larger partition");
                assertThat(disk.get(PLACE)).isEqualTo(before);
            }
            tag++;
        }
        // Of 252 entries 8 are ours; each value takes 18, and one may be in two pieces.
        assertThat(tag - 1 & 0xffff).isEqualTo(13);
        commit(2, new Change(0x41410000, null), change(0x41420000, 400));
        LibraryCheck.of(disk.get(PLACE));
    }

    @Test
    void aPartitionWithoutRoomForAnotherNamespaceRefuses() throws Exception {
        var names = new ArrayList<Item>();
        for (int i = 1; i <= 254; i++) {
            names.add(Item.namespace("n" + i, i));
        }
        disk.put(PLACE, ImageWriter.write(4, Page.VERSION_2, names, 1, Map.of()));
        backend.open();
        var refused = catchThrowableOfType(TlvException.class, () -> commit(1, change(7, 1)));
        assertThat(refused.reason()).isEqualTo(Reason.FULL);
        assertThat(refused).hasMessageContaining("254 namespaces");
    }

    @Test
    void entriesOfAnotherSizeThanTheDeviceReadsAreRefused() throws Exception {
        disk.put(PLACE, Golden.image("lib61-history"));
        backend.open();
        var refused = catchThrowableOfType(TlvException.class, () -> commit(1, change(BOND, 100)));
        assertThat(refused.reason()).isEqualTo(Reason.FAILED);
        assertThat(refused).hasMessageContaining("BTD+9 has 100").hasMessageContaining("set btstack.entrySize=60");
        assertThat(disk.get(PLACE)).isEqualTo(Golden.image("lib61-history"));
        commit(1, change(BOND, 60));
        // All of them at once is somebody's decision.
        var all = new ArrayList<Change>();
        backend.close();
        backend.open().values().forEach((tag, value) -> {
            if ((tag & 0xffffff00) == Tags.LE_DEVICE) {
                all.add(change(tag, 100));
            }
        });
        commit(2, all.toArray(Change[]::new));
    }

    @Test
    void anEncryptedImageIsRefusedAndLeft() throws Exception {
        refuses(Golden.image("gen-encrypted"), "encrypted NVS partition");
    }

    @Test
    void anImageOfANewerFormatIsRefusedAndLeft() throws Exception {
        refuses(Golden.image("damaged-version"), "newer format of NVS");
    }

    @Test
    void whatIsNoImageIsRefusedAndLeft() throws Exception {
        refuses(new byte[0], "no image of an NVS partition");
        refuses(new byte[8192], "no image of an NVS partition");
        refuses("BTstack and some text\n".repeat(500).getBytes(StandardCharsets.US_ASCII), "no image of an NVS partition");
        refuses(Arrays.copyOf(Golden.image("lib61-history"), 4096), "too small");
        refuses(new byte[9 << 20], "9 MiB");
    }

    private void refuses(byte[] image, String why) {
        var fresh = new RamDisk();
        fresh.put(PLACE, image);
        var refusing = new NvsBackend(fresh, PLACE, 6);
        var refused = catchThrowableOfType(TlvException.class, refusing::open);
        refusing.close();
        assertThat(refused).hasMessageContaining(why).hasMessageContaining(PLACE.toString());
        assertThat(refused.reason()).isEqualTo(Reason.UNUSABLE);
        assertThat(fresh.files()).containsExactly(PLACE);
        assertThat(fresh.get(PLACE)).isEqualTo(image);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "damaged-data", "damaged-entry-crc", "damaged-entry-state", "damaged-header-crc", "damaged-header-state", "damaged-index-crc",
        "damaged-namespace-entry"
    })
    void ofADamagedImageTheRestLoadsAndTheOriginalIsKept(String name) throws Exception {
        var golden = Golden.read(name);
        disk.put(PLACE, golden.image());
        var image = backend.open();
        assertThat(image.setAside()).isNotEmpty().allSatisfy(sentence -> assertThat(sentence).contains("nvs.bin.damaged-N"));
        if (name.startsWith("damaged-header")) {
            assertThat(image.setAside()).singleElement().asString()
                    .contains("the header of page 0 is damaged; 7 values that are nowhere else were read from there");
        }
        var found = new HashMap<String, String>();
        image.values().forEach((tag, value) -> found.put(String.format("%08X", tag), "blob " + HexFormat.of().formatHex(value)));
        var library = new HashMap<String, String>();
        golden.items().forEach((key, value) -> library.put(key.substring(key.indexOf('/') + 1), value));
        assertThat(found).containsAllEntriesOf(library);
        // Everything undamaged is there, also what the library forgets with its page.
        var all = new HashMap<String, String>();
        Golden.read("lib61-history").items().forEach((key, value) -> all.put(key.substring(key.indexOf('/') + 1), value));
        boolean lost = name.equals("damaged-data") || name.endsWith("crc") && !name.contains("header");
        assertThat(found).hasSize(all.size() - (lost ? 1 : 0)).satisfies(values -> assertThat(all).containsAllEntriesOf(values));

        commit(1, change(COMPANION, 100));
        assertThat(disk.get(PLACE.resolveSibling("nvs.bin.damaged-1"))).isEqualTo(golden.image());
        assertThat(LibraryCheck.of(disk.get(PLACE)).tags()).hasSize(found.size() + 4);
        backend.close();
        assertThat(backend.open().setAside()).isEmpty();
    }

    @Test
    void ofACutOffImageThePagesThatAreThereLoad() throws Exception {
        var golden = Golden.image("lib61-history");
        disk.put(PLACE, Arrays.copyOf(golden, 4096 + 4096 + 100));
        var image = backend.open();
        assertThat(image.values()).hasSize(7);
        assertThat(image.setAside()).singleElement().asString().contains("cut off after 100 octets");
        commit(1, change(COMPANION, 100));
        assertThat(disk.get(PLACE)).hasSize(3 * 4096);
        assertThat(disk.files()).hasSize(2);
    }

    @Test
    void valuesLongerThanAStoreTakesStayInTheImage() throws Exception {
        var kept = List.of(Item.namespace("BTstack", 1), Item.of(1, Item.BLOB, 0xff, "41414141", new byte[3000], 0, 3000));
        disk.put(PLACE, ImageWriter.write(3, Page.VERSION_2, kept, 1, Map.of()));
        var image = backend.open();
        assertThat(image.values()).isEmpty();
        assertThat(image.setAside()).singleElement().asString().contains("41414141 has 3000 octets").doesNotContain("damaged");
        commit(1, change(7, 1));
        assertThat(LibraryCheck.of(disk.get(PLACE)).tags().get(0x41414141)).hasSize(3000);
        commit(2, change(0x41414141, 5));
        assertThat(LibraryCheck.of(disk.get(PLACE)).tags().get(0x41414141)).hasSize(5);
    }

    @Test
    void anItemOfAnUnknownTypeStaysOctetForOctet() throws Exception {
        var blob = Item.of(2, Item.STRING, 0xff, "future", new byte[40], 0, 40).entries();
        blob[1] = 0x77;
        int crc = new NvsCrc().add(blob, 0, 4).add(blob, 8, 16).add(blob, 24, 8).value();
        ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).putInt(4, crc);
        var kept = List.of(Item.namespace("BTstack", 1), Item.namespace("app", 2), new Item(9, blob));
        disk.put(PLACE, ImageWriter.write(3, Page.VERSION_2, kept, 1, Map.of()));
        backend.open();
        commit(1, change(7, 1));
        assertThat(HexFormat.of().formatHex(disk.get(PLACE))).contains(HexFormat.of().formatHex(blob));
    }

    @Test
    void aDeviceThatHasWrittenSinceIsNoticed() throws Exception {
        backend.open();
        commit(5, change(BOND, 60), change(Tags.ER, 16));
        backend.close();
        assertThat(backend.open().foreign()).isFalse();
        backend.close();
        // The device rewrites the bond, as it does when it pairs again.
        var contents = ImageReader.read(disk.get(PLACE));
        var kept = contents.stored().stream()
                .filter(value -> !value.head().key().equals(Contents.key(BOND)))
                .flatMap(value -> value.items().stream())
                .toList();
        disk.put(PLACE, ImageWriter.write(3, Page.VERSION_2, kept, contents.btstack(), Map.of(Contents.key(BOND), new byte[60])));
        var image = backend.open();
        assertThat(image.foreign()).isTrue();
        assertThat(image.sequence()).isEqualTo(5);
        assertThat(image.id()).isEqualTo(ID);
    }

    @Test
    void anImageThatIsChangedUnderTheRunningGatewayIsNotOverwritten() throws Exception {
        backend.open();
        var golden = Golden.image("lib61-er-ir-1bond");
        disk.put(PLACE, golden);
        var refused = catchThrowableOfType(TlvException.class, () -> commit(1, change(7, 1)));
        assertThat(refused.reason()).isEqualTo(Reason.CHANGED);
        assertThat(disk.get(PLACE)).isEqualTo(golden);
        backend.close();
        assertThat(backend.open().values()).hasSize(3);
    }

    @Test
    void aSecondGatewayIsToldThatTheImageIsInUse() throws Exception {
        backend.open();
        var refused = catchThrowableOfType(TlvException.class, () -> new NvsBackend(disk, PLACE, 3).open());
        assertThat(refused.reason()).isEqualTo(Reason.IN_USE);
        backend.close();
        new NvsBackend(disk, PLACE, 3).open();
    }

    private void commit(long sequence, Change... changes) throws TlvException {
        backend.commit(new Batch(ID, sequence, List.of(changes)));
    }

    private static Change change(int tag, int length) {
        var value = new byte[length];
        Arrays.fill(value, (byte) 1);
        return new Change(tag, value);
    }

    private static void assertSame(Map<Integer, byte[]> found, Map<Integer, byte[]> expected) {
        assertThat(text(found)).isEqualTo(text(expected));
    }

    private static Map<String, String> text(Map<Integer, byte[]> values) {
        var text = new HashMap<String, String>();
        values.forEach((tag, value) -> text.put(Tags.name(tag), HexFormat.of().formatHex(value)));
        return text;
    }
}
