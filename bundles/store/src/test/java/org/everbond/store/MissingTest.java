package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.golden;
import static org.everbond.store.Run.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.FileStore;
import org.everbond.tlv.flash.FlashStore;
import org.everbond.tlv.nvs.NvsStore;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store has lost since it was written last is told by the gateway's store and by the tool alike. */
@Timeout(60)
class MissingTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"file", "nvs", "flash"})
    void tB16_anOlderCopyThatWasPutBackIsTold(String format) throws Exception {
        var file = folder.resolve("bonds");
        assertThat(run(format, file, 1)).isEmpty();
        var older = Files.readAllBytes(file);
        assertThat(run(format, file, 2)).isEmpty();
        check(format, file, 0, "clean");
        Files.write(file, older);

        var sentence = "bonds holds transaction 1, but transaction 2 of store ";
        check(format, file, 1, sentence);
        assertThat(store(file, "--format", format, "--json").objects("damage").get(0).get("damage").getAsString()).contains(sentence);
        assertThat(run(format, file, 3)).singleElement().asString().contains(sentence);
        check(format, file, 0, "clean");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "nvs", "flash"})
    void aStoreThatWasEmptiedIsTold(String format) throws Exception {
        var file = folder.resolve("bonds");
        var empty = folder.resolve("empty");
        var backend = backend(format, empty);
        assertThat(backend.open().values()).isEmpty();
        backend.close();
        run(format, file, 1);
        Files.write(file, Files.readAllBytes(empty));

        check(format, file, 1, "bonds is empty, but transaction 1 of store ");
    }

    @Test
    void whatWasNotFinishedIsTold() throws Exception {
        var file = golden(folder, "5bonds-signed.tlv");
        long size = Files.size(file);
        Files.write(file, new byte[] {'B', 'T', 'D'}, StandardOpenOption.APPEND);

        check("file", file, 1, "the last 3 octets, from offset " + size + " on, are no complete record and were left out");
        var converted = store("convert", file, folder.resolve("new.bin"), "--format", "flash").succeeds();
        assertThat(converted.err()).startsWith("everbond: not converted: ").contains("the last 3 octets");
    }

    private static TlvBackend backend(String format, Path file) {
        var here = new DataFolder(Path.of(""));
        var provider = switch (format) {
            case "nvs" -> NvsStore.on(Disk.system(), here);
            case "flash" -> FlashStore.on(Disk.system(), here);
            default -> FileStore.on(Disk.system(), here);
        };
        return provider.create(file.toString(), Map.of());
    }

    private static void check(String format, Path file, int exitCode, String sentence) {
        var check = store("check", file, "--format", format);
        assertThat(check.out()).contains(sentence);
        assertThat(check.exitCode()).isEqualTo(exitCode);
    }

    /** One run of a gateway that writes something. Returns what was set aside. */
    private static List<String> run(String format, Path file, int value) throws Exception {
        var owner = TlvStore.create("gateway", Options.DEFAULTS);
        try {
            owner.bind(backend(format, file));
            owner.store().commit(new Transaction().put(Tags.CCC, new byte[] {(byte) value, 0, 0, 0, 0, 0, 0, 0}))
                    .toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(owner.store().notices()).isEmpty();
            return owner.store().setAside();
        } finally {
            owner.close();
        }
    }
}
