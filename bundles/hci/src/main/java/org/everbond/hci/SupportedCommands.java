package org.everbond.hci;

import java.util.Arrays;
import java.util.Collection;

/** The commands that a controller says it knows: the answer to Read Local Supported Commands (Vol 4, Part E, 6.27). */
public final class SupportedCommands {
    private static final int LENGTH = 64;

    private final byte[] bits;

    private SupportedCommands(byte[] bits) {
        this.bits = bits;
    }

    /** Reads the 64 octets; missing octets count as zeros, further ones are not looked at. */
    public static SupportedCommands of(byte[] octets) {
        return new SupportedCommands(Arrays.copyOf(octets, LENGTH));
    }

    /** A bit field that names exactly these commands. */
    public static SupportedCommands of(Collection<OpCode> commands) {
        var bits = new byte[LENGTH];
        for (var command : commands) {
            if (command.supportedOctet() >= 0) {
                bits[command.supportedOctet()] |= (byte) (1 << command.supportedBit());
            }
        }
        return new SupportedCommands(bits);
    }

    /** Whether the controller says that it knows the command; false for what the bit field cannot tell of. */
    public boolean has(OpCode command) {
        return command.supportedOctet() >= 0
                && (bits[command.supportedOctet()] >> command.supportedBit() & 1) != 0;
    }

    /** A copy of the 64 octets. */
    public byte[] octets() {
        return bits.clone();
    }

    @Override
    public String toString() {
        return "SupportedCommands[" + Arrays.stream(OpCode.values()).filter(this::has).count() + " of ours]";
    }
}
