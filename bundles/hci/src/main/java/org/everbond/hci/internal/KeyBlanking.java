package org.everbond.hci.internal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.everbond.hci.AclPacket;
import org.everbond.hci.HciCommand;
import org.everbond.hci.HciEvent;
import org.everbond.hci.OpCode;

/**
 * Writes zeros over what a key is or follows from; {@link org.everbond.hci.HciTrace} lists what that is. Lengths stay, so that
 * a trace can still be decoded. Belongs to one thread.
 */
final class KeyBlanking {
    private static final int ALL = Integer.MAX_VALUE;

    /** From which octet of the parameters on, and how many octets. */
    private record Field(int from, int count) {}

    /** Secret command parameters. */
    private static final Map<Integer, Field> COMMANDS = Map.ofEntries(
            Map.entry(OpCode.LE_ENABLE_ENCRYPTION.value(), new Field(12, 16)),
            Map.entry(OpCode.LE_LONG_TERM_KEY_REQUEST_REPLY.value(), new Field(2, 16)),
            Map.entry(OpCode.LE_ADD_DEVICE_TO_RESOLVING_LIST.value(), new Field(7, 32)),
            Map.entry(OpCode.LE_ENCRYPT.value(), new Field(0, 32)),
            Map.entry(OpCode.LINK_KEY_REQUEST_REPLY.value(), new Field(6, 16)),
            Map.entry(OpCode.PIN_CODE_REQUEST_REPLY.value(), new Field(7, 16)),
            Map.entry(OpCode.USER_PASSKEY_REQUEST_REPLY.value(), new Field(6, 4)),
            Map.entry(OpCode.REMOTE_OOB_DATA_REQUEST_REPLY.value(), new Field(6, ALL)),
            Map.entry(OpCode.REMOTE_OOB_EXTENDED_DATA_REQUEST_REPLY.value(), new Field(6, ALL)),
            Map.entry(OpCode.WRITE_STORED_LINK_KEY.value(), new Field(1, ALL)));

    /** Secret return parameters; the status stays. */
    private static final Map<Integer, Field> RETURNS = Map.of(
            OpCode.LE_ENCRYPT.value(), new Field(1, 16),
            OpCode.LE_RAND.value(), new Field(1, 8),
            OpCode.READ_LOCAL_OOB_DATA.value(), new Field(1, ALL),
            OpCode.READ_LOCAL_OOB_EXTENDED_DATA.value(), new Field(1, ALL));

    /** Secret event parameters: Return Link Keys, Link Key Notification, User Passkey Notification. */
    private static final Map<Integer, Field> EVENTS =
            Map.of(0x15, new Field(1, ALL), 0x18, new Field(6, 16), 0x3b, new Field(6, 4));

    private static final int COMMAND_COMPLETE = 0x0e;
    private static final int LE_META = 0x3e;
    private static final int LE_GENERATE_DHKEY_COMPLETE = 0x09;

    /** SMP PDUs of which all but the code is secret (Vol 3, Part H, 3.5 and 3.6). */
    private static boolean secret(int smpCode) {
        return smpCode == 0x04 || smpCode == 0x06 || smpCode == 0x08 || smpCode == 0x0a;
    }

    /** How far an L2CAP PDU has come on one link in one direction. */
    private static final class Pdu {
        private int position;
        private int channel;
        private int smpCode;
    }

    private final Map<Integer, Pdu> pdus = new HashMap<>();

    /** Packets are missing: fragments cannot be told apart until each link's next PDU starts. */
    void gap() {
        pdus.clear();
    }

    /** The packet itself, or a blanked copy. */
    byte[] blank(boolean fromController, byte[] packet) {
        if (packet.length < 4) {
            return packet;
        }
        switch (packet[0]) {
            case HciCommand.INDICATOR:
                return command(packet);
            case HciEvent.INDICATOR:
                return event(packet);
            case AclPacket.INDICATOR:
                return acl(fromController, packet);
            default:
                return packet;
        }
    }

    private byte[] command(byte[] packet) {
        int opCode = word(packet, 1);
        if (opCode == OpCode.RESET.value()) {
            pdus.clear();
        }
        return blank(packet, 4, COMMANDS.get(opCode));
    }

    private static byte[] event(byte[] packet) {
        int code = packet[1] & 0xff;
        if (code == COMMAND_COMPLETE && packet.length > 6) {
            return blank(packet, 6, RETURNS.get(word(packet, 4)));
        }
        if (code == LE_META && packet[3] == LE_GENERATE_DHKEY_COMPLETE) {
            return blank(packet, 4, new Field(1, 32));
        }
        return blank(packet, 3, EVENTS.get(code));
    }

    private static byte[] blank(byte[] packet, int parameters, Field field) {
        if (field == null || parameters + field.from >= packet.length) {
            return packet;
        }
        var copy = packet.clone();
        int from = parameters + field.from;
        Arrays.fill(copy, from, (int) Math.min(packet.length, (long) from + field.count), (byte) 0);
        return copy;
    }

    private byte[] acl(boolean fromController, byte[] packet) {
        if (packet.length <= 5) {
            return packet;
        }
        int word = word(packet, 1);
        int link = (word & 0xfff) | (fromController ? 0x1000 : 0);
        boolean first = (word >>> 12 & 3) != AclPacket.CONTINUING;
        if (first) {
            pdus.put(link, new Pdu());
        }
        var pdu = pdus.get(link);
        var copy = packet.clone();
        for (int at = 5; at < copy.length; at++) {
            copy[at] = pdu == null ? 0 : next(pdu, copy[at]);
        }
        return copy;
    }

    /** One octet of an L2CAP PDU: two of length, two of CID, then the SDU. */
    private static byte next(Pdu pdu, byte octet) {
        int position = pdu.position++;
        if (position == 2) {
            pdu.channel = octet & 0xff;
        } else if (position == 3) {
            pdu.channel |= (octet & 0xff) << 8;
        } else if (position == 4) {
            pdu.smpCode = octet & 0xff;
        }
        boolean smp = pdu.channel == 6 || pdu.channel == 7;
        return position > 4 && smp && secret(pdu.smpCode) ? 0 : octet;
    }

    private static int word(byte[] octets, int at) {
        return octets[at] & 0xff | (octets[at + 1] & 0xff) << 8;
    }
}
