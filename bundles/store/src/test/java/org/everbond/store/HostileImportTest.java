package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.store;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the store is that bonds are imported from, nothing of the one that they go to gets lost, and nothing weaker gets in. */
class HostileImportTest {
    private static final int FILES = Integer.getInteger("everbond.imports", 30);

    @TempDir
    Path folder;

    /** THREATS B17. */
    @ParameterizedTest
    @CsvSource({"5bonds-signed.tlv,file,overwrite", "5bonds-history.tlv,file,overwrite", "edge-values.tlv,file,overwrite", "link-keys.tlv,file,overwrite",
            "lib61-mixed.bin,nvs,overwrite", "overwrite-a1-bonds-4k.bin,flash,overwrite", "write_once-a1-bonds-4k.bin,flash,write-once"})
    void b17_whateverIsImportedCostsNoBondAndBringsNoKeyThatIsNone(String name, String format, String mode) throws Exception {
        var octets = Files.readAllBytes(golden(folder, name));
        var from = folder.resolve("hostile");
        var into = folder.resolve("ours.tlv");
        var ours = golden(folder, "recover-trailing-garbage.tlv");
        store("import", ours, into, "--from-address", "00:1B:DC:07:32:EF/public").succeeds();
        var before = Files.readAllBytes(into);
        var there = bonds(into);
        var random = new Random(name.hashCode());
        int imported = 0;
        for (int i = 0; i < FILES; i++) {
            Files.write(from, HostileFilesTest.damaged(octets, random));
            Files.write(into, before);
            var words = new java.util.ArrayList<Object>(List.of("import", from, into, "--identity", random.nextBoolean() ? "keep" : "take",
                    "--from-address", "00:1B:DC:07:32:EF/public", "--from-format", format));
            if (format.equals("flash")) {
                words.addAll(List.of("--from-mode", mode));
            }
            if (random.nextBoolean()) {
                words.add("--replace");
            }
            words.add("--dry-run");
            var first = store(words.toArray());
            assertThat(into).as("a dry run writes nothing").hasBinaryContent(before);
            words.remove("--dry-run");
            var run = store(words.toArray());
            assertThat(first.exitCode()).isEqualTo(run.exitCode());
            assertThat(untold(first.out())).isEqualTo(untold(run.out()));
            assertThat(run.exitCode()).as(run.err()).isIn(0, 1, 2);
            assertThat(run.err().lines()).as("sentences, no stack trace").allMatch(line -> line.startsWith("everbond: "));
            if (run.exitCode() != 0) {
                assertThat(into).as(run.err()).hasBinaryContent(before);
                continue;
            }
            imported++;
            var after = bonds(into);
            assertThat(after).containsKeys(there.keySet().toArray(String[]::new));
            if (!words.contains("--replace")) {
                there.forEach((identity, bond) -> assertThat(after.get(identity).get("ltk")).isEqualTo(bond.get("ltk")));
            }
            after.forEach((identity, bond) -> {
                boolean hasKey = !bond.get("ltk").isJsonNull();
                assertThat(bond.get("ltk").toString()).doesNotContain("0".repeat(32));
                assertThat(!hasKey || bond.get("keySize").getAsInt() >= 7 && bond.get("keySize").getAsInt() <= 16).as(bond.toString()).isTrue();
            });
            assertThat(store("check", into).exitCode()).as("what was written is sound").isIn(0, 1);
        }
        assertThat(imported).isPositive();
    }

    private static Map<String, JsonObject> bonds(Path file) {
        var bonds = new TreeMap<String, JsonObject>();
        for (var bond : store(file, "--json", "--keys").succeeds().objects("bond")) {
            bonds.put(bond.get("identity").getAsString(), bond);
        }
        return bonds;
    }

    /** Without what was written and what was kept aside. */
    private static String untold(String out) {
        return out.replaceFirst("; nothing was written", "").replaceFirst("; it was damaged, and is kept as it was as .*", "");
    }
}
