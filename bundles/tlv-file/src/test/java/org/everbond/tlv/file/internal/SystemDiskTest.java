package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file backend on the real disk: permissions, links, places that are none. */
class SystemDiskTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));

    @TempDir
    private Path folder;

    @BeforeEach
    void onlyWithPosixPermissions() {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"), "a file system with POSIX permissions");
    }

    @Test
    void foldersAndFilesBelongToTheirOwnerAlone() throws Exception {
        var place = folder.resolve("a/b/bonds.tlv");
        var backend = open(place);
        backend.commit(new Batch(ID, 1, List.of(new Change(7, new byte[] {1}))));
        assertThat(permissions(folder.resolve("a"))).isEqualTo("rwx------");
        assertThat(permissions(folder.resolve("a/b"))).isEqualTo("rwx------");
        assertThat(permissions(place)).isEqualTo("rw-------");
        assertThat(permissions(folder.resolve("a/b/bonds.tlv.lock"))).isEqualTo("rw-------");
        backend.close();
        assertThat(new FileBackend(Disk.system(), place).open().values()).containsOnlyKeys(7);
    }

    @Test
    void aSymbolicLinkIsTheFileThatItNames() throws Exception {
        Files.createDirectory(folder.resolve("real"));
        var link = Files.createSymbolicLink(folder.resolve("link.tlv"), Path.of("real/bonds.tlv"));
        var backend = open(link);
        backend.commit(new Batch(ID, 1, List.of(new Change(7, new byte[2048]))));
        for (int i = 2; i < 60; i++) {
            backend.commit(new Batch(ID, i, List.of(new Change(7, new byte[2048]))));
        }
        assertThat(link).isSymbolicLink();
        assertThat(folder.resolve("real/bonds.tlv")).isRegularFile();
        assertThat(Files.size(link)).isLessThan(64 * 1024);
        assertThat(backend.info().resource()).isEqualTo(folder.toRealPath().resolve("real/bonds.tlv").toString());
        refused(folder.resolve("real/bonds.tlv"), Reason.IN_USE, "in use by another process");
    }

    @Test
    void placesThatCannotBeUsedAreNamedInOneLine() throws Exception {
        Files.createDirectory(folder.resolve("folder"));
        refused(folder.resolve("folder"), Reason.UNUSABLE, "is a folder; name a file in it");
        Files.writeString(folder.resolve("text"), "no store at all, but somebody's file\n");
        refused(folder.resolve("text/bonds.tlv"), Reason.UNUSABLE, "folder");
        refused(folder.resolve("text"), Reason.UNUSABLE, "is no store");
        assertThat(folder.resolve("text")).hasContent("no store at all, but somebody's file\n");
        refused(Path.of("/proc/everbond/bonds.tlv"), Reason.UNUSABLE, "/proc/everbond");
        Files.createSymbolicLink(folder.resolve("round"), Path.of("round"));
        refused(folder.resolve("round"), Reason.UNUSABLE, "without end");
    }

    @Test
    void aFolderThatMayNotBeWrittenIsNamed() throws Exception {
        var closed = Files.createDirectory(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-x------"));
        assumeTrue(!Files.isWritable(closed), "a user who is bound by permissions");
        refused(closed.resolve("bonds.tlv"), Reason.UNUSABLE, "change its permissions");
    }

    @Test
    void aRelativePlaceStartsInTheDataFolder() {
        var provider = new FileBackendProvider(folder);
        assertThat(provider.create("bonds.tlv", Map.of()).info().resource()).isEqualTo(folder.resolve("bonds.tlv").toString());
        assertThat(provider.create("/var/x.tlv", Map.of()).info().resource()).isEqualTo("/var/x.tlv");
        assertThat(folder).isEmptyDirectory();
        assertThatThrownBy(() -> provider.create("", Map.of())).hasMessageContaining("names no file");
        assertThatThrownBy(() -> provider.create("x", Map.of("sync", "no"))).hasMessageContaining("sync");
    }

    private static FileBackend open(Path place) throws TlvException {
        var backend = new FileBackend(Disk.system(), place);
        backend.open();
        return backend;
    }

    private static void refused(Path place, Reason reason, String sentence) {
        var backend = new FileBackend(Disk.system(), place);
        assertThatThrownBy(backend::open).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(reason);
            assertThat(e.getMessage()).contains(sentence).doesNotContain("\n");
        });
        backend.close();
    }

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
