package org.everbond.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.everbond.crypto.internal.Aes;
import org.everbond.crypto.internal.Cmac;

/**
 * The cryptographic toolbox of the Security Manager under the specification's names (Vol 3, Part H, 2.2).
 *
 * <p>All octet strings, in and out, are most significant octet first, as the specification prints them; on air they are
 * reversed ({@link OctetOrder}). Wrong lengths are programming errors here ({@link IllegalArgumentException}): what comes
 * from the air was measured before. Any thread may call; nothing is kept between calls but the thread's cipher.
 */
public final class Toolbox {
    /** The salt of f5 that makes the key T out of the DHKey (2.2.7). */
    private static final Key F5_SALT = Key.of(new byte[] {
        0x6C, (byte) 0x88, (byte) 0x83, (byte) 0x91, (byte) 0xAA, (byte) 0xF5, (byte) 0xA5, 0x38,
        0x60, 0x37, 0x0B, (byte) 0xDB, 0x5A, 0x60, (byte) 0x83, (byte) 0xBE
    });
    private static final byte[] F5_KEY_ID = "btle".getBytes(StandardCharsets.US_ASCII);
    /** The length that f5 mixes in: 256 bits, of which the counter tells the halves apart. */
    private static final byte[] F5_LENGTH = {1, 0};

    private Toolbox() {}

    /** Security function <b>e</b>: AES-128 of one block (2.2.1). */
    public static byte[] e(Key key, byte[] plaintext) {
        var encrypted = new byte[16];
        Aes.shared(key).encrypt(octets(plaintext, 16, "the plaintext of e"), encrypted);
        return encrypted;
    }

    /** AES-CMAC of a message of any length (2.2.5). */
    public static byte[] aesCmac(Key key, byte[] message) {
        return Cmac.of(key, message);
    }

    /**
     * Random address hash function <b>ah</b> (2.2.2).
     *
     * @param prand 24 bits
     * @return 24 bits
     */
    public static int ah(Key irk, int prand) {
        var block = new byte[16];
        block[13] = (byte) (prand >>> 16);
        block[14] = (byte) (prand >>> 8);
        block[15] = (byte) prand;
        Aes.shared(irk).encrypt(block, block);
        return low24(block);
    }

    /** Whether the address was made with this IRK (Vol 3, Part C, 10.8.2.3). A zero IRK resolves nothing. */
    public static boolean resolves(Key irk, DeviceAddress address) {
        return address.isResolvable()
                && !irk.isZero()
                && ah(irk, (int) (address.value() >>> 24)) == (int) (address.value() & 0xffffff);
    }

    /**
     * Confirm value generation function <b>c1</b> of LE legacy pairing (2.2.3).
     *
     * @param tk the Temporary Key
     * @param r Mrand or Srand, 16 octets
     * @param preq the Pairing Request, 7 octets, reversed from its order on air: the code comes last
     * @param pres the Pairing Response, likewise
     * @param initiator address of the initiating device as it is on air
     * @param responder address of the responding device as it is on air
     */
    public static byte[] c1(
            Key tk, byte[] r, byte[] preq, byte[] pres, DeviceAddress initiator, DeviceAddress responder) {
        var p1 = ByteBuffer.allocate(16)
                .put(octets(pres, 7, "pres"))
                .put(octets(preq, 7, "preq"))
                .put((byte) responder.type().value())
                .put((byte) initiator.type().value())
                .array();
        var p2 = ByteBuffer.allocate(16)
                .putInt(0)
                .put(initiator.octets())
                .put(responder.octets())
                .array();
        var aes = Aes.shared(tk);
        var block = octets(r, 16, "r").clone();
        add(block, p1);
        aes.encrypt(block, block);
        add(block, p2);
        aes.encrypt(block, block);
        return block;
    }

    /** Key generation function <b>s1</b>: the STK from TK, Srand and Mrand of 16 octets each (2.2.4). */
    public static Key s1(Key tk, byte[] srand, byte[] mrand) {
        var r = ByteBuffer.allocate(16)
                .put(octets(srand, 16, "Srand"), 8, 8)
                .put(octets(mrand, 16, "Mrand"), 8, 8)
                .array();
        return Key.of(e(tk, r));
    }

    /**
     * Confirm value generation function <b>f4</b> of LE Secure Connections (2.2.6).
     *
     * @param u X coordinate of a public key, 32 octets
     * @param v X coordinate of a public key, 32 octets
     * @param x a nonce of 16 octets
     * @param z 0, or 0x80 with the passkey bit of the round as lowest bit
     */
    public static byte[] f4(byte[] u, byte[] v, byte[] x, int z) {
        var m = ByteBuffer.allocate(65)
                .put(octets(u, 32, "U"))
                .put(octets(v, 32, "V"))
                .put((byte) z);
        return aesCmac(Key.of(x), m.array());
    }

    /** What f5 gives: the key of the DHKey Checks and the Long Term Key. */
    public record MacKeyAndLtk(Key macKey, Key ltk) {}

    /**
     * Key generation function <b>f5</b> (2.2.7).
     *
     * @param w the DHKey
     * @param n1 nonce of the initiator, 16 octets
     * @param n2 nonce of the responder, 16 octets
     * @param a1 address of the initiator as it is on air
     * @param a2 address of the responder as it is on air
     */
    public static MacKeyAndLtk f5(DhKey w, byte[] n1, byte[] n2, DeviceAddress a1, DeviceAddress a2) {
        var t = Key.of(aesCmac(F5_SALT, w.octets()));
        var m = ByteBuffer.allocate(53)
                .put((byte) 0)
                .put(F5_KEY_ID)
                .put(octets(n1, 16, "N1"))
                .put(octets(n2, 16, "N2"))
                .put(a1.typedOctets())
                .put(a2.typedOctets())
                .put(F5_LENGTH)
                .array();
        var macKey = Key.of(aesCmac(t, m));
        m[0] = 1;
        return new MacKeyAndLtk(macKey, Key.of(aesCmac(t, m)));
    }

    /**
     * Check value generation function <b>f6</b> (2.2.8).
     *
     * @param macKey from f5
     * @param n1 nonce of the side that makes the check, 16 octets
     * @param n2 nonce of the other side, 16 octets
     * @param r 16 octets: zero, the passkey, or the other side's out of band random
     * @param ioCap 3 octets: AuthReq, OOB data flag, IO capability
     * @param a1 address of the side that makes the check
     * @param a2 address of the other side
     */
    public static byte[] f6(
            Key macKey, byte[] n1, byte[] n2, byte[] r, byte[] ioCap, DeviceAddress a1, DeviceAddress a2) {
        var m = ByteBuffer.allocate(65)
                .put(octets(n1, 16, "N1"))
                .put(octets(n2, 16, "N2"))
                .put(octets(r, 16, "R"))
                .put(octets(ioCap, 3, "IOcap"))
                .put(a1.typedOctets())
                .put(a2.typedOctets());
        return aesCmac(macKey, m.array());
    }

    /**
     * Numeric comparison value generation function <b>g2</b> (2.2.9).
     *
     * @param u X coordinate of the initiator's public key, 32 octets
     * @param v X coordinate of the responder's public key, 32 octets
     * @param x nonce of the initiator, 16 octets
     * @param y nonce of the responder, 16 octets
     * @return 32 bits; people compare {@link #sixDigits(int)} of it
     */
    public static int g2(byte[] u, byte[] v, byte[] x, byte[] y) {
        var m = ByteBuffer.allocate(80)
                .put(octets(u, 32, "U"))
                .put(octets(v, 32, "V"))
                .put(octets(y, 16, "Y"));
        return ByteBuffer.wrap(aesCmac(Key.of(x), m.array())).getInt(12);
    }

    /** The number from 0 to 999,999 that both sides show for a value of g2 (2.2.9). */
    public static int sixDigits(int g2) {
        return Integer.remainderUnsigned(g2, 1_000_000);
    }

    /**
     * Link key conversion function <b>h6</b> (2.2.10).
     *
     * @param keyId four octets, such as {@code 0x6c656272} for "lebr"
     */
    public static Key h6(Key w, int keyId) {
        return Key.of(aesCmac(w, ByteBuffer.allocate(4).putInt(keyId).array()));
    }

    /** Link key conversion function <b>h7</b> with a salt of 16 octets (2.2.11). */
    public static Key h7(byte[] salt, Key w) {
        return Key.of(aesCmac(Key.of(salt), w.octets()));
    }

    /**
     * Diversifying function <b>d1</b> (Vol 3, Part H, Appendix B, 1.1).
     *
     * @param d 16 bits
     * @param r 16 bits
     */
    public static Key d1(Key k, int d, int r) {
        var block = ByteBuffer.allocate(16).putShort(12, (short) r).putShort(14, (short) d);
        return Key.of(e(k, block.array()));
    }

    /**
     * DIV mask generation function <b>dm</b> (Appendix B, 1.2).
     *
     * @param rand 8 octets
     * @return Y, 16 bits: EDIV = Y xor DIV
     */
    public static int dm(Key k, byte[] rand) {
        var block = ByteBuffer.allocate(16).put(8, octets(rand, 8, "Rand"));
        return ByteBuffer.wrap(e(k, block.array())).getShort(14) & 0xffff;
    }

    /** IRK = d1(IR, 1, 0) (Appendix B, 2.2). */
    public static Key irk(Key ir) {
        return d1(ir, 1, 0);
    }

    /** DHK = d1(IR, 3, 0) (Appendix B, 2.2). */
    public static Key dhk(Key ir) {
        return d1(ir, 3, 0);
    }

    /**
     * LTK of LE legacy pairing = d1(ER, DIV, 0) (Appendix B, 2.1), not yet shortened to the negotiated key size.
     *
     * @param div 16 bits
     */
    public static Key legacyLtk(Key er, int div) {
        return d1(er, div, 0);
    }

    /**
     * CSRK = d1(ER, DIV, 1) (Appendix B, 2.1).
     *
     * @param div 16 bits
     */
    public static Key csrk(Key er, int div) {
        return d1(er, div, 1);
    }

    /**
     * The signature of signed data (2.4.5): the 64 most significant bits of AES-CMAC over message and counter.
     *
     * @param pdu the ATT PDU from its opcode to the end of the value, <em>as it is on air</em>
     * @param signCounter 32 bits
     * @return 8 octets <em>as they are on air</em> behind the counter
     */
    public static byte[] signature(Key csrk, byte[] pdu, int signCounter) {
        var m = ByteBuffer.allocate(4 + pdu.length).putInt(signCounter).put(OctetOrder.reversed(pdu));
        return OctetOrder.reversed(aesCmac(csrk, m.array()), 0, 8);
    }

    /** The 24 least significant bits of a block. */
    private static int low24(byte[] block) {
        return (block[13] & 0xff) << 16 | (block[14] & 0xff) << 8 | block[15] & 0xff;
    }

    private static void add(byte[] block, byte[] other) {
        for (int i = 0; i < block.length; i++) {
            block[i] ^= other[i];
        }
    }

    private static byte[] octets(byte[] octets, int length, String what) {
        if (octets.length != length) {
            throw new IllegalArgumentException(what + " has " + length + " octets, not " + octets.length);
        }
        return octets;
    }
}
