package org.everbond.bonds.keys;

import org.everbond.crypto.Key;

/**
 * The keys of one bond. Null means that it was not distributed.
 *
 * @param ltk to encrypt the link with, already shortened to the key size; the peer's for legacy bonds, of both for LE Secure
 *     Connections
 * @param ediv of the LTK; 0 for LE Secure Connections
 * @param rand of the LTK, as a number; 0 for LE Secure Connections
 * @param irk the peer's
 * @param remoteCsrk the peer's signing key
 * @param remoteCounter next SignCounter to accept from the peer
 * @param localCsrk our signing key
 * @param localCounter next SignCounter of ours
 * @param legacy of the LTK that we distributed in LE legacy pairing; null also for a bond that another stack made, until its peer has
 *     asked for that key
 */
public record BondKeys(
        Key ltk,
        int ediv,
        long rand,
        Key irk,
        Key remoteCsrk,
        long remoteCounter,
        Key localCsrk,
        long localCounter,
        LegacyName legacy) {
    /** Keys without an LTK of LE legacy pairing that we distributed. */
    public BondKeys(
            Key ltk, int ediv, long rand, Key irk, Key remoteCsrk, long remoteCounter, Key localCsrk, long localCounter) {
        this(ltk, ediv, rand, irk, remoteCsrk, remoteCounter, localCsrk, localCounter, null);
    }

    /** The keys that LE Secure Connections pairing with distribution of identities gives. */
    public static BondKeys secureConnections(Key ltk, Key irk) {
        return new BondKeys(ltk, 0, 0, irk, null, 0, null, 0);
    }

    @Override
    public String toString() {
        return "BondKeys[hidden]";
    }
}
