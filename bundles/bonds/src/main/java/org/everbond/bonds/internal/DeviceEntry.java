package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/**
 * An entry of BTstack's LE device DB: a C structure of 60 octets, or of 100 with signing keys. Integers are little endian,
 * address, keys and Rand most significant octet first. Keys that are not there are zero.
 *
 * @param sequence BTstack's seq_nr, unsigned: the lowest is the one that it evicts
 */
record DeviceEntry(
        long sequence,
        DeviceAddress address,
        Key irk,
        Key ltk,
        int ediv,
        long rand,
        int keySize,
        boolean authenticated,
        boolean authorized,
        boolean secureConnections,
        Key remoteCsrk,
        long remoteCounter,
        Key localCsrk,
        long localCounter) {
    static final int PLAIN = 60;
    static final int SIGNED = 100;
    static final long MAX_SEQUENCE = 0xffff_ffffL;
    static final long MAX_COUNTER = 0xffff_ffffL;

    /** What a pairing decides stands in it from the IRK to the flags. */
    private static final int IRK_AT = 14;

    private static final int LTK_AT = 30;
    private static final int LTK_OCTETS = 16;
    private static final int FLAGS_END = 60;
    /** So many different octets at most are damage and no other pairing. */
    private static final int MOST_DAMAGED = 8;
    private static final int MIN_KEY_SIZE = 7;
    private static final int MAX_KEY_SIZE = 16;

    /** The entry of a bond that was just made. */
    static DeviceEntry of(NewBond bond, long sequence) {
        var keys = bond.keys();
        var security = bond.security();
        return new DeviceEntry(
                sequence,
                bond.identity(),
                orZero(keys.irk()),
                orZero(keys.ltk()),
                keys.ediv(),
                keys.rand(),
                security.keySize(),
                security.authenticated(),
                false,
                security.secureConnections(),
                orZero(keys.remoteCsrk()),
                keys.remoteCounter(),
                orZero(keys.localCsrk()),
                keys.localCounter());
    }

    /** Whether BTstack would take a value of this length for an entry. */
    static boolean isEntrySize(int size) {
        return size == PLAIN || size == SIGNED;
    }

    /**
     * Reads 60 or 100 octets. A key that is there must have a key size that the specification allows (7..16).
     *
     * @throws UnreadableException when it cannot be a bond
     */
    static DeviceEntry decode(byte[] value) throws UnreadableException {
        if (!isEntrySize(value.length)) {
            throw new UnreadableException("it has " + value.length + " octets instead of 60 or 100");
        }
        var in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        long sequence = in.getInt() & 0xffff_ffffL;
        int type = in.getInt();
        if (type != 0 && type != 1) {
            throw new UnreadableException("its address type is " + type + " instead of 0 or 1");
        }
        var address = DeviceAddress.of(AddressType.of(type), octets(in, 6));
        if (address.value() == 0) {
            throw new UnreadableException("its address is zero");
        }
        var irk = key(in);
        var ltk = key(in);
        int ediv = in.getShort() & 0xffff;
        long rand = in.order(ByteOrder.BIG_ENDIAN).getLong();
        in.order(ByteOrder.LITTLE_ENDIAN);
        int keySize = in.get() & 0xff;
        if (!ltk.isZero() && (keySize < MIN_KEY_SIZE || keySize > MAX_KEY_SIZE)) {
            throw new UnreadableException("its key size is " + keySize + " instead of 7..16", address);
        }
        boolean authenticated = in.get() != 0;
        boolean authorized = in.get() != 0;
        boolean secureConnections = in.get() != 0;
        boolean signed = value.length == SIGNED;
        return new DeviceEntry(
                sequence,
                address,
                irk,
                ltk,
                ediv,
                rand,
                keySize,
                authenticated,
                authorized,
                secureConnections,
                signed ? key(in) : Key.ZERO,
                signed ? in.getInt() & 0xffff_ffffL : 0,
                signed ? key(in) : Key.ZERO,
                signed ? in.getInt() & 0xffff_ffffL : 0);
    }

    /** Absent keys are one and the same: most bonds have no CSRKs. */
    private static Key key(ByteBuffer in) {
        var key = Key.of(octets(in, 16));
        return key.isZero() ? Key.ZERO : key;
    }

    /** Writes 60 or 100 octets. */
    byte[] encode(int size) {
        var out = ByteBuffer.allocate(SIGNED).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt((int) sequence).putInt(address.type().value());
        out.put(address.octets()).put(irk.octets()).put(ltk.octets()).putShort((short) ediv);
        out.order(ByteOrder.BIG_ENDIAN).putLong(rand).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) keySize).put(flag(authenticated)).put(flag(authorized)).put(flag(secureConnections));
        out.put(remoteCsrk.octets()).putInt((int) remoteCounter);
        out.put(localCsrk.octets()).putInt((int) localCounter);
        return Arrays.copyOf(out.array(), size);
    }

    /**
     * Whether both speak of the same pairing: type, address, IRK, LTK, EDIV, Rand, key size and flags are equal. Counters,
     * sequence and signing keys do not matter.
     */
    boolean samePairing(DeviceEntry other) {
        return address.equals(other.address) && sameKeys(other);
    }

    private boolean sameKeys(DeviceEntry other) {
        return irk.equals(other.irk)
                && ltk.equals(other.ltk)
                && ediv == other.ediv
                && rand == other.rand
                && keySize == other.keySize
                && authenticated == other.authenticated
                && authorized == other.authorized
                && secureConnections == other.secureConnections;
    }

    /**
     * Whether this is another one with some damaged octets: in its keys, key size and flags, or in its address alone. A new pairing changes
     * nearly all of an LTK, and nothing else changes any of this.
     */
    boolean isDamaged(DeviceEntry other) {
        if (!address.equals(other.address)) {
            return !ltk.isZero() && sameKeys(other);
        }
        var one = encode(SIGNED);
        var two = other.encode(SIGNED);
        int inLtk = differences(one, two, LTK_AT, LTK_AT + LTK_OCTETS);
        int inAll = differences(one, two, IRK_AT, FLAGS_END);
        return inAll > 0 && inAll <= MOST_DAMAGED && inLtk <= Math.max(1, other.keySize / 2);
    }

    private static int differences(byte[] one, byte[] two, int from, int to) {
        int different = 0;
        for (int at = from; at < to; at++) {
            different += one[at] == two[at] ? 0 : 1;
        }
        return different;
    }

    DeviceEntry withAddress(DeviceAddress other) {
        return new DeviceEntry(
                sequence, other, irk, ltk, ediv, rand, keySize, authenticated, authorized, secureConnections,
                remoteCsrk, remoteCounter, localCsrk, localCounter);
    }

    /** This entry with signing keys and counters of another one that speaks of the same pairing; the counters only grow. */
    DeviceEntry withSigningOf(DeviceEntry other) {
        var remote = remoteCsrk.isZero() ? other.remoteCsrk : remoteCsrk;
        var local = localCsrk.isZero() ? other.localCsrk : localCsrk;
        return with(sequence, remote, local).counters(other.remoteCounter, other.localCounter);
    }

    /** This entry with these counters where they are greater. */
    DeviceEntry counters(long remote, long local) {
        return new DeviceEntry(
                sequence, address, irk, ltk, ediv, rand, keySize, authenticated, authorized, secureConnections,
                remoteCsrk, Math.min(Math.max(remoteCounter, remote), MAX_COUNTER),
                localCsrk, Math.min(Math.max(localCounter, local), MAX_COUNTER));
    }

    /** This entry of a new pairing; a signing key that the one before had given already counts on, or its messages could be replayed. */
    DeviceEntry countersFrom(DeviceEntry before) {
        boolean sameRemote = !remoteCsrk.isZero() && remoteCsrk.equals(before.remoteCsrk);
        boolean sameLocal = !localCsrk.isZero() && localCsrk.equals(before.localCsrk);
        return counters(sameRemote ? before.remoteCounter : 0, sameLocal ? before.localCounter : 0);
    }

    /** This entry with another word of the user. */
    DeviceEntry withAuthorized(boolean nowAuthorized) {
        return new DeviceEntry(
                sequence, address, irk, ltk, ediv, rand, keySize, authenticated, nowAuthorized, secureConnections,
                remoteCsrk, remoteCounter, localCsrk, localCounter);
    }

    /** This entry with another seq_nr. */
    DeviceEntry withSequence(long newSequence) {
        return with(newSequence, remoteCsrk, localCsrk);
    }

    private DeviceEntry with(long newSequence, Key remote, Key local) {
        return new DeviceEntry(
                newSequence, address, irk, ltk, ediv, rand, keySize, authenticated, authorized, secureConnections,
                remote, remoteCounter, local, localCounter);
    }

    /** What the pairing achieved. An entry without an LTK claims the least. */
    BondSecurity security(PairingMethod method) {
        return ltk.isZero()
                ? new BondSecurity(method, secureConnections, false, MIN_KEY_SIZE)
                : new BondSecurity(method, secureConnections, authenticated, keySize);
    }

    /**
     * The keys that are there.
     *
     * @param legacy what the companion says of the LTK that we distributed
     */
    BondKeys keys(LegacyName legacy) {
        return new BondKeys(
                orNull(ltk), ediv, rand, orNull(irk), orNull(remoteCsrk), remoteCounter, orNull(localCsrk), localCounter, legacy);
    }

    @Override
    public String toString() {
        return "DeviceEntry[" + address + ", sequence " + sequence + "]";
    }

    private static Key orZero(Key key) {
        return key == null ? Key.ZERO : key;
    }

    private static Key orNull(Key key) {
        return key.isZero() ? null : key;
    }

    private static byte flag(boolean on) {
        return (byte) (on ? 1 : 0);
    }

    private static byte[] octets(ByteBuffer in, int length) {
        var octets = new byte[length];
        in.get(octets);
        return octets;
    }
}
