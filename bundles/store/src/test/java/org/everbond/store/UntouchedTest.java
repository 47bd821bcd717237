package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.FileStore;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking changes nothing, whatever there is to look at. */
class UntouchedTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"5bonds-signed.tlv", "recover-bad-magic.tlv", "recover-truncated-5bonds.tlv", "recover-trailing-garbage.tlv",
            "recover-truncated-value.tlv", "recover-zero-bytes.tlv", "damaged-data.bin", "damaged-header-crc.bin", "gen-encrypted.bin",
            "lib61-mixed.bin", "overwrite-a1-bonds-4k.bin", "epochs-0-2.bin"})
    void listingAndCheckingLeaveTheOctetsTheTimeAndTheFolderAsTheyAre(String name) throws Exception {
        var file = golden(folder, name);
        var octets = Files.readAllBytes(file);
        Files.setLastModifiedTime(file, LONG_AGO);

        for (var format : List.of(List.of(), List.of("--format", "file"), List.of("--format", "nvs"), List.of("--format", "flash"),
                List.of("--format", "flash", "--mode", "write-once"))) {
            for (var command : List.of(List.of(), List.of("--json", "--keys"), List.of("check"))) {
                var words = new ArrayList<Object>(command);
                words.add(file);
                words.addAll(format);
                assertThat(store(words.toArray()).err()).doesNotContain("\tat ", "Exception");
                assertThat(file).hasBinaryContent(octets);
                assertThat(Files.getLastModifiedTime(file)).isEqualTo(LONG_AGO);
                assertThat(content()).containsExactly(file);
            }
        }
    }

    @Test
    void refusedConversionsChangeNothing() throws Exception {
        var from = golden(folder, "5bonds-signed.tlv");
        var to = folder.resolve("to.bin");

        var full = store("convert", from, to, "--format", "flash", "--bank-size", 512);
        assertThat(full.exitCode()).isEqualTo(1);
        assertThat(full.err()).contains("would be too small").contains("bank has 512");
        assertThat(content()).containsExactly(from);

        Files.writeString(to, "mine");
        Files.setLastModifiedTime(to, LONG_AGO);
        var there = store("convert", from, to, "--format", "file");
        assertThat(there.exitCode()).isEqualTo(1);
        assertThat(there.err()).contains("exists and was left as it is").contains("--force");
        assertThat(to).hasContent("mine");
        assertThat(content()).containsExactly(from, to);

        var same = store("convert", from, from, "--format", "file", "--force");
        assertThat(same.exitCode()).isEqualTo(1);
        assertThat(same.err()).contains("the same file");
    }

    @Test
    void aStoreInUseIsListedWithARemarkAndNotWrittenTo() throws Exception {
        var file = golden(folder, "5bonds-signed.tlv");
        var octets = Files.readAllBytes(file);
        var gateway = FileStore.on(Disk.system(), new DataFolder(folder)).create(file.toString(), java.util.Map.of());
        gateway.open();
        try {
            var listed = store(file).succeeds();
            assertThat(listed.out()).contains("C0:FF:EE:00:00:05/random").contains("remark: a gateway uses this store just now");
            assertThat(store(file, "--json").objects("store").get(0).get("inUse").getAsBoolean()).isTrue();

            for (var write : new Run[] {
                store("compact", file), store("convert", golden(folder, "history-256.tlv"), file, "--format", "file", "--force")
            }) {
                assertThat(write.exitCode()).isEqualTo(1);
                assertThat(write.err().lines()).hasSize(1).first().asString().contains("is in use by another process");
            }
            assertThat(file).hasBinaryContent(octets);
            var copy = store("convert", file, folder.resolve("copy.tlv"), "--format", "file").succeeds();
            assertThat(copy.err()).contains("remark: a gateway uses this store just now");
        } finally {
            gateway.close();
        }
        assertThat(store(file, "--json").objects("store").get(0).get("inUse").getAsBoolean()).isFalse();
    }

    @Test
    void whatIsNoStoreIsToldInOneLine() throws Exception {
        unusable(folder.resolve("nowhere"), "does not exist");
        unusable(folder, "is a folder");
        unusable(Files.writeString(folder.resolve("text"), "Dear reader,\nthis is no store.\n"), "is no store");
        unusable(Files.write(folder.resolve("page"), new byte[4096]), "is no image of an NVS partition");
        unusable(golden(folder, "gen-encrypted.bin"), "encrypted NVS partition");

        var sparse = folder.resolve("sparse");
        try (var file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength(10L << 30);
        } catch (IOException e) {
            Assumptions.abort("no file of 10 GB can be made here: " + e.getMessage());
        }
        unusable(sparse, "has 10240 MiB");
    }

    @Test
    void whatMayNotBeReadIsToldInOneLine() throws Exception {
        var file = golden(folder, "5bonds-signed.tlv");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        Assumptions.assumeFalse(Files.isReadable(file), "this user may read everything");
        unusable(file, "may not be read");
    }

    private static void unusable(Path file, String reason) {
        for (var arguments : new Object[][] {{file}, {"check", file}, {"compact", file}, {"convert", file, file + ".to", "--format", "nvs"}}) {
            var run = store(arguments);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err().lines()).hasSize(1).first().asString().startsWith("everbond: ").contains(file.toString(), reason);
        }
        assertThat(store(file, "--json").objects("error")).hasSize(1);
    }

    private List<Path> content() throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
