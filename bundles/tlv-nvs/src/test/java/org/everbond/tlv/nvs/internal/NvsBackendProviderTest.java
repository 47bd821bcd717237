package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code store=nvs:...} on the real disk. */
class NvsBackendProviderTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"24K, 24576", "12288, 12288", "1024k, 1048576", "8192K, 8388608"})
    void aNewImageHasTheSizeThatIsConfigured(String size, long octets) throws Exception {
        var backend = new NvsBackendProvider(folder).create("deep/er/nvs.bin", Map.of("size", size));
        backend.open();
        assertThat(Files.size(folder.resolve("deep/er/nvs.bin"))).isEqualTo(octets);
        backend.commit(new Batch(NvsBackendTest.ID, 1, List.of(new Change(7, new byte[2048]))));
        LibraryCheck.of(Files.readAllBytes(folder.resolve("deep/er/nvs.bin")));
        backend.close();
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            var permissions = Files.getPosixFilePermissions(folder.resolve("deep/er/nvs.bin"));
            assertThat(PosixFilePermissions.toString(permissions)).isEqualTo("rw-------");
        }
    }

    @Test
    void withoutASizeItIsThatOfEspressifsPartitionTable() throws Exception {
        var backend = new NvsBackendProvider(folder).create("nvs.bin", Map.of());
        assertThat(backend.info().resource()).isEqualTo(folder.resolve("nvs.bin").toString());
        backend.open();
        assertThat(Files.size(folder.resolve("nvs.bin"))).isEqualTo(0x6000);
        backend.close();
        // The size of an image that is there is its own.
        var again = new NvsBackendProvider(folder).create("nvs.bin", Map.of("size", "64K"));
        again.open();
        assertThat(Files.size(folder.resolve("nvs.bin"))).isEqualTo(0x6000);
        assertThat(again.info().atomicBatch()).isTrue();
        assertThat(again.info().durable()).isTrue();
        again.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "8K", "25K", "24M", "-24K", "99999999999", "10000K", "24 K"})
    void aSizeThatNoPartitionHasIsRefused(String size) {
        assertThatThrownBy(() -> new NvsBackendProvider(folder).create("nvs.bin", Map.of("size", size)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size=" + size)
                .hasMessageContaining("multiple of 4K");
    }

    @Test
    void placesAndOptionsThatMakeNoSenseAreRefused() {
        var provider = new NvsBackendProvider(folder);
        assertThatThrownBy(() -> provider.create(" ", Map.of())).hasMessageContaining("names no file");
        assertThatThrownBy(() -> provider.create("/", Map.of())).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> provider.create("a", Map.of("sise", "24K"))).hasMessageContaining("no option 'sise'");
        assertThat(folder).isEmptyDirectory();
    }
}
