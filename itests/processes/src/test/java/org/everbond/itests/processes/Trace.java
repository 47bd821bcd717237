package org.everbond.itests.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A btsnoop file as tshark reads it. */
record Trace(Path file) {
    /** Skips the test where tshark is missing. */
    static Trace read(Path file) {
        Programs.assume("tshark");
        assertThat(file).isNotEmptyFile();
        return new Trace(file);
    }

    /** No packet is malformed. */
    Trace isWellFormed() throws IOException, InterruptedException {
        assertThat(select("_ws.malformed")).as("malformed packets in %s", file).isEmpty();
        return this;
    }

    /** One line for each packet that the display filter selects. */
    List<String> select(String filter) throws IOException, InterruptedException {
        return Programs.output("tshark", "-r", file.toString(), "-Y", filter).lines().toList();
    }

    byte[] octets() throws IOException {
        return Files.readAllBytes(file);
    }
}
