package org.everbond.crypto;

import java.security.SecureRandom;

/** Makes random device addresses (Vol 6, Part B, 1.3.2). */
public final class RandomAddress {
    private static final int RESOLVABLE = 0b01 << 22;

    private RandomAddress() {}

    /** A static address (1.3.2.1): the two most significant bits are 11, the rest neither all 0 nor all 1. */
    public static DeviceAddress statically(SecureRandom random) {
        return new DeviceAddress(AddressType.RANDOM, 0b11L << 46 | bits(random, 46));
    }

    /** A non-resolvable private address (1.3.2.2): the two most significant bits are 00. */
    public static DeviceAddress nonResolvable(SecureRandom random) {
        return new DeviceAddress(AddressType.RANDOM, bits(random, 46));
    }

    /** A new resolvable private address (1.3.2.2). */
    public static DeviceAddress resolvable(Key irk, SecureRandom random) {
        return resolvable(irk, (int) bits(random, 22));
    }

    /**
     * The resolvable private address with this random part: prand and its hash under the IRK.
     *
     * @param random the 22 bits below the two fixed ones
     */
    public static DeviceAddress resolvable(Key irk, int random) {
        if (irk.isZero()) {
            throw new IllegalArgumentException("a zero IRK makes no address that anybody could resolve");
        }
        int prand = RESOLVABLE | random & 0x3fffff;
        return new DeviceAddress(AddressType.RANDOM, (long) prand << 24 | Toolbox.ah(irk, prand));
    }

    /** Random bits, neither all 0 nor all 1. */
    private static long bits(SecureRandom random, int count) {
        long all = (1L << count) - 1;
        long bits;
        do {
            bits = random.nextLong() & all;
        } while (bits == 0 || bits == all);
        return bits;
    }
}
