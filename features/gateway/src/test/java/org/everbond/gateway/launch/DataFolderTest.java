package org.everbond.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void isMadeForItsOwnerOnly() throws Exception {
        try (var data = DataFolder.open(folder.resolve("a/b"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.path()))).isEqualTo("rwx------");
        }
    }

    @Test
    void isHeldByOneGateway() throws Exception {
        try (var data = DataFolder.open(folder)) {
            assertThatThrownBy(() -> DataFolder.open(folder))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining(data.path() + " is in use by another gateway");
        }
        DataFolder.open(folder).close();
    }

    @Test
    void aFileInTheWayIsNamed() throws Exception {
        var file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> DataFolder.open(file)).isInstanceOf(UsageException.class).hasMessageContaining(file.toString()).hasMessageContaining("--data");
        assertThatThrownBy(() -> DataFolder.open(file.resolve("data"))).isInstanceOf(UsageException.class).hasMessageContaining("--data");
    }
}
