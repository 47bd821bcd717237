package org.everbond.tlv.file.internal;

/**
 * Whether a record that has not the announced checksum is the announced one with one octet changed. CRC-32C is linear: the difference
 * of two checksums depends only on what the octet was changed by and on how many follow it. Another record of n octets looks so once in
 * 16,000,000 / n.
 */
final class DamagedOctet {
    /** The polynomial of CRC-32C, least significant bit first. */
    private static final int POLYNOMIAL = 0x82f63b78;

    private DamagedOctet() {}

    static boolean explains(int announced, int found, int length) {
        int difference = announced ^ found;
        for (int change = 1; change < 256; change++) {
            int behind = shifted(change);
            for (int following = 0; following < length; following++) {
                if (behind == difference) {
                    return true;
                }
                behind = shifted(behind);
            }
        }
        return false;
    }

    /** With one octet more behind. */
    private static int shifted(int remainder) {
        int next = remainder;
        for (int bit = 0; bit < 8; bit++) {
            next = (next & 1) == 0 ? next >>> 1 : next >>> 1 ^ POLYNOMIAL;
        }
        return next;
    }
}
