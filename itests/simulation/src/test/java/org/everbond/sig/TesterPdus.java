package org.everbond.sig;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.everbond.crypto.Key;
import org.everbond.crypto.OctetOrder;
import org.everbond.crypto.PublicKey;
import org.everbond.crypto.Toolbox;

/**
 * PDUs by their names: confirm, random, public key, check, ltk, ediv rand, irk, identity address, csrk, {@code failed 04}, signed write. What
 * the IUT sends is judged by the tester's own calculations. What the tester sends may be <em>wrong</em> or <em>reflected</em>.
 */
final class TesterPdus {
    static final Key LTK = key(0xa1);
    static final Key IRK = key(0xb1);
    static final Key CSRK = key(0xc1);
    static final int EDIV = 0x1234;
    static final long RAND = 0x0102030405060708L;

    private final CaseRun run;
    Key iutLtk;
    int iutEdiv;
    long iutRand;
    Key iutCsrk;
    /** The LTK of the last LE Secure Connections pairing. */
    Key agreed;
    int keySize = 16;
    private int lastCounter = -1;

    TesterPdus(CaseRun run) {
        this.run = run;
    }

    static Key key(int first) {
        var octets = new byte[16];
        for (int i = 0; i < 16; i++) {
            octets[i] = (byte) (first + i);
        }
        return Key.of(octets);
    }

    // From the IUT.

    void take(String what, byte[] pdu) {
        switch (what) {
            case "confirm" -> {
                run.pairing.confirmComes();
                run.pairing.takeConfirm(value(0x03, pdu));
            }
            case "random" -> {
                run.pairing.takeRandom(value(0x04, pdu));
                run.sentOnce(pdu);
            }
            case "random of another secret" -> run.pairing.takeRandomOfAnotherSecret(value(0x04, pdu));
            case "public key" -> {
                Expect.fits("0c" + " ..".repeat(64), pdu);
                run.pairing.takePublicKey(pdu);
                run.sentOnce(pdu);
            }
            case "check" -> run.pairing.takeCheck(value(0x0d, pdu));
            case "ltk" -> {
                iutLtk = Key.of(value(0x06, pdu));
                Expect.same(iutLtk.shortened(keySize), iutLtk);
            }
            case "ediv rand" -> {
                Expect.fits("07" + " ..".repeat(10), pdu);
                iutEdiv = pdu[1] & 0xff | (pdu[2] & 0xff) << 8;
                iutRand = Long.reverseBytes(ByteBuffer.wrap(pdu).getLong(3));
            }
            case "irk" -> Expect.same(run.iut.bonds().local().orElseThrow().irk(), Key.of(value(0x08, pdu)));
            case "identity address" -> {
                var identity = run.identity();
                Expect.fits(
                        String.format("09 %02x ", identity.type().value()) + Expect.hex(OctetOrder.reversed(identity.octets())), pdu);
            }
            case "csrk" -> iutCsrk = Key.of(value(0x0a, pdu));
            default -> taken(what, pdu);
        }
    }

    private void taken(String what, byte[] pdu) {
        if (what.startsWith("failed ")) {
            Expect.fits("05 " + what.substring(7), pdu);
        } else if (what.startsWith("att signed write ")) {
            signedWrite(what.substring("att signed write ".length()), pdu);
        } else {
            Expect.fits(what, pdu);
            features(pdu);
        }
    }

    /** The MAC is right by the IUT's CSRK, and the counter is greater than the last. */
    private void signedWrite(String value, byte[] pdu) {
        Expect.fits(
                String.format("d2 %02x 00 ", SignedService.VALUE_HANDLE) + value + " ..".repeat(12), pdu);
        int length = pdu.length - 12;
        int counter = Integer.reverseBytes(ByteBuffer.wrap(pdu).getInt(length));
        var signature = Toolbox.signature(iutCsrk, Arrays.copyOf(pdu, length), counter);
        Expect.same(Expect.hex(signature), Expect.hex(Arrays.copyOfRange(pdu, length + 4, pdu.length)));
        if (counter <= lastCounter) {
            Expect.fail("the SignCounter " + counter + " follows " + lastCounter);
        }
        lastCounter = counter;
    }

    private static byte[] value(int code, byte[] pdu) {
        Expect.fits(String.format("%02x", code) + " ..".repeat(16), pdu);
        return OctetOrder.reversed(pdu, 1, 16);
    }

    // From the tester.

    void send(String what) {
        var pairing = run.pairing;
        switch (what) {
            case "confirm", "confirm wrong" -> {
                pairing.confirmComes();
                send(0x03, pairing.confirm(), what);
            }
            case "confirm reflected" -> send(0x03, pairing.peerConfirm(), what);
            case "random", "random wrong" -> send(0x04, pairing.random(), what);
            case "public key" -> smp(pairing.publicKey());
            case "check", "check wrong" -> send(0x0d, pairing.check(), what);
            case "ltk" -> send(0x06, LTK.shortened(keySize).octets(), what);
            case "ediv rand" -> smp(HexFormat.of().parseHex("07" + LowerTester.u16(EDIV) + LowerTester.u64(RAND)));
            case "irk" -> send(0x08, IRK.octets(), what);
            case "identity address" -> smp(HexFormat.of().parseHex(
                    "0900" + HexFormat.of().formatHex(OctetOrder.reversed(run.tester.address().octets()))));
            case "csrk" -> send(0x0a, CSRK.octets(), what);
            default -> sent(what);
        }
    }

    private void sent(String what) {
        if (what.startsWith("failed ")) {
            smp(HexFormat.of().parseHex("05" + what.substring(7)));
        } else if (what.startsWith("public key ")) {
            smp(Calculations.publicKey(invalid(what.substring("public key ".length()))));
        } else if (what.startsWith("signed write ")) {
            signed(what.substring("signed write ".length()).split(" "));
        } else {
            var pdu = HexFormat.ofDelimiter(" ").parseHex(what);
            features(pdu);
            smp(pdu);
        }
    }

    /** A pairing begins with its request. */
    private void features(byte[] pdu) {
        if (pdu[0] == 1) {
            run.newPairing();
        }
        if (pdu[0] == 1 || pdu[0] == 2) {
            run.pairing.features(pdu);
            keySize = pdu[0] == 2 ? run.pairing.keySize() : keySize;
        }
    }

    private PublicKey invalid(String how) {
        var own = PublicKey.ofLittleEndian(run.pairing.publicKey(), 1);
        var zero = new byte[32];
        var flipped = own.y();
        flipped[31] ^= 1;
        return switch (how) {
            case "y=0" -> PublicKey.of(own.x(), zero);
            case "flipped" -> PublicKey.of(own.x(), flipped);
            case "(0,0)" -> PublicKey.of(zero, zero);
            case "reflected" -> run.pairing.iutKey();
            case "negated" -> negated(run.pairing.iutKey());
            default -> throw new IllegalArgumentException("no such key");
        };
    }

    /** The same X, and the other Y: p - y. */
    private static PublicKey negated(PublicKey key) {
        var p = new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        var y = p.subtract(new BigInteger(1, key.y())).toByteArray();
        var octets = new byte[32];
        int length = Math.min(32, y.length);
        System.arraycopy(y, y.length - length, octets, 32 - length, length);
        return PublicKey.of(key.x(), octets);
    }

    /** value counter [wrong] */
    private void signed(String[] parts) {
        var message = HexFormat.of().parseHex("d2" + LowerTester.u16(SignedService.VALUE_HANDLE) + parts[0]);
        int counter = Integer.parseInt(parts[1]);
        var signature = Toolbox.signature(CSRK, message, counter);
        if (parts.length > 2) {
            signature[0] ^= 1;
        }
        run.tester.send(LowerTester.ATT, HexFormat.of().parseHex(HexFormat.of().formatHex(message)
                + LowerTester.u16(counter) + LowerTester.u16(counter >>> 16) + HexFormat.of().formatHex(signature)));
    }

    private void send(int code, byte[] value, String what) {
        var pdu = new byte[17];
        pdu[0] = (byte) code;
        System.arraycopy(OctetOrder.reversed(value), 0, pdu, 1, 16);
        if (what.endsWith(" wrong")) {
            pdu[7] ^= 0x10;
        }
        smp(pdu);
    }

    private void smp(byte[] pdu) {
        run.tester.send(LowerTester.SMP, pdu);
    }
}
