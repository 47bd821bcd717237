package org.everbond.hci;

import java.util.Optional;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;

/**
 * Return parameters of commands (Vol 4, Part E, 7). Each reader takes all of them, status first, and answers empty when
 * there are too few octets; it does not look at the status, and octets behind those it knows do not matter.
 */
public final class ReturnParameters {
    private ReturnParameters() {}

    /**
     * What the controller is (Vol 4, Part E, 7.4.1).
     *
     * @param hciVersion Assigned Numbers: 6 is 4.0, 9 is 5.0, 13 is 5.4
     * @param hciRevision of the manufacturer
     * @param llVersion of the link layer or link manager
     * @param company company identifier of the manufacturer
     * @param llSubversion of the manufacturer
     */
    public record LocalVersion(int hciVersion, int hciRevision, int llVersion, int company, int llSubversion) {
        public static Optional<LocalVersion> parse(byte[] octets) {
            return octets.length < 9
                    ? Optional.empty()
                    : Optional.of(new LocalVersion(
                            octets[1] & 0xff, u16(octets, 2), octets[4] & 0xff, u16(octets, 5), u16(octets, 7)));
        }
    }

    /**
     * Buffers for ACL data (Vol 4, Part E, 7.4.5 and 7.8.2).
     *
     * @param length octets of data in one packet; 0 in the LE answer: the buffers of Read Buffer Size are shared
     * @param count how many packets
     */
    public record AclBuffers(int length, int count) {
        /** The answer to Read Buffer Size. */
        public static Optional<AclBuffers> parse(byte[] octets) {
            return octets.length < 8 ? Optional.empty() : Optional.of(new AclBuffers(u16(octets, 1), u16(octets, 4)));
        }

        /** The answer to LE Read Buffer Size, either version. */
        public static Optional<AclBuffers> parseLe(byte[] octets) {
            return octets.length < 4 ? Optional.empty() : Optional.of(new AclBuffers(u16(octets, 1), octets[3] & 0xff));
        }
    }

    /** The public device address (Vol 4, Part E, 7.4.6). */
    public static Optional<DeviceAddress> bdAddr(byte[] octets) {
        return octets.length < 7
                ? Optional.empty()
                : Optional.of(DeviceAddress.ofLittleEndian(AddressType.PUBLIC, octets, 1));
    }

    /** Entries of the resolving list (Vol 4, Part E, 7.8.41). */
    public static Optional<Integer> resolvingListSize(byte[] octets) {
        return octets.length < 2 ? Optional.empty() : Optional.of(octets[1] & 0xff);
    }

    /** Vol 4, Part E, 7.4.2. */
    public static Optional<SupportedCommands> supportedCommands(byte[] octets) {
        if (octets.length < 65) {
            return Optional.empty();
        }
        var bits = new byte[64];
        System.arraycopy(octets, 1, bits, 0, bits.length);
        return Optional.of(SupportedCommands.of(bits));
    }

    /** LMP features or LE features as a little-endian number (Vol 4, Part E, 7.4.3 and 7.8.3). */
    public static Optional<Long> features(byte[] octets) {
        if (octets.length < 9) {
            return Optional.empty();
        }
        long features = 0;
        for (int i = 8; i > 0; i--) {
            features = features << 8 | octets[i] & 0xff;
        }
        return Optional.of(features);
    }

    /** The handle that comes first after the status in the answers to commands for one link. */
    public static Optional<Integer> handle(byte[] octets) {
        return octets.length < 3 ? Optional.empty() : Optional.of(u16(octets, 1) & 0xfff);
    }

    private static int u16(byte[] octets, int at) {
        return octets[at] & 0xff | (octets[at + 1] & 0xff) << 8;
    }
}
