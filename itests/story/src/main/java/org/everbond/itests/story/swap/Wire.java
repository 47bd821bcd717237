package org.everbond.itests.story.swap;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.everbond.hci.EventLoop;
import org.everbond.hci.HciEvent;
import org.everbond.hci.OpCode;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.spi.HciTransportProvider;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualController;

/**
 * Answers to {@code transport=story:<name>}: virtual controllers on one air, and a judge between them and their hosts, who counts what
 * nobody should ever see while storage changes.
 */
final class Wire implements HciTransportProvider, AutoCloseable {
    private static final int PIN_OR_KEY_MISSING = 0x06;

    private final EventLoop.OnThread loop = EventLoop.onThread("story-air");
    private final VirtualAir air = VirtualAir.on(loop);
    private final Map<String, VirtualController> controllers = new ConcurrentHashMap<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger keysMissing = new AtomicInteger();
    private final AtomicInteger encryptionsLost = new AtomicInteger();

    /** How often a host answered an LTK request in the negative. */
    int refusals() {
        return refusals.get();
    }

    /** How often a host heard 0x06, PIN or Key Missing. */
    int keysMissing() {
        return keysMissing.get();
    }

    /** How often encryption failed or ended on a link that stayed. */
    int encryptionsLost() {
        return encryptionsLost.get();
    }

    @Override
    public String scheme() {
        return "story";
    }

    @Override
    public HciTransport create(String place, Map<String, String> options) {
        return new Judged(controllers.computeIfAbsent(place, name -> air.controller()).transport());
    }

    @Override
    public void close() {
        loop.close();
    }

    private final class Judged implements HciTransport {
        private final HciTransport transport;

        Judged(HciTransport transport) {
            this.transport = transport;
        }

        @Override
        public void open(Receiver receiver) throws IOException {
            transport.open(new Receiver() {
                @Override
                public void received(byte[] packet) {
                    judge(packet);
                    receiver.received(packet);
                }

                @Override
                public void lost(IOException cause) {
                    receiver.lost(cause);
                }
            });
        }

        private void judge(byte[] packet) {
            if (packet[0] != HciEvent.INDICATOR) {
                return;
            }
            var event = HciEvent.parse(packet);
            if (event instanceof HciEvent.EncryptionChange change) {
                count(change.status() != 0 || !change.enabled(), encryptionsLost);
                count(change.status() == PIN_OR_KEY_MISSING, keysMissing);
            } else if (event instanceof HciEvent.DisconnectionComplete end) {
                count(end.reason() == PIN_OR_KEY_MISSING, keysMissing);
            }
        }

        @Override
        public void send(byte[] packet) {
            int refusal = OpCode.LE_LONG_TERM_KEY_REQUEST_NEGATIVE_REPLY.value();
            count(packet[0] == 1 && packet[1] == (byte) refusal && packet[2] == (byte) (refusal >> 8), refusals);
            transport.send(packet);
        }

        @Override
        public void close() {
            transport.close();
        }
    }

    private static void count(boolean condition, AtomicInteger counter) {
        if (condition) {
            counter.incrementAndGet();
        }
    }
}
