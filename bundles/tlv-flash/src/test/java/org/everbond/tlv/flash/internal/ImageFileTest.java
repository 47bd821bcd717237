package org.everbond.tlv.flash.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.spi.RamFlash;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Flash images in files, as {@code store=flash:...} configures them. */
class ImageFileTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final int APP = 0x464c0001;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("flash.bin");
    }

    private TlvBackend backend(Map<String, String> options) {
        return new FlashBackendProvider(folder).create("flash.bin", options);
    }

    private static Batch put(long sequence, int tag, int... octets) {
        var value = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            value[i] = (byte) octets[i];
        }
        return new Batch(ID, sequence, List.of(new Change(tag, value)));
    }

    @Test
    void aNewImageIsErasedFlashForItsOwnerOnly() throws IOException {
        var backend = backend(Map.of("bank-size", "4096", "alignment", "8", "mode", "delete-field"));
        assertThat(file).as("no I/O before it is opened").doesNotExist();
        assertThat(backend.info().resource()).isEqualTo(file.toString());
        var image = backend.open();
        assertThat(image.values()).isEmpty();
        assertThat(image.id()).isNull();
        assertThat(image.foreign()).isFalse();
        assertThat(Files.size(file)).isEqualTo(8192);
        assertThat(Layout.isErased(Files.readAllBytes(file), 0, 8192)).isTrue();
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        }
        backend.commit(put(1, APP, 1, 2, 3));
        backend.close();
        assertThat(BtstackModel.open(FlashMode.DELETE_FIELD, 8, 4096, Files.readAllBytes(file)).get(APP)).containsExactly(1, 2, 3);
    }

    @Test
    void anImageOfBtstackIsOpenedByItsSizeAndOnlyReadUntilSomethingIsWritten() throws IOException {
        var golden = Golden.of("overwrite-a1-bonds-4k");
        Files.write(file, golden.image());
        var backend = backend(Map.of());
        assertThat(Golden.hex(backend.open().values())).containsExactlyInAnyOrderEntriesOf(golden.live());
        backend.housekeeping();
        backend.close();
        assertThat(Files.readAllBytes(file)).isEqualTo(golden.image());
    }

    @Test
    void oneProcessAtATime() throws IOException {
        var first = backend(Map.of());
        first.open();
        var second = backend(Map.of());
        assertThatThrownBy(second::open).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.IN_USE);
            assertThat(e).hasMessageContaining(file.toString());
        });
        second.close();
        first.commit(put(1, APP, 1));
        first.close();
        first.close();
        second.open();
        second.close();
    }

    @Test
    void whatIsNoImageIsLeftAsItIs() throws IOException {
        var text = "no flash at all ".repeat(64).getBytes(StandardCharsets.US_ASCII);
        Files.write(file, text);
        assertUnusable(Map.of(), "is no flash store");
        assertThat(Files.readAllBytes(file)).isEqualTo(text);
        Files.write(file, new byte[77]);
        assertUnusable(Map.of(), "has 77 octets");
        Files.write(file, new byte[0]);
        assertUnusable(Map.of(), "has 0 octets");
        Files.write(file, Golden.of("overwrite-a1-writes").image());
        assertUnusable(Map.of("bank-size", "4096"), "bank-size=4096 means 8192");
        Files.delete(file);
        Files.createDirectory(file);
        assertUnusable(Map.of(), "is a folder");
    }

    private void assertUnusable(Map<String, String> options, String sentence) {
        var backend = backend(options);
        assertThatThrownBy(backend::open).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.UNUSABLE);
            assertThat(e).hasMessageContaining(sentence);
        });
        backend.close();
    }

    @ParameterizedTest
    @CsvSource({
        "overwrite-a1-bonds-4k, 8, overwrite, mode=overwrite and alignment=1, mode=overwrite and alignment=8",
        "overwrite-a8-bonds-4k, 1, overwrite, mode=overwrite and alignment=8, mode=overwrite and alignment=1",
        "delete_field-a8-bonds-4k, 8, overwrite, mode=delete-field and alignment=8, mode=overwrite and alignment=8",
        "write_once-a1-bonds-4k, 1, delete-field, mode=overwrite and alignment=1, mode=delete-field and alignment=1"
    })
    void aWrongLayoutIsToldAndNothingIsTouched(String name, String alignment, String mode, String right, String wrong)
            throws IOException {
        var golden = Golden.of(name);
        Files.write(file, golden.image());
        var backend = backend(Map.of("alignment", alignment, "mode", mode));
        assertThatThrownBy(backend::open).isInstanceOf(TlvException.class).hasMessageContaining(right).hasMessageContaining(wrong);
        backend.close();
        assertThat(Files.readAllBytes(file)).isEqualTo(golden.image());
    }

    @Test
    void aDamagedImageIsKeptAsideBeforeItIsWrittenAnew() throws IOException {
        var golden = Golden.of("corrupt-length");
        Files.write(file, golden.image());
        var backend = backend(Map.of());
        var image = backend.open();
        assertThat(image.setAside()).isNotEmpty().allMatch(sentence -> sentence.contains(file.toString()));
        assertThat(folder.resolve("flash.bin.damaged-1")).doesNotExist();
        backend.commit(put(1, APP, 1));
        assertThat(folder.resolve("flash.bin.damaged-1")).hasBinaryContent(golden.image());
        backend.close();
        assertThat(backend.open().setAside()).isEmpty();
        backend.close();
    }

    @Test
    void anotherProgramsChangesAreSeenBeforeAnythingIsWritten() throws IOException {
        var backend = backend(Map.of("bank-size", "4096"));
        backend.open();
        backend.commit(put(1, APP, 1));
        var model = BtstackModel.open(FlashMode.OVERWRITE, 1, 4096, Files.readAllBytes(file));
        model.store(APP, new byte[] {2});
        Files.write(file, model.image());
        assertChanged(backend, "was written to by another program");
        var image = backend.open();
        assertThat(image.foreign()).isTrue();
        assertThat(image.values().get(APP)).containsExactly(2);
        backend.commit(put(2, APP, 3));

        var copy = Files.copy(file, folder.resolve("copy"));
        Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
        assertChanged(backend, "was replaced by another program");
        backend.open();
        Files.delete(file);
        assertChanged(backend, "was removed by another program");
    }

    private static void assertChanged(TlvBackend backend, String sentence) {
        assertThatThrownBy(() -> backend.commit(put(9, APP, 9))).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.CHANGED);
            assertThat(e).hasMessageContaining(sentence);
        });
        backend.close();
    }

    @ParameterizedTest
    @EnumSource(FlashMode.class)
    void whatIsAcknowledgedWasFlushed(FlashMode mode) throws IOException {
        var disk = new FlushedDisk();
        var backend = new FlashBackend(new ImageFile(disk, file, 4, 1024), mode);
        backend.open();
        for (int i = 1; i <= 60; i++) {
            var changes = i % 5 == 0
                    ? List.of(new Change(APP, new byte[i]), new Change(Tags.LE_DEVICE + i % 3, new byte[60]))
                    : i % 7 == 0 ? List.of(new Change(APP, null)) : List.of(new Change(APP + i % 2, new byte[i]));
            backend.commit(new Batch(ID, i, changes));
            var flushed = new RamFlash(1024, 4).load(disk.flushed);
            var image = new FlashBackend(flushed, mode).open();
            assertThat(image.sequence()).isEqualTo(i);
            for (var change : changes) {
                assertThat(image.values().get(change.tag())).isEqualTo(change.value());
            }
            if (i % 6 == 0) {
                backend.housekeeping();
            }
        }
        backend.close();
    }

    @ParameterizedTest
    @CsvSource({
        "mode, write_once, none of overwrite", "alignment, 3, alignment=3 is none of", "alignment, eight, is no number",
        "bank-size, 100, bank-size=100 is not possible", "bank-size, -1, not possible", "banksize, 4096, no option 'banksize'"
    })
    void anOptionThatMakesNoSenseIsNamed(String option, String value, String sentence) {
        assertThatThrownBy(() -> backend(Map.of(option, value)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("store=flash: ").hasMessageContaining(sentence);
    }

    @Test
    void aPlaceWithoutNameIsNone() {
        var provider = new FlashBackendProvider(folder);
        assertThat(provider.scheme()).isEqualTo("flash");
        assertThatThrownBy(() -> provider.create(" ", Map.of())).hasMessageContaining("store=flash:<path>");
    }

    /** The system's disk, and what has been flushed to the image. */
    private static final class FlushedDisk implements Disk {
        private final Disk disk = Disk.system();
        private byte[] flushed;

        @Override
        public Path resolve(Path path) throws IOException {
            return disk.resolve(path);
        }

        @Override
        public Stat stat(Path path) throws IOException {
            return disk.stat(path);
        }

        @Override
        public void createFolder(Path path) throws IOException {
            disk.createFolder(path);
        }

        @Override
        public void syncFolder(Path path) throws IOException {
            disk.syncFolder(path);
        }

        @Override
        public Handle open(Path path) throws IOException {
            return new FlushedHandle(disk.open(path));
        }

        @Override
        public Handle create(Path path) throws IOException {
            return new FlushedHandle(disk.create(path));
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            disk.move(from, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            disk.delete(path);
        }

        @Override
        public Lock lock(Path lockFile) throws IOException {
            return disk.lock(lockFile);
        }

        private final class FlushedHandle implements Handle {
            private final Handle handle;

            FlushedHandle(Handle handle) {
                this.handle = handle;
            }

            @Override
            public long size() throws IOException {
                return handle.size();
            }

            @Override
            public int read(byte[] target, long position) throws IOException {
                return handle.read(target, position);
            }

            @Override
            public void write(byte[] octets, long position) throws IOException {
                handle.write(octets, position);
            }

            @Override
            public void truncate(long size) throws IOException {
                handle.truncate(size);
            }

            @Override
            public void force() throws IOException {
                handle.force();
                flushed = new byte[(int) handle.size()];
                handle.read(flushed, 0);
            }

            @Override
            public void close() throws IOException {
                handle.close();
            }
        }
    }
}
