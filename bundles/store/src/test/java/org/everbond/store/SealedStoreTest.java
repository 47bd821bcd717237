package org.everbond.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.store.Run.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.FileStore;
import org.everbond.tlv.nvs.NvsStore;
import org.everbond.tlv.sealed.internal.SealedBackendProvider;
import org.everbond.tlv.sealed.spi.StoreKeyProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Without the key of a sealed store there is little to see, and everything to be kept. */
class SealedStoreTest {
    private static final byte[] ER = "sixteen octets !".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    @Test
    void aSealedStoreIsRecognisedAndConvertedAsItIs() throws Exception {
        var backend = sealed("sealed:file", "bonds.tlv");
        backend.open();
        backend.commit(new TlvBackend.Batch(new StoreId(UUID.randomUUID(), UUID.randomUUID()), 1, List.of(new Change(Tags.ER, ER))));
        backend.close();
        var file = folder.resolve("bonds.tlv");

        var listed = store(file, "--json", "--keys").succeeds();
        assertThat(listed.objects("store").get(0).get("sealed").getAsBoolean()).isTrue();
        assertThat(listed.values()).containsKey("e4000000").doesNotContainKey("534d4552");
        assertThat(listed.objects("store").get(0).get("bonds").isJsonNull()).as("nobody knows how many").isTrue();
        assertThat(listed.objects("remark")).singleElement().asString().contains("is sealed", "--keystore");
        assertThat(store("check", file).succeeds().out()).contains("clean, 3 tags, hidden without the key of the store");

        store("compact", file).succeeds();
        store("convert", file, folder.resolve("nvs.bin"), "--format", "nvs").succeeds();
        Files.delete(file);
        var converted = sealed("sealed:nvs", "nvs.bin");
        assertThat(converted.open().values().get(Tags.ER)).isEqualTo(ER);
        converted.close();
    }

    private TlvBackend sealed(String scheme, String place) {
        var data = new DataFolder(folder);
        var provider = new SealedBackendProvider(folder);
        provider.bindStore(FileStore.on(Disk.system(), data));
        provider.bindStore(NvsStore.on(Disk.system(), data));
        provider.bindKeys(new StoreKeyProvider() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public byte[] key(String alias) {
                return new byte[32];
            }
        });
        return provider.create(scheme.substring("sealed:".length()) + ":" + place, Map.of("provider", "test"));
    }
}
