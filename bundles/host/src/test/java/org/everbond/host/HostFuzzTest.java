package org.everbond.host;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.everbond.hci.AclPacket;
import org.everbond.hci.OpCode;

/**
 * A host that is up, and whatever a controller or a peer sends: what a task throws comes out of the simulated loop. The input is a list
 * of parts, each with its length in the octet before it.
 */
class HostFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void anyControllerIsSurvived(byte[] input) {
        new Bench().controller(input);
    }

    @FuzzTest(maxDuration = "10m")
    void anyDataOfAPeerIsSurvived(byte[] input) {
        new Bench().peer(input);
    }

    /** One host, made anew for each input. */
    private static final class Bench extends ScriptedHost {
        private static final int HANDLE = 0x40;

        /**
         * A part is an event, an LE event, ACL data or a packet as it stands, by the lowest two bits of its first octet; the others are
         * the time that passes before, in steps of 50 ms.
         */
        void controller(byte[] input) {
            start();
            host.advertise(HostPair.ADVERTISING);
            host.scan(true, false, seen -> {});
            inject(CONNECTED);
            for (var parts = new Parts(input); parts.hasNext(); ) {
                var part = parts.next();
                if (part.length == 0) {
                    continue;
                }
                loop.advance(Duration.ofMillis(50L * (part[0] >> 2 & 0x3f)));
                var packet = packet(part[0] & 3, Arrays.copyOfRange(part, 1, part.length));
                loop.execute(() -> host.received(packet));
                loop.runUntilIdle();
                List.copyOf(upper.connections).forEach(connection -> connection.send(Connection.CID_ATT, new byte[30]));
                loop.runUntilIdle();
                check(host.connections().size() == upper.connections.size(), "above and below see other links");
            }
            startAgain();
            upper.lost = null;
            upper.heard.clear();
            inject(CONNECTED);
            receive(AclPacket.FIRST_FLUSHABLE, HexFormat.of().parseHex("0100040007"));
            check(upper.heard("att ").stream().anyMatch(line -> line.endsWith(" 07")), "started again, it does not hear");
        }

        /**
         * Data on one link, by the lowest bit of the first octet of the input as central or as peripheral. A part is a fragment; its first
         * octet says whether it is the first one of a PDU (bit 0) and whether a second passes before (bit 1).
         */
        void peer(byte[] input) {
            if (input.length == 0) {
                return;
            }
            start();
            if ((input[0] & 1) == 0) {
                inject(CONNECTED);
            } else {
                connectAsCentral();
            }
            controller.commands.clear();
            int updates = 0;
            for (var parts = new Parts(Arrays.copyOfRange(input, 1, input.length)); parts.hasNext(); ) {
                var part = parts.next();
                if (part.length == 0) {
                    continue;
                }
                if ((part[0] & 2) != 0) {
                    loop.advance(Duration.ofMillis(1001));
                    updates = 0;
                }
                upper.heard.clear();
                controller.data.clear();
                controller.commands.clear();
                receive((part[0] & 1) == 0 ? AclPacket.CONTINUING : AclPacket.FIRST_FLUSHABLE, Arrays.copyOfRange(part, 1, part.length));
                updates += controller.count(OpCode.LE_CONNECTION_UPDATE);
                check(updates <= 4, "more updates of the parameters than four in a second");
                check(controller.commands.size() == controller.count(OpCode.LE_CONNECTION_UPDATE), "data makes other commands");
                checkHeard();
                checkAnswer();
                inject("0413050140000100");
            }
            upper.heard.clear();
            receive(AclPacket.FIRST_FLUSHABLE, HexFormat.of().parseHex("0100040007"));
            check(upper.heard("att ").size() == 1 && upper.heard("att ").get(0).endsWith(" 07"), "the next PDU is not heard");
        }

        private void receive(int boundary, byte[] data) {
            var packet = new AclPacket(HANDLE, boundary, 0, data).packet();
            loop.execute(() -> host.received(packet));
            loop.runUntilIdle();
        }

        private static byte[] packet(int kind, byte[] content) {
            if (kind == 3 || content.length < 2) {
                return content;
            }
            var header = kind == 0
                    ? new byte[] {4, content[0], (byte) (content.length - 1)}
                    : kind == 1
                            ? new byte[] {4, 0x3e, (byte) content.length}
                            : new byte[] {2, content[0], content[1], (byte) (content.length - 2), 0};
            int from = kind == 0 ? 1 : kind == 1 ? 0 : 2;
            var packet = Arrays.copyOf(header, header.length + content.length - from);
            System.arraycopy(content, from, packet, header.length, content.length - from);
            return packet;
        }

        /** At most one SDU comes of one fragment, and none is longer than its channel allows. */
        private void checkHeard() {
            check(upper.heard.size() <= 1, "more than one SDU of one fragment");
            upper.heard.forEach(line -> {
                int octets = (line.length() - line.lastIndexOf(' ') - 1) / 2;
                check(octets >= 1 && octets <= (line.startsWith("att") ? 517 : 65), "an SDU longer than its channel allows");
            });
        }

        /** At most one answer, on the signalling channel, that is whole and answers a request (Vol 3, Part A, 4). */
        private void checkAnswer() {
            check(controller.data.size() <= 1, "more than one answer to one fragment");
            for (var packet : controller.data) {
                var data = AclPacket.parse(packet).map(AclPacket::data).orElseThrow();
                check(data.length >= 8 && data[0] + 4 == data.length && data[1] == 0 && data[2] == 5 && data[3] == 0,
                        "an answer that is no PDU of the signalling channel");
                check(data[6] + 8 == data.length && data[7] == 0, "an answer with a wrong length");
                check(data.length - 4 <= 23, "an answer longer than the MTU of the signalling channel");
                check(data[5] != 0, "an answer without an identifier");
                check(List.of(0x01, 0x13, 0x15, 0x18).contains((int) data[4]), "something that is no answer");
            }
        }
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** The parts of an input. */
    private static final class Parts {
        private final byte[] input;
        private int at;

        Parts(byte[] input) {
            this.input = input;
        }

        boolean hasNext() {
            return at < input.length;
        }

        byte[] next() {
            int end = Math.min(input.length, at + 1 + (input[at] & 0xff));
            var part = Arrays.copyOfRange(input, at + 1, end);
            at = end;
            return part;
        }
    }
}
