package org.everbond.hci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.spi.HciTransport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HciTraceTest {
    /** Sixteen octets that occur nowhere else. */
    private static final String SECRET = "d1a2b3c4d5e6f708192a3b4c5d6e7f80";

    @TempDir
    Path folder;

    private HciTransport.Receiver controller;
    private final List<byte[]> sent = new ArrayList<>();
    private final List<byte[]> received = new ArrayList<>();

    private final HciTransport transport = new HciTransport() {
        @Override
        public void open(Receiver receiver) {
            controller = receiver;
        }

        @Override
        public void send(byte[] packet) {
            sent.add(packet);
        }

        @Override
        public void close() {}
    };

    private final HciTransport.Receiver host = new HciTransport.Receiver() {
        @Override
        public void received(byte[] packet) {
            received.add(packet);
        }

        @Override
        public void lost(IOException cause) {}
    };

    private static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private Path trace(HciTrace.Options options, String... packets) throws IOException {
        var file = folder.resolve("trace.btsnoop");
        try (var trace = HciTrace.open(file, options)) {
            var traced = trace.around(transport);
            traced.open(host);
            for (var packet : packets) {
                if (packet.startsWith("<")) {
                    controller.received(octets(packet.substring(1)));
                } else {
                    traced.send(octets(packet));
                }
            }
        }
        return file;
    }

    private static String hex(Path file) throws IOException {
        return HexFormat.of().formatHex(Files.readAllBytes(file));
    }

    private static final String[] EVERYTHING_SECRET = {
        hex(LeCommands.enableEncryption(0x40, 0, 0, key())),
        hex(LeCommands.longTermKeyRequestReply(0x40, key())),
        hex(LeCommands.addDeviceToResolvingList(DeviceAddress.parse("C0:FF:EE:00:00:01/random"), key(), key())),
        "01 17 20 20" + SECRET + SECRET,
        "<04 0e 14 01 17 20 00" + SECRET,
        "<04 3e 22 09 00" + SECRET + SECRET,
        "01 0b 04 16 010203040506" + SECRET,
        "<04 18 17 010203040506" + SECRET + "04",
        "02 40 00 15 00 11 00 06 00 06" + SECRET,
        "<02 40 20 15 00 11 00 06 00 08" + SECRET,
        "02 40 00 15 00 11 00 06 00 0a" + SECRET,
        "<02 40 20 15 00 11 00 06 00 04" + SECRET,
        // The same in fragments, the first one ending inside the L2CAP header.
        "02 41 00 03 00 11 00 06",
        "02 41 10 0a 00 00 06" + SECRET.substring(0, 16),
        "02 41 10 08 00" + SECRET.substring(16),
        // A fragment whose start was never seen.
        "<02 42 10 10 00" + SECRET
    };

    private static Key key() {
        return Key.of(octets(SECRET));
    }

    private static String hex(HciCommand command) {
        return HexFormat.of().formatHex(command.packet());
    }

    @Test
    void no_key_gets_into_a_trace() throws IOException {
        var octets = hex(trace(HciTrace.Options.DEFAULT, EVERYTHING_SECRET));

        assertThat(octets).doesNotContain(SECRET.substring(0, 8)).doesNotContain(SECRET.substring(8, 16))
                .doesNotContain(SECRET.substring(16, 24)).doesNotContain(SECRET.substring(24));
        var reversed = new StringBuilder();
        for (int i = 30; i >= 0; i -= 2) {
            reversed.append(SECRET, i, i + 2);
        }
        assertThat(octets).doesNotContain(reversed.substring(0, 8)).doesNotContain(reversed.substring(24));
    }

    @Test
    void the_packets_themselves_stay_as_they_are() throws IOException {
        trace(HciTrace.Options.DEFAULT, EVERYTHING_SECRET);

        assertThat(sent.get(3)).isEqualTo(octets("01 17 20 20" + SECRET + SECRET));
        assertThat(received.get(0)).isEqualTo(octets("04 0e 14 01 17 20 00" + SECRET));
    }

    @Test
    void keys_are_written_only_when_allowed() throws IOException {
        assertThat(hex(trace(new HciTrace.Options(true, 1 << 20), EVERYTHING_SECRET))).contains(SECRET);
    }

    @Test
    void what_is_no_key_stays_readable() throws IOException {
        var octets = hex(trace(
                HciTrace.Options.DEFAULT,
                "02 40 00 15 00 11 00 06 00 03" + SECRET, // Pairing Confirm
                "02 40 00 09 00 05 00 04 00 1b 01 00 06 06", // an ATT notification
                "<04 05 04 00 40 00 13"));

        assertThat(octets).startsWith("6274736e6f6f7000" + "00000001" + "000003ea").contains(SECRET).contains("04001b01000606")
                .endsWith("04050400400013");
    }

    @Test
    void a_record_tells_direction_kind_and_length() throws IOException {
        var file = Files.readAllBytes(trace(HciTrace.Options.DEFAULT, "01030c00", "<040e0401030c00", "<02402005000100040001"));

        assertThat(HexFormat.of().formatHex(file, 16, 32)).isEqualTo("0000000400000004" + "00000002" + "00000000");
        assertThat(HexFormat.of().formatHex(file, 44, 60)).isEqualTo("0000000700000007" + "00000003" + "00000000");
        assertThat(HexFormat.of().formatHex(file, 75, 91)).isEqualTo("0000000a0000000a" + "00000001" + "00000000");
    }

    @Test
    void the_file_is_its_owners_alone_and_an_earlier_one_is_kept() throws IOException {
        var first = hex(trace(HciTrace.Options.DEFAULT, "01030c00"));
        var file = trace(HciTrace.Options.DEFAULT, "01011000");

        assertThat(hex(folder.resolve("trace.btsnoop.1"))).isEqualTo(first);
        Assumptions.assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"), "no POSIX permissions here");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    }

    @Test
    void a_full_file_is_put_aside() throws IOException {
        var packets = new String[2000];
        java.util.Arrays.fill(packets, "01 17 20 20" + SECRET + SECRET);
        var file = trace(new HciTrace.Options(false, 1 << 16), packets);

        assertThat(Files.size(file)).isLessThanOrEqualTo(1 << 16);
        assertThat(Files.size(folder.resolve("trace.btsnoop.1"))).isBetween(60_000L, 1L << 16);
    }

    @Test
    void a_folder_that_is_not_there_is_told_in_one_sentence() {
        assertThatThrownBy(() -> HciTrace.open(folder.resolve("none/trace"), HciTrace.Options.DEFAULT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none/trace").hasMessageContaining("choose a folder");
    }

    @Test
    void tshark_reads_it_without_a_malformed_packet() throws Exception {
        var file = trace(HciTrace.Options.DEFAULT, EVERYTHING_SECRET);

        assertThat(tshark(file, "btsmp")).as("SMP PDUs").contains("Security Manager");
        assertThat(tshark(file, "_ws.malformed")).isEmpty();
    }

    private String tshark(Path file, String filter) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder("tshark", "-r", file.toString(), "-Y", filter, "-V")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            return Assumptions.abort("tshark is not installed");
        }
        var text = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return text;
    }
}
