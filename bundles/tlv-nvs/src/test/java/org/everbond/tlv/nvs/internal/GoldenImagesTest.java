package org.everbond.tlv.nvs.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images by Espressif's own library, with and without power cuts and damage: we find what it finds, and what it loses. */
class GoldenImagesTest {
    /** Encrypted, or in a newer format: there is nothing that could be read. */
    private static final Set<String> UNREADABLE = Set.of("gen-encrypted", "damaged-version");

    static List<String> readable() throws IOException {
        return Golden.names().stream().filter(name -> !UNREADABLE.contains(name)).toList();
    }

    static List<String> undamaged() throws IOException {
        return readable().stream().filter(name -> !name.startsWith("cut") && !name.startsWith("damaged")).toList();
    }

    static List<String> cut() throws IOException {
        return readable().stream().filter(name -> name.startsWith("cut")).toList();
    }

    @ParameterizedTest
    @MethodSource("undamaged")
    void theItemsAreThoseThatTheLibraryReads(String name) throws Exception {
        var golden = Golden.read(name);
        var contents = ImageReader.read(golden.image());
        assertThat(Golden.items(contents)).isEqualTo(golden.items());
        assertThat(contents.damage()).isEmpty();
        assertThat(contents.encrypted()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("cut")
    void afterAPowerCutTheItemsAreTheOldOrTheNewOnes(String name) throws Exception {
        var golden = Golden.read(name);
        var contents = ImageReader.read(golden.image());
        var before = name.contains("recovery") ? Golden.read("cut51-gc-016").items() : golden.items("items_before");
        var after = name.contains("recovery") ? golden.items() : golden.items("items_after");
        assertThat(Golden.items(contents)).isIn(before, after);
        var outcome = golden.sidecar().get("outcome");
        if (outcome != null && !outcome.getAsString().startsWith("neither")) {
            assertThat(Golden.items(contents)).isEqualTo(outcome.getAsString().equals("before") ? before : after);
        }
        assertThat(contents.damage()).isEmpty();
    }
}
