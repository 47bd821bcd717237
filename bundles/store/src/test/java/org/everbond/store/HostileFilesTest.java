package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.store;

import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Anything may be in a file. */
class HostileFilesTest {
    private static final int FILES = 40;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"5bonds-signed.tlv,file,overwrite", "5bonds-history.tlv,file,overwrite", "edge-values.tlv,file,overwrite", "lib61-mixed.bin,nvs,overwrite",
            "overwrite-a1-bonds-4k.bin,flash,overwrite", "write_once-a1-bonds-4k.bin,flash,write-once"})
    void everyDamageIsListedOrRefusedAndWhatIsReadCanBeConverted(String name, String format, String mode) throws Exception {
        var octets = Files.readAllBytes(golden(folder, name));
        var file = folder.resolve("damaged");
        var random = new Random(name.hashCode());
        int listed = 0;
        for (int i = 0; i < FILES; i++) {
            Files.write(file, damaged(octets, random));
            var list = format.equals("flash")
                    ? store(file, "--json", "--keys", "--format", format, "--mode", mode)
                    : store(file, "--json", "--keys", "--format", format);
            assertThat(list.exitCode()).isIn(0, 2);
            list.out().lines().forEach(JsonParser::parseString);
            assertThat(list.err().lines().count()).isEqualTo(list.exitCode() == 0 ? 0 : 1);
            if (list.exitCode() == 0) {
                listed++;
                var to = folder.resolve("to.tlv");
                var convert = format.equals("flash")
                        ? store("convert", file, to, "--format", "file", "--force", "--from-format", format, "--from-mode", mode)
                        : store("convert", file, to, "--format", "file", "--force", "--from-format", format);
                assertThat(convert.exitCode()).as(convert.err()).isZero();
                assertThat(store(to, "--json", "--keys").values()).isEqualTo(list.values());
            }
        }
        assertThat(listed).isPositive();
    }

    /** Some octets changed, a piece cut out, or the end missing. */
    static byte[] damaged(byte[] octets, Random random) {
        var copy = octets.clone();
        for (int i = random.nextInt(8); i >= 0; i--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(copy, random.nextInt(copy.length));
            case 1 -> {
                int from = random.nextInt(copy.length);
                int to = Math.min(copy.length, from + random.nextInt(600));
                Arrays.fill(copy, from, to, (byte) (random.nextBoolean() ? 0 : 0xff));
                yield copy;
            }
            default -> copy;
        };
    }
}
