package org.everbond.crypto;

/**
 * The two orders of octets: the specification prints values most significant octet first, HCI and SMP send them least
 * significant octet first. Everything in {@link Toolbox} is most significant first; codecs turn values around here.
 */
public final class OctetOrder {
    private OctetOrder() {}

    /** The octets in the other order; the argument stays as it is. */
    public static byte[] reversed(byte[] octets) {
        return reversed(octets, 0, octets.length);
    }

    /** {@code length} octets from {@code offset} on, in the other order; the argument stays as it is. */
    public static byte[] reversed(byte[] octets, int offset, int length) {
        var turned = new byte[length];
        for (int i = 0; i < length; i++) {
            turned[i] = octets[offset + length - 1 - i];
        }
        return turned;
    }
}
