package org.everbond.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.everbond.faults.CrashDisk;
import org.everbond.faults.FaultSweep;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tool's commands that write, on a disk that loses power and fails: what is read only stays as it is, what is written is the old store
 * or the new one as a whole, done is done, refused has changed nothing, and the command can be repeated.
 */
class ToolFaultsTest {
    private static final Path FROM = Path.of("/data/from");
    private static final Path TO = Path.of("/data/to");

    @TempDir
    Path folder;

    @BeforeEach
    void keyStore() throws Exception {
        Files.writeString(folder.resolve("keys.pw"), "swordfish");
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setEntry("everbond", new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[32], "AES")),
                new KeyStore.PasswordProtection("swordfish".toCharArray()));
        try (OutputStream out = Files.newOutputStream(folder.resolve("keys.p12"))) {
            store.store(out, "swordfish".toCharArray());
        }
    }

    @TestFactory
    Stream<DynamicTest> whatIsWrittenIsTheOldOrTheNewStore() {
        var key = List.of("--keystore", folder.resolve("keys.p12").toString(), "--password-file", folder.resolve("keys.pw").toString());
        var flash = List.of("--format", "flash", "--mode", "write-once");
        var from = golden("5bonds-history.tlv");
        return Stream.of(
                test("convert to a new NVS image", from, null, List.of("convert", "FROM", "TO", "--format", "nvs"), List.of()),
                test("convert over another store", from, golden("history-256.tlv"),
                        List.of("convert", "FROM", "TO", "--format", "file"), List.of()),
                test("convert into a partition of others", from, golden("lib61-mixed.bin"),
                        List.of("convert", "FROM", "TO", "--format", "nvs"), List.of()),
                test("seal", from, null, with(List.of("seal", "FROM", "TO"), key), key),
                test("import into a new store", from, null, List.of("import", "FROM", "TO"), List.of()),
                test("import into another store", from, golden("5bonds-signed.tlv"),
                        List.of("import", "FROM", "TO", "--identity", "keep"), List.of()),
                test("compact", null, golden("history-256.tlv"), List.of("compact", "TO"), List.of()),
                test("compact a damaged log", null, golden("recover-bad-magic.tlv"), List.of("compact", "TO"), List.of()),
                test("compact a damaged NVS image", null, golden("damaged-data.bin"), List.of("compact", "TO"), List.of()),
                test("compact a flash image", null, golden("write_once-a1-bonds-4k.bin"), with(List.of("compact", "TO"), flash), flash));
    }

    private static List<String> with(List<String> words, List<String> more) {
        return Stream.concat(words.stream(), more.stream()).toList();
    }

    private static byte[] golden(String name) {
        try (var golden = ToolFaultsTest.class.getResourceAsStream("/golden/" + name)) {
            return golden.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static DynamicTest test(String name, byte[] from, byte[] to, List<String> command, List<String> reading) {
        return DynamicTest.dynamicTest(name, () -> {
            var sweep = new Sweep("store " + name, from, to, command, reading);
            sweep.powerLoss();
            sweep.failures();
        });
    }

    private static final class Sweep extends FaultSweep {
        private final byte[] from;
        private final byte[] to;
        private final List<String> words;
        private final Arguments.Kind kind;
        private final String old;
        private final String fresh;
        private final boolean damaged;
        private String outcome;

        Sweep(String name, byte[] from, byte[] to, List<String> command, List<String> reading) throws Exception {
            super(name);
            this.from = from;
            this.to = to;
            words = new ArrayList<>();
            command.forEach(word -> words.add(word.equals("FROM") ? FROM.toString() : word.equals("TO") ? TO.toString() : word));
            if (to != null && words.get(0).equals("convert")) {
                words.add("--force");
            }
            kind = Arguments.parse(with(List.of(TO.toString()), reading)).kind();
            old = to == null ? "" : values(disk());
            damaged = to != null && words.get(0).equals("compact") && !StoreFile.open(disk(), TO, kind).image().setAside().isEmpty();
            var disk = disk();
            run(disk);
            fresh = values(disk);
            assertThat(fresh).isNotEmpty();
        }

        @Override
        protected CrashDisk disk() {
            var disk = new CrashDisk();
            if (from != null) {
                disk.put(FROM, from);
            }
            if (to != null) {
                disk.put(TO, to);
            }
            return disk;
        }

        private String values(CrashDisk disk) throws ToolException {
            if (words.get(0).equals("import")) {
                // Names of bonds are made anew each time.
                return StoreFile.open(disk, TO, kind).bonds().bonds().stream()
                        .map(kept -> kept.bond().identity() + " " + Words.hex(kept.keys().ltk()) + " " + Words.hex(kept.keys().irk()))
                        .sorted().toList().toString();
            }
            var values = new TreeMap<Integer, String>();
            StoreFile.open(disk, TO, kind).image().values().forEach((tag, value) -> values.put(tag, Words.hex(value)));
            return values.toString();
        }

        private void run(CrashDisk disk) throws ToolException {
            var nowhere = new PrintStream(OutputStream.nullOutputStream());
            var arguments = Arguments.parse(words);
            switch (arguments.command()) {
                case IMPORT -> Importing.run(arguments, disk, nowhere, nowhere);
                case COMPACT -> Rewriting.compact(arguments, disk, nowhere);
                default -> Rewriting.convert(arguments, disk, nowhere, nowhere);
            }
        }

        @Override
        protected void story(CrashDisk disk) {
            outcome = "";
            try {
                run(disk);
                outcome = "done";
            } catch (ToolException e) {
                outcome = "refused: " + e.getMessage();
            }
        }

        @Override
        protected String expectation() {
            return outcome;
        }

        @Override
        protected void check(CrashDisk disk, String when) throws Exception {
            if (from != null) {
                assertThat(disk.get(FROM)).as(when).isEqualTo(from);
            }
            var found = disk.get(TO) == null ? "" : values(disk);
            if (outcome.equals("done")) {
                assertThat(found).as(when).isEqualTo(fresh);
            } else if (outcome.startsWith("refused") && !outcome.contains("written, but may") && !outcome.contains("not known")) {
                assertThat(found).as(when + ", " + outcome).isEqualTo(old);
                assertThat(disk.get(TO)).as(when + ", " + outcome).isEqualTo(to);
            } else {
                assertThat(found).as(when + ", " + outcome).isIn(old, fresh);
            }
            again(disk, when + ", and again");
        }

        private void again(CrashDisk disk, String when) throws ToolException {
            if (disk.get(TO) != null && to == null && !words.get(0).equals("import")) {
                // It is done already; only its name may have to be given once more.
                words.add("--force");
                run(disk);
                words.remove("--force");
            } else {
                run(disk);
            }
            var lost = cacheLies(disk) ? disk : disk.afterPowerLoss(new boolean[disk.units()]);
            assertThat(values(lost)).as(when).isEqualTo(fresh);
            assertThat(lost.names()).as(when).noneMatch(path -> path.toString().endsWith(".tmp"));
            if (damaged) {
                assertThat(lost.names()).as(when + ": what was damaged is kept").anyMatch(path -> Arrays.equals(lost.get(path), to));
            }
        }
    }
}
