package org.everbond.hci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.everbond.hci.spi.HciTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Packets over a stream that blocks, breaks or is closed. */
class H4StreamTest {
    private static final byte[] RESET = HciCommand.of(OpCode.RESET).packet();
    private static final byte[] RESET_COMPLETE = {4, 0x0e, 4, 1, 3, 0x0c, 0};

    /** A port whose other side is this test. */
    private static final class Port implements H4Stream.Port {
        private static final byte[] END = {};

        final LinkedBlockingQueue<byte[]> in = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<Object> out = new LinkedBlockingQueue<>();
        final CountDownLatch stuck = new CountDownLatch(1);
        volatile boolean blocks;
        volatile IOException broken;
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public int read(byte[] buffer) throws IOException {
            try {
                var octets = in.take();
                System.arraycopy(octets, 0, buffer, 0, octets.length);
                return octets == END ? -1 : octets.length;
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void write(byte[] octets) throws IOException {
            if (broken != null) {
                throw broken;
            }
            try {
                if (blocks) {
                    stuck.await();
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            out.add(octets);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
            stuck.countDown();
            in.add(END);
        }
    }

    private static final class Receiver implements HciTransport.Receiver {
        final LinkedBlockingQueue<byte[]> packets = new LinkedBlockingQueue<>();
        final LinkedBlockingQueue<IOException> lost = new LinkedBlockingQueue<>();

        @Override
        public void received(byte[] packet) {
            packets.add(packet);
        }

        @Override
        public void lost(IOException cause) {
            lost.add(cause);
        }
    }

    private final Port port = new Port();
    private final Receiver receiver = new Receiver();
    private final H4Stream stream = new H4Stream("serial:test", H4Decoder.Source.CONTROLLER, port, receiver);

    @AfterEach
    void close() {
        stream.close();
    }

    private static <T> T next(LinkedBlockingQueue<T> queue) throws InterruptedException {
        var result = queue.poll(10, TimeUnit.SECONDS);
        assertThat(result).as("within 10 s").isNotNull();
        return result;
    }

    @Test
    void packetsAreCutFromWhatIsReadInPieces() throws Exception {
        stream.start();
        port.in.add(new byte[] {4, 0x0e});
        port.in.add(new byte[] {4, 1, 3, 0x0c, 0, 4, 0x0e, 4, 1, 3});
        assertThat(next(receiver.packets)).isEqualTo(RESET_COMPLETE);
        port.in.add(new byte[] {0x0c, 0});
        assertThat(next(receiver.packets)).isEqualTo(RESET_COMPLETE);
    }

    @Test
    void whatIsSentAndWhatIsDoneAfterwardsKeepTheirOrder() throws Exception {
        stream.start();
        stream.send(RESET);
        stream.afterSent(() -> port.out.add("done"));
        stream.send(RESET);
        assertThat(next(port.out)).isEqualTo(RESET);
        assertThat(next(port.out)).isEqualTo("done");
        assertThat(next(port.out)).isEqualTo(RESET);
    }

    @Test
    void anOtherSideThatTakesNothingIsLostInsteadOfFillingTheMemory() throws Exception {
        port.blocks = true;
        stream.start();
        var packet = new byte[1000];
        for (int i = 0; i < 2000; i++) {
            stream.send(packet);
        }
        assertThat(next(receiver.lost)).hasMessageContaining("serial:test takes no more data");
        assertThat(port.closed).hasValue(1);
    }

    @Test
    void aFailureToWriteIsLostWithItsOwnSentenceAndOnce() throws Exception {
        port.broken = new IOException("the serial port is gone");
        stream.start();
        stream.send(RESET);
        stream.send(RESET);
        assertThat(next(receiver.lost)).hasMessage("the serial port is gone");
        stream.send(RESET);
        stream.close();
        assertThat(receiver.lost).isEmpty();
        assertThat(port.closed).hasValue(1);
    }

    @Test
    void theEndIsLostAndNothingComesAfterwards() throws Exception {
        stream.start();
        port.in.add(Port.END);
        assertThat(next(receiver.lost)).hasMessage("serial:test was closed by the other side; is the controller, or the program that serves it, still running?");
    }

    @Test
    void closingIsNotLosingAndWakesTheReader() throws Exception {
        stream.start();
        stream.close();
        port.in.add(RESET_COMPLETE);
        assertThat(receiver.lost.poll(100, TimeUnit.MILLISECONDS)).isNull();
        assertThat(receiver.packets).isEmpty();
        assertThat(port.closed).hasValue(1);
    }
}
