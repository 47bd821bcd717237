package org.everbond.tlv.nvs.internal;

/**
 * The checksum of NVS: CRC-32 with the reflected polynomial {@code edb88320} and final inversion, whose register starts at 0, not
 * at ffffffff as in {@link java.util.zip.CRC32}.
 */
final class NvsCrc {
    private static final int[] TABLE = new int[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            int register = i;
            for (int bit = 0; bit < 8; bit++) {
                register = register >>> 1 ^ ((register & 1) == 0 ? 0 : 0xedb88320);
            }
            TABLE[i] = register;
        }
    }

    private int register;

    NvsCrc add(byte[] octets, int from, int length) {
        for (int i = from; i < from + length; i++) {
            register = register >>> 8 ^ TABLE[(register ^ octets[i]) & 0xff];
        }
        return this;
    }

    int value() {
        return ~register;
    }

    static int of(byte[] octets, int from, int length) {
        return new NvsCrc().add(octets, from, length).value();
    }
}
