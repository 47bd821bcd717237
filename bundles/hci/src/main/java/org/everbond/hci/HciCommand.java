package org.everbond.hci;

/**
 * A command packet (Vol 4, Part E, 5.4.1).
 *
 * @param opCode OGF and OCF, 0..0xFFFF
 * @param parameters at most 255 octets, in the order of the interface; not changed afterwards
 */
public record HciCommand(int opCode, byte[] parameters) {
    /** H4 packet indicator of commands (Vol 4, Part A, 2). */
    public static final int INDICATOR = 0x01;

    public HciCommand {
        if (opCode < 0 || opCode > 0xffff) {
            throw new IllegalArgumentException("op code " + opCode + " is out of range 0..0xFFFF");
        }
        if (parameters.length > 255) {
            throw new IllegalArgumentException("a command has at most 255 octets of parameters, not " + parameters.length);
        }
    }

    /** A command of ours; each parameter argument is one octet. */
    public static HciCommand of(OpCode opCode, int... octets) {
        var parameters = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            parameters[i] = (byte) octets[i];
        }
        return new HciCommand(opCode.value(), parameters);
    }

    /**
     * Reads a command packet.
     *
     * @param packet with its H4 indicator
     * @throws IllegalArgumentException when it is not a whole command packet
     */
    public static HciCommand parse(byte[] packet) {
        if (packet.length < 4 || packet[0] != INDICATOR || packet.length != 4 + (packet[3] & 0xff)) {
            throw new IllegalArgumentException("not a command packet: " + packet.length + " octets");
        }
        var parameters = new byte[packet.length - 4];
        System.arraycopy(packet, 4, parameters, 0, parameters.length);
        return new HciCommand(packet[1] & 0xff | (packet[2] & 0xff) << 8, parameters);
    }

    /** The packet with its H4 indicator. */
    public byte[] packet() {
        var packet = new byte[4 + parameters.length];
        packet[0] = INDICATOR;
        packet[1] = (byte) opCode;
        packet[2] = (byte) (opCode >>> 8);
        packet[3] = (byte) parameters.length;
        System.arraycopy(parameters, 0, packet, 4, parameters.length);
        return packet;
    }

    /** The name only: parameters may hold keys. */
    @Override
    public String toString() {
        return OpCode.describe(opCode);
    }
}
