package org.everbond.tlv.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DataFolderTest {
    private static Path folder(Map<String, String> properties) {
        return DataFolder.of(properties::get).path();
    }

    @Test
    void theConfiguredFolderComesFirst() {
        assertThat(folder(Map.of("everbond.data", "/srv/bonds", "karaf.base", "/opt/karaf"))).isEqualTo(Path.of("/srv/bonds"));
    }

    @Test
    void inKarafItIsNotTheFolderThatPeopleDeleteToStartAfresh() {
        assertThat(folder(Map.of("karaf.base", "/opt/karaf"))).isEqualTo(Path.of("/opt/karaf/everbond"));
    }

    @Test
    void elsewhereItIsDataInTheWorkingFolder() {
        assertThat(folder(Map.of())).isEqualTo(Path.of("data").toAbsolutePath());
        assertThat(folder(Map.of("everbond.data", " "))).isEqualTo(Path.of("data").toAbsolutePath());
    }
}
