package org.everbond.sig;

import java.security.InvalidKeyException;
import java.util.Arrays;
import java.util.HexFormat;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.OctetOrder;
import org.everbond.crypto.P256;
import org.everbond.crypto.PublicKey;
import org.everbond.crypto.Toolbox;

/**
 * What the tester calculates in one pairing, from the text of the specification and from what was on air (Vol 3, Part H, 2.3.5.5,
 * 2.3.5.6). Values are most significant octet first, PDUs as on air.
 */
final class Calculations {
    private static final int SECURE_CONNECTIONS = 0x08;

    /** Whether the tester is the initiator. */
    private final boolean initiator;

    private final DeviceAddress tester;
    private final DeviceAddress iut;
    private final P256 pair;
    private byte[] request;
    private byte[] response;
    private PublicKey peer;
    private byte[] nonce;
    private byte[] peerNonce;
    private byte[] peerConfirm;
    private int round;
    private boolean nonceSent;

    /** TK of LE legacy pairing. */
    Key temporaryKey = Key.ZERO;
    /** The passkey that the tester holds to be right; -1 where there is none. */
    int passkey = -1;
    /** r of the tester's and of the IUT's out of band data, zero where the other side has none. */
    byte[] oobRandom = new byte[16];

    byte[] iutOobRandom = new byte[16];
    /** What the IUT's out of band data commits to; null where the tester has none. */
    byte[] iutOobConfirm;

    Calculations(boolean initiator, DeviceAddress tester, DeviceAddress iut, P256 pair) {
        this.initiator = initiator;
        this.tester = tester;
        this.iut = iut;
        this.pair = pair;
        freshNonce();
    }

    private void freshNonce() {
        nonce = Arrays.copyOf(pair.publicKey().x(), 16);
        nonce[15] = (byte) round;
        nonceSent = false;
        peerNonce = null;
        peerConfirm = null;
    }

    /** A Pairing Request or Response, whoever sent it. */
    void features(byte[] pdu) {
        if (pdu[0] == 1) {
            request = pdu;
        } else {
            response = pdu;
        }
    }

    boolean secureConnections() {
        return (request[3] & response[3] & SECURE_CONNECTIONS) != 0;
    }

    private byte[] ownFeatures() {
        return initiator ? request : response;
    }

    private byte[] iutFeatures() {
        return initiator ? response : request;
    }

    /** Before a Confirm is sent or expected: after both Randoms the next round of Passkey Entry begins. */
    void confirmComes() {
        if (nonceSent && peerNonce != null) {
            round++;
            freshNonce();
        }
    }

    byte[] publicKey() {
        return publicKey(pair.publicKey());
    }

    static byte[] publicKey(PublicKey key) {
        var pdu = new byte[65];
        pdu[0] = 0x0c;
        key.writeLittleEndian(pdu, 1);
        return pdu;
    }

    PublicKey iutKey() {
        return peer;
    }

    /** The IUT's Public Key. */
    void takePublicKey(byte[] pdu) {
        peer = PublicKey.ofLittleEndian(pdu, 1);
        Expect.that(peer.isValid(), "the IUT's public key is a point of the curve");
        if (iutOobConfirm != null) {
            Expect.that(
                    Arrays.equals(iutOobConfirm, Toolbox.f4(peer.x(), peer.x(), iutOobRandom, 0)),
                    "the IUT's public key is the one that its out of band data commits to");
        }
    }

    byte[] confirm() {
        return secureConnections() ? f4(pair.publicKey(), peer, nonce) : c1(nonce);
    }

    void takeConfirm(byte[] value) {
        peerConfirm = value;
    }

    byte[] peerConfirm() {
        return peerConfirm;
    }

    byte[] random() {
        nonceSent = true;
        return nonce;
    }

    /** The IUT's Random, which has to be the one of its Confirm. */
    void takeRandom(byte[] value) {
        peerNonce = value;
        if (peerConfirm != null) {
            Expect.that(belongs(value), "the IUT's Random belongs to its Confirm");
        }
    }

    /** The IUT's Random, which must not be the one of its Confirm, because both sides have different secrets. */
    void takeRandomOfAnotherSecret(byte[] value) {
        peerNonce = value;
        Expect.that(!belongs(value), "the IUT holds another secret");
    }

    private boolean belongs(byte[] random) {
        return Arrays.equals(peerConfirm, secureConnections() ? f4(peer, pair.publicKey(), random) : c1(random));
    }

    private byte[] f4(PublicKey u, PublicKey v, byte[] value) {
        int z = passkey < 0 ? 0 : 0x80 | passkey >> round & 1;
        return Toolbox.f4(u.x(), v.x(), value, z);
    }

    private byte[] c1(byte[] value) {
        return Toolbox.c1(
                passkey < 0 ? temporaryKey : Key.of(ofPasskey()),
                value,
                OctetOrder.reversed(request),
                OctetOrder.reversed(response),
                initiator ? tester : iut,
                initiator ? iut : tester);
    }

    private byte[] ofPasskey() {
        return HexFormat.of().parseHex(String.format("%032x", passkey));
    }

    Key stk() {
        var tk = passkey < 0 ? temporaryKey : Key.of(ofPasskey());
        return Toolbox.s1(tk, initiator ? peerNonce : nonce, initiator ? nonce : peerNonce).shortened(keySize());
    }

    int keySize() {
        return Math.min(request[4], response[4]);
    }

    /** The number of Numeric Comparison. */
    int number() {
        return Toolbox.sixDigits(initiator
                ? Toolbox.g2(pair.publicKey().x(), peer.x(), nonce, peerNonce)
                : Toolbox.g2(peer.x(), pair.publicKey().x(), peerNonce, nonce));
    }

    private Toolbox.MacKeyAndLtk keys() {
        try {
            return Toolbox.f5(
                    pair.dhKey(peer),
                    initiator ? nonce : peerNonce,
                    initiator ? peerNonce : nonce,
                    initiator ? tester : iut,
                    initiator ? iut : tester);
        } catch (InvalidKeyException e) {
            throw new AssertionError(e);
        }
    }

    Key ltk() {
        return keys().ltk().shortened(keySize());
    }

    /** Ea or Eb of the tester. */
    byte[] check() {
        var secret = passkey < 0 ? iutOobRandom : ofPasskey();
        return Toolbox.f6(keys().macKey(), nonce, peerNonce, secret, ioCap(ownFeatures()), tester, iut);
    }

    void takeCheck(byte[] value) {
        var secret = passkey < 0 ? oobRandom : ofPasskey();
        var right = Toolbox.f6(keys().macKey(), peerNonce, nonce, secret, ioCap(iutFeatures()), iut, tester);
        Expect.that(Arrays.equals(value, right), "the IUT's DHKey Check is right");
    }

    private static byte[] ioCap(byte[] features) {
        return new byte[] {features[3], features[2], features[1]};
    }
}
