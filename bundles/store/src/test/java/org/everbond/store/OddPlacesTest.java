package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.store;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands where a store is meant to be can be anything; people are told what it is, in one sentence, and nothing hangs. */
@Timeout(30)
class OddPlacesTest {
    @TempDir
    Path folder;

    private Path good;

    @BeforeEach
    void aStore() throws Exception {
        good = golden(folder, "5bonds-history.tlv");
    }

    private void refused(Object file, String sentence) {
        var list = store(file);
        assertThat(list.exitCode()).isEqualTo(2);
        assertThat(list.out()).isEmpty();
        assertThat(list.err()).startsWith("everbond: ").contains(sentence).endsWith("\n").hasLineCount(1);
        assertThat(store("check", file).err()).isEqualTo(list.err());
        assertThat(store("import", file, folder.resolve("new.tlv")).err()).isEqualTo(list.err());
    }

    @Test
    void whatIsNoStoreIsToldAsWhatItIs() throws Exception {
        refused(folder, folder + " is a folder; name a file in it");
        refused(folder.resolve("none"), "none does not exist; name a file that is there");
        refused(good.resolve("below"), "below lies below something that is no folder");
        var text = Files.writeString(folder.resolve("text"), "hello, this is a text file");
        refused(text, "text is no store: it does not begin with 'BTstack' and is no image of an NVS partition");
        var large = folder.resolve("large");
        try (var file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(10L << 30);
        }
        refused(large, "large is no store: it has 10240 MiB, and a store has at most 256 MiB");
    }

    @Test
    void linksWithoutEndAndPipesAreNotFollowed() throws Exception {
        try {
            Files.createSymbolicLink(folder.resolve("one"), Path.of("two"));
            Files.createSymbolicLink(folder.resolve("two"), Path.of("one"));
        } catch (UnsupportedOperationException e) {
            Assumptions.abort("no symbolic links here");
        }
        refused(folder.resolve("one"), folder.resolve("one") + " is a chain of symbolic links without end; configure the file itself");
        assertThat(store("convert", good, folder.resolve("one"), "--format", "nvs").err())
                .isEqualTo("everbond: " + folder.resolve("one") + " is a chain of symbolic links without end; configure the file itself\n");
        var pipe = folder.resolve("pipe");
        Assumptions.assumeTrue(isPipeMade(pipe), "mkfifo is missing");
        refused(pipe, "pipe is not an ordinary file; name one");
        assertThat(store("convert", good, pipe, "--format", "nvs", "--force").exitCode()).isNotZero();
    }

    private static boolean isPipeMade(Path pipe) throws Exception {
        try {
            return new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor() == 0;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    @Test
    void aFileWithNothingInItIsAnEmptyStore() throws Exception {
        var empty = Files.write(folder.resolve("empty"), new byte[0]);
        assertThat(store(empty).succeeds().out()).contains("0 tags, 0 bonds", "store: empty", "damage: ");
        assertThat(store("check", empty).exitCode()).isEqualTo(1);
        var run = store("import", empty, folder.resolve("new.tlv")).succeeds();
        assertThat(run.out()).contains("0 bonds added, 0 replaced, 0 left as they were; nothing was written");
        assertThat(folder.resolve("new.tlv")).doesNotExist();
    }

    @Test
    void whereADamagedFileIsKeptIsTold() throws Exception {
        var damaged = golden(folder, "recover-bad-magic.tlv");
        var octets = Files.readAllBytes(damaged);
        var kept = folder.resolve("recover-bad-magic.tlv.damaged-1");
        assertThat(store("compact", damaged).succeeds().out()).endsWith(" now; it was damaged, and is kept as it was as " + kept + "\n");
        assertThat(kept).hasBinaryContent(octets);

        Files.write(damaged, octets);
        assertThat(store("compact", damaged, "--json").succeeds().objects("compacted").get(0).get("kept").getAsString())
                .as("the same octets are kept once").isEqualTo(kept.toString());
        Files.write(damaged, octets);
        assertThat(store("import", good, damaged, "--identity", "keep").succeeds().out()).contains("is kept as it was as " + kept);
    }

    @Test
    void aWordThatIsNoCommandIsNamed() {
        assertThat(store("frobnicate", good).err()).contains("'frobnicate' is no command", "store --help lists the commands");
        assertThat(store("check", good, good).err()).contains("store check takes one file, not 2");
        assertThat(store("check").err()).contains("store check takes one file, not 0");
    }
}
