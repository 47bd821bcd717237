package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.sidecar;
import static org.everbond.store.Run.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store becomes another one with everything in it. */
class RewritingTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"5bonds-signed,overwrite,1", "5bonds-history,write-once,8", "history-256,delete-field,16", "link-keys,delete-field,1",
            "recover-truncated-5bonds,overwrite,4"})
    void fromFileToFlashToNvsToFileEveryTagAndBondIsKept(String name, String mode, int alignment) throws Exception {
        var file = golden(folder, name + ".tlv");
        var flash = folder.resolve("flash.bin");
        var nvs = folder.resolve("nvs.bin");
        var back = folder.resolve("back.tlv");

        store("convert", file, flash, "--format", "flash", "--mode", mode, "--alignment", alignment).succeeds();
        store("convert", flash, nvs, "--format", "nvs", "--size", "64K", "--from-format", "flash", "--from-mode", mode, "--from-alignment",
                alignment).succeeds();
        store("convert", nvs, back, "--format", "file").succeeds();

        var before = store(file, "--json", "--keys").succeeds();
        var inFlash = store(flash, "--json", "--keys", "--format", "flash", "--mode", mode, "--alignment", alignment).succeeds();
        var inNvs = store(nvs, "--json", "--keys").succeeds();
        var after = store(back, "--json", "--keys").succeeds();
        for (var run : List.of(inFlash, inNvs, after)) {
            assertThat(run.values()).isEqualTo(before.values());
            assertThat(run.objects("bond")).isEqualTo(before.objects("bond"));
        }
        // From the first conversion on they are copies of one store.
        for (var member : List.of("id", "lineage", "sequence")) {
            assertThat(List.of(inFlash, inNvs, after)).extracting(run -> run.objects("store").get(0).get(member))
                    .containsOnly(inFlash.objects("store").get(0).get(member));
        }
        assertThat(inFlash.objects("store").get(0).get("id").isJsonNull()).isFalse();
        for (var check : List.of(store("check", nvs), store("check", back),
                store("check", flash, "--format", "flash", "--mode", mode, "--alignment", alignment))) {
            assertThat(check.succeeds().out()).contains(": clean, ");
        }
        if (Files.getFileStore(back).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(back))).isEqualTo("rw-------");
        }
    }

    @Test
    void aPartitionKeepsWhatOthersHaveInIt() throws Exception {
        var partition = golden(folder, "lib61-mixed.bin");
        var bonds = golden(folder, "5bonds-history.tlv");

        store("convert", bonds, partition, "--format", "nvs", "--force").succeeds();

        var listed = store(partition, "--json", "--keys").succeeds();
        assertThat(listed.values()).isEqualTo(store(bonds, "--json", "--keys").values());
        assertThat(new String(Files.readAllBytes(partition), StandardCharsets.ISO_8859_1))
                .contains("correct horse battery", "a-longer-name-that-needs-two-data-entries");
    }

    @Test
    void compactingDropsWhatIsReplacedAndKeepsWhatCounts() throws Exception {
        var file = golden(folder, "history-256.tlv");
        var before = store(file, "--json", "--keys").succeeds();
        long size = Files.size(file);

        var compacted = store("compact", file, "--json").succeeds().objects("compacted").get(0);

        assertThat(compacted.get("octetsBefore").getAsLong()).isEqualTo(size);
        assertThat(Files.size(file)).isEqualTo(compacted.get("octets").getAsLong()).isLessThan(size);
        var after = store(file, "--json", "--keys").succeeds();
        assertThat(after.values()).isEqualTo(before.values());
        assertThat(after.objects("bond")).isEqualTo(before.objects("bond"));
    }

    @Test
    void compactingLeavesNoDeletedKeyInAFlashImage() throws Exception {
        var flash = golden(folder, "write_once-a1-bonds-4k.bin");
        var options = new Object[] {"compact", flash, "--format", "flash", "--mode", "write-once"};
        var live = store(flash, "--format", "flash", "--mode", "write-once", "--json", "--keys").succeeds();
        var dead = sidecar("write_once-a1-bonds-4k.json").getAsJsonObject("after_open").getAsJsonArray("records").size();
        assertThat(dead).isGreaterThan(live.values().size());

        store(options).succeeds();

        assertThat(Files.size(flash)).isEqualTo(8192);
        var octets = java.util.HexFormat.of().formatHex(Files.readAllBytes(flash));
        assertThat(live.values().keySet()).allSatisfy(tag -> assertThat(octets.split(tag, -1)).hasSize(2));
        assertThat(store(flash, "--format", "flash", "--mode", "write-once", "--json", "--keys").values()).isEqualTo(live.values());
    }

    @ParameterizedTest
    @ValueSource(strings = {"recover-bad-magic.tlv", "damaged-data.bin"})
    void whatWasDamagedIsKeptAsideBeforeItIsCompacted(String name) throws Exception {
        var file = golden(folder, name);
        var octets = Files.readAllBytes(file);
        var before = store(file, "--json", "--keys").succeeds();
        assertThat(before.objects("damage")).isNotEmpty();
        assertThat(store("check", file).exitCode()).isEqualTo(1);

        store("compact", file).succeeds();

        assertThat(folder.resolve(name + ".damaged-1")).hasBinaryContent(octets);
        var after = store(file, "--json", "--keys").succeeds();
        assertThat(after.values()).isEqualTo(before.values());
        assertThat(after.objects("damage")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"overwrite-a1-bonds-4k.bin", "delete_field-a8-bonds-4k.bin", "write_once-a1-bonds-4k.bin"})
    void aFlashImageIsNotTakenForALog(String name) throws Exception {
        var flash = golden(folder, name);
        var octets = Files.readAllBytes(flash);

        for (var command : new Object[][] {{flash}, {"check", flash}, {"compact", flash}}) {
            var run = store(command);
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err().lines()).hasSize(1).first().asString().contains("looks like the image of a flash").contains("--format flash");
        }
        assertThat(flash).hasBinaryContent(octets);
        assertThat(store(flash, "--format", "file").succeeds().out()).contains("damage: ");
    }
}
