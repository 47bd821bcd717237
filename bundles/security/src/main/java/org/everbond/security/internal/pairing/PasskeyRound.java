package org.everbond.security.internal.pairing;

import org.everbond.security.internal.pdu.Pdu;

/**
 * One of the twenty rounds of Passkey Entry, each of which commits to one bit of the passkey, the lowest first (Vol 3, Part H,
 * 2.3.5.6.3).
 *
 * @param number 0..19
 */
record PasskeyRound(SecureConnections exchange, PasskeyEntry entry, int number) {
    private static final int ROUNDS = 20;

    static PasskeyRound first(SecureConnections exchange) {
        return new PasskeyRound(exchange, PasskeyEntry.begin(exchange.pairing(), exchange.agreement()), 0);
    }

    PasskeyRound next() {
        return new PasskeyRound(exchange, entry, number + 1);
    }

    boolean isLast() {
        return number == ROUNDS - 1;
    }

    Pairing pairing() {
        return exchange.pairing();
    }

    /** z of f4: rai or rbi. */
    int bit(int passkey) {
        return 0x80 | passkey >> number & 1;
    }

    Authenticated authenticated(int passkey, byte[] nonce, byte[] peerNonce) {
        return new Authenticated(
                exchange, nonce, peerNonce, PasskeyEntry.octets(passkey), PasskeyEntry.octets(passkey));
    }

    /** The peer tells of what is typed there; once the first Confirm has come, nobody types any more. */
    void keypress(Pdu.KeypressNotification pdu) {
        if (number == 0) {
            entry.keypress(pdu);
        } else {
            pairing().outOfPlace(pdu);
        }
    }
}
