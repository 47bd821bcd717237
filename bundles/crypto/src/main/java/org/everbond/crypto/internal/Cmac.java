package org.everbond.crypto.internal;

import org.everbond.crypto.Key;

/** AES-CMAC (RFC 4493; Vol 3, Part H, 2.2.5). */
public final class Cmac {
    private static final int BLOCK = 16;
    /** The polynomial of the doubling in GF(2^128), RFC 4493, 2.3. */
    private static final int RB = 0x87;

    private Cmac() {}

    /** The 16 octets of the MAC over the message. */
    public static byte[] of(Key key, byte[] message) {
        var aes = Aes.shared(key);
        var subkey = new byte[BLOCK];
        aes.encrypt(subkey, subkey);
        twice(subkey);
        int whole = Math.max(0, (message.length - 1) / BLOCK) * BLOCK;
        int rest = message.length - whole;
        if (rest < BLOCK) {
            twice(subkey);
        }
        var mac = new byte[BLOCK];
        for (int at = 0; at < whole; at += BLOCK) {
            add(mac, message, at, BLOCK);
            aes.encrypt(mac, mac);
        }
        add(mac, message, whole, rest);
        if (rest < BLOCK) {
            mac[rest] ^= (byte) 0x80;
        }
        add(mac, subkey, 0, BLOCK);
        aes.encrypt(mac, mac);
        return mac;
    }

    private static void add(byte[] mac, byte[] octets, int offset, int length) {
        for (int i = 0; i < length; i++) {
            mac[i] ^= octets[offset + i];
        }
    }

    private static void twice(byte[] block) {
        int carry = 0;
        for (int i = BLOCK - 1; i >= 0; i--) {
            int doubled = (block[i] & 0xff) << 1 | carry;
            block[i] = (byte) doubled;
            carry = doubled >>> 8;
        }
        block[BLOCK - 1] ^= (byte) (-carry & RB);
    }
}
