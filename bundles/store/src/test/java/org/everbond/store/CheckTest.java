package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.store;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code store check}: 0 clean, 1 damaged, 2 unusable. */
class CheckTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "5bonds-signed.tlv            | 0 | clean, 6 tags, 4 bonds",
        "lib61-mixed.bin              | 0 | clean, 5 tags, 3 bonds",
        "btdb-collision.tlv           | 0 | clean",
        "recover-bad-magic.tlv        | 1 | does not begin with 'BTstack'",
        "recover-truncated-5bonds.tlv | 1 | are no complete record",
        "recover-truncated-value.tlv  | 1 | are no complete record",
        "damaged-data.bin             | 1 | value '534D4552' (SMER) in namespace 'BTstack' is damaged",
        "damaged-header-crc.bin       | 1 | damaged",
        "gen-encrypted.bin            | 2 | encrypted",
    })
    void theExitStatusTells(String name, int exitCode, String sentence) throws Exception {
        var check = store("check", golden(folder, name));

        assertThat(check.exitCode()).isEqualTo(exitCode);
        assertThat(check.out() + check.err()).contains(sentence);
    }

    @Test
    void eachFindingIsASentenceAndOneObjectForPrograms() throws Exception {
        var file = golden(folder, "damaged-data.bin");

        var check = store("check", file, "--json");

        assertThat(check.objects("finding")).isNotEmpty();
        assertThat(check.objects("store")).singleElement().satisfies(verdict -> {
            assertThat(verdict.get("verdict").getAsString()).isEqualTo("damaged");
            assertThat(verdict.get("format").getAsString()).isEqualTo("nvs");
        });
    }

    @Test
    void aBondThatCannotBeReadIsAFinding() throws Exception {
        var file = golden(folder, "5bonds-signed.tlv");
        var octets = Files.readAllBytes(file);
        int keySize = octets.length - 1;
        while (!new String(octets, keySize - 56, 4, java.nio.charset.StandardCharsets.ISO_8859_1).startsWith("BTD")) {
            keySize--;
        }
        octets[keySize - 56 + 8 + 56] = 99;
        Files.write(file, octets);

        var check = store("check", file);

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.out()).contains("its key size is 99 instead of 7..16").contains("damaged, 6 tags, 3 bonds");
    }

    @Test
    void wrongCommandsAreToldInOneLineWithTheCure() {
        for (var arguments : new Object[][] {
            {}, {"check"}, {"convert", "a"}, {"convert", "a", "b"}, {"a", "b"}, {"a", "--force"}, {"check", "a", "--keys"}, {"a", "--nonsense"},
            {"a", "--mode", "overwrite"}, {"a", "--format", "paper"}, {"a", "--format"}, {"a", "--size", "24K"}, {"a", "--from-format", "file"}
        }) {
            var run = store(arguments);
            assertThat(run.exitCode()).as("%s", java.util.List.of(arguments)).isEqualTo(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err().lines()).hasSize(1).first().asString().startsWith("everbond: ");
        }
        assertThat(store("--help").succeeds().out()).contains("--format", "--mode", "--alignment", "--bank-size", "--size", "--keys", "--json",
                "--force", "--from-", "check", "convert", "compact");
    }
}
