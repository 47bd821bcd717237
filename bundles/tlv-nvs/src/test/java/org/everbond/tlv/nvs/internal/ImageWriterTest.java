package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What we write is what Espressif's own programs write, octet for octet. */
class ImageWriterTest {
    @ParameterizedTest
    @CsvSource({"gen-v2-btstack, 254", "gen-v1-btstack, 255", "lib61-er-ir-1bond, 254"})
    void theSameValuesGiveTheSameImage(String name, int version) throws Exception {
        var golden = Golden.read(name);
        var values = new LinkedHashMap<String, byte[]>();
        for (var element : golden.sidecar().getAsJsonArray("items")) {
            var item = element.getAsJsonObject();
            values.put(item.get("key").getAsString(), HexFormat.of().parseHex(item.get("value").getAsString()));
        }
        var kept = List.of(Item.namespace(Contents.BTSTACK, 1));
        int pages = golden.image().length / Page.SIZE;
        assertThat(ImageWriter.write(pages, version, kept, 1, values)).isEqualTo(golden.image());
    }

    @Test
    void blobsOfMoreThanAPageAreCutAsEspressifCutsThem() throws Exception {
        var golden = Golden.read("gen-v2-multipage");
        var contents = ImageReader.read(golden.image());
        var kept = contents.stored().stream()
                .filter(value -> value.head().namespace() == Item.NAMESPACES)
                .flatMap(value -> value.items().stream())
                .toList();
        int app = contents.namespaces().get("app");
        var big = HexFormat.of().parseHex(golden.items().get("app/big").substring(5));
        var ours = ImageReader.read(ImageWriter.write(8, Page.VERSION_2, kept, app, Map.of("big", big)));
        assertThat(ours.stored().get(ours.stored().size() - 1).blob()).isEqualTo(big);
        assertThat(ours.stored().get(ours.stored().size() - 1).chunks()).hasSize(3).allMatch(Item::hasGoodData);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gen-v2-btstack", "gen-v1-btstack", "gen-v2-mixed", "gen-v2-multipage", "lib61-er-ir-1bond"})
    void theCheckOfOurTestsTakesImagesOfEspressif(String name) throws Exception {
        var golden = Golden.read(name);
        assertThat(LibraryCheck.of(golden.image()).items).isEqualTo(golden.items());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "lib61-history", "lib51-many-bonds", "cut61-update-06", "cut51-gc-007", "damaged-data", "damaged-entry-crc", "damaged-header-crc",
        "damaged-index-crc", "damaged-namespace-entry", "damaged-header-state", "damaged-entry-state", "gen-encrypted"
    })
    void theCheckOfOurTestsRefusesWhatTheLibraryWouldHaveToRepair(String name) throws Exception {
        var image = Golden.image(name);
        assertThatThrownBy(() -> LibraryCheck.of(image)).isInstanceOf(AssertionError.class);
    }
}
