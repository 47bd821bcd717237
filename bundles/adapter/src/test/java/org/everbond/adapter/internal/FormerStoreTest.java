package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.everbond.tlv.disk.Disk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormerStoreTest {
    private static final Locator NVS = Locator.parse("store", "nvs:esp32.bin?size=24K");

    @TempDir
    Path folder;

    private FormerStore former() {
        return new FormerStore(Disk.system(), folder, "main");
    }

    @Test
    void whatWasNotedLastIsReadInTheNextRun() throws Exception {
        assertThat(former().read()).isEmpty();
        var image = Files.createFile(folder.resolve("esp32.bin"));
        var first = former();
        first.keep(Locator.parse("store", "file:main.tlv"), folder.resolve("main.tlv").toString());
        first.keep(NVS, image.toString());
        assertThat(former().read()).contains(NVS);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");

        former().forget();
        assertThat(former().read()).isEmpty();
        assertThat(folder.resolve("main.store")).doesNotExist();
    }

    @Test
    void theDataFolderIsMadeWhereAllStoresAreElsewhere() throws Exception {
        var image = Files.createFile(folder.resolve("esp32.bin"));
        var former = new FormerStore(Disk.system(), folder.resolve("gateway/data"), "main");
        former.keep(NVS, image.toString());
        assertThat(new FormerStore(Disk.system(), folder.resolve("gateway/data"), "main").read()).contains(NVS);
    }

    @Test
    void aPlaceThatIsGoneIsNotMissed() throws Exception {
        var image = Files.createFile(folder.resolve("esp32.bin"));
        former().keep(NVS, image.toString());
        Files.delete(image);
        assertThat(former().read()).isEmpty();
        // What is no file cannot be looked for.
        former().keep(Locator.parse("store", "cloud:7"), "somewhere");
        assertThat(former().read()).contains(Locator.parse("store", "cloud:7"));
    }

    @Test
    void aNoteThatNobodyUnderstandsIsNone() throws Exception {
        for (var text : new String[] {"", "file:main.tlv", "no place\n/there\n", "\0\0\0\n\0\n"}) {
            Files.writeString(folder.resolve("main.store"), text);
            assertThat(former().read()).as(text).isEmpty();
        }
        Files.delete(folder.resolve("main.store"));
        Files.createDirectory(folder.resolve("main.store"));
        assertThat(former().read()).isEmpty();
    }
}
