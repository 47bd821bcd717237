package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What holds whatever a peer sends to a server with a {@link Lamp} (Vol 3, Part F, 3.3 and 3.4). */
final class AttRules {
    private static final List<Integer> FROM_SERVERS =
            List.of(0x01, 0x03, 0x05, 0x07, 0x09, 0x0b, 0x0d, 0x0f, 0x11, 0x13, 0x17, 0x19, 0x1b, 0x1d, 0x21, 0x23);
    private static final List<Integer> ANSWERS =
            List.of(0x01, 0x03, 0x05, 0x07, 0x09, 0x0b, 0x0d, 0x0f, 0x11, 0x13, 0x17, 0x19);

    private AttRules() {}

    /**
     * One answer to each request, none to anything else, nothing longer than the MTU, nothing secret in clear.
     *
     * @param pdu what the peer sent
     * @param peer with what we sent since
     * @param encrypted whether the link was when the PDU came
     * @param mtu the ATT_MTU now
     */
    static void check(byte[] pdu, FakeConnection peer, boolean encrypted, int mtu) {
        int opcode = pdu[0] & 0xff;
        boolean command = (opcode & 0x40) != 0;
        var answers = peer.sent.stream().filter(AttRules::isAnswer).toList();
        if (command || FROM_SERVERS.contains(opcode) || opcode == 0x1e) {
            assertThat(answers).as("to %02x", opcode).isEmpty();
        } else if (peer.open) {
            assertThat(answers).as("to %02x", opcode).hasSize(1);
            int answered = answers.get(0)[0] & 0xff;
            assertThat(answered == 1 ? answers.get(0)[1] & 0xff : answered - 1).isEqualTo(opcode);
        }
        for (var sent : peer.sent) {
            assertThat(sent.length).isBetween(1, mtu);
            boolean secret = sent.length == 3 && sent[0] == 0x0b && sent[1] == 4 && sent[2] == 5;
            assertThat(secret && !encrypted).isFalse();
        }
    }

    static boolean isAnswer(byte[] pdu) {
        return ANSWERS.contains(pdu[0] & 0xff);
    }

    static boolean isRequest(byte[] pdu) {
        return (pdu[0] & 0x40) == 0 && pdu[0] != 0x1e && !FROM_SERVERS.contains(pdu[0] & 0xff);
    }
}
