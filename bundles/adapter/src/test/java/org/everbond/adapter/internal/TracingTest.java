package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.everbond.hci.spi.HciTransport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trace is switched while a transport carries packets, which notices nothing of it. */
class TracingTest {
    private static final byte[] ACL = {2, 0x40, 0x20, 3, 0};

    @TempDir
    Path folder;

    private final Wire wire = new Wire();
    private final List<byte[]> heard = new ArrayList<>();
    private Tracing tracing;
    private HciTransport transport;

    /** What is sent ends here. */
    private static final class Wire implements HciTransport {
        final List<byte[]> sent = new ArrayList<>();
        Receiver receiver;

        @Override
        public void open(Receiver given) {
            receiver = given;
        }

        @Override
        public void send(byte[] packet) {
            sent.add(packet);
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void open() throws IOException {
        tracing = new Tracing(folder, settings(""));
        tracing.apply();
        transport = tracing.around(wire);
        transport.open(new HciTransport.Receiver() {
            @Override
            public void received(byte[] packet) {
                heard.add(packet);
            }

            @Override
            public void lost(IOException cause) {
                throw new AssertionError(cause);
            }
        });
    }

    private static Settings settings(String trace) {
        return Settings.of(Map.of("service.pid", "org.everbond.adapter~a", "transport", "virtual:air", "trace", trace));
    }

    private void use(String trace) {
        tracing.want(settings(trace));
        tracing.apply();
    }

    private void packets(String text) {
        for (boolean sent : new boolean[] {true, false}) {
            var event = (" " + (sent ? "to " : "from ") + text).getBytes(StandardCharsets.US_ASCII);
            event[0] = (byte) (sent ? 1 : 4);
            if (sent) {
                transport.send(event);
            } else {
                wire.receiver.received(event);
            }
        }
    }

    private String file(String name) throws IOException {
        return Files.readString(folder.resolve(name), StandardCharsets.ISO_8859_1);
    }

    @Test
    void isBegunAndEndedWhilePacketsPass() throws IOException {
        packets("before");
        use("a.btsnoop");
        packets("first");
        use("");
        packets("between");
        use("b.btsnoop");
        packets("second");
        tracing.close();
        packets("after");

        assertThat(file("a.btsnoop")).startsWith("btsnoop\0").contains("to first", "from first").doesNotContain("before", "between", "second");
        assertThat(file("b.btsnoop")).contains("to second", "from second").doesNotContain("first", "between", "after");
        assertThat(wire.sent).hasSize(5);
        assertThat(heard).hasSize(5);
    }

    @Test
    void whatBelongsToAPduThatBeganBeforeIsBlanked() throws IOException {
        use("a.btsnoop");
        // The continuation of a PDU whose start was not traced: it may be a key.
        var continuation = "xxxxxthe rest of a key".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ACL, 0, continuation, 0, ACL.length);
        continuation[2] = 0x10;
        wire.receiver.received(continuation);
        tracing.close();

        assertThat(file("a.btsnoop")).doesNotContain("rest of a key");
    }

    @Test
    void aFileThatCannotBeWrittenStopsNothing() throws IOException {
        use("nowhere/a.btsnoop");
        packets("untraced");
        use("b.btsnoop");
        packets("traced");
        tracing.close();

        assertThat(heard).hasSize(2);
        assertThat(file("b.btsnoop")).contains("from traced").doesNotContain("untraced");
    }

    @Test
    void switchingItBeginsNothingAnew() {
        assertThat(settings("a.btsnoop").radio()).isEqualTo(settings("").radio());
        assertThat(settings("a.btsnoop").needsNewStack(settings(""), true)).isFalse();
    }
}
