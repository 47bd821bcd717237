package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.everbond.bonds.LinkKeyType;
import org.everbond.bonds.keys.LinkKey;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/**
 * An entry of BTstack's Classic link key DB: a C structure of 32 octets, integers little endian, the address most significant octet
 * first, the link key least significant octet first, as HCI has it.
 *
 * @param sequence BTstack's seq_nr, unsigned: the lowest is the one that is evicted
 * @param padding the two octets that the compiler left between key and type: of no meaning, kept as they are
 */
record LinkKeyEntry(long sequence, LinkKey key, int padding) {
    static final int LENGTH = 32;
    static final long MAX_SEQUENCE = 0xffff_ffffL;

    private static final int ADDRESS = 4;
    private static final int KEY = 10;
    private static final int PADDING = 26;
    private static final int TYPE = 28;

    /** @throws UnreadableException when it cannot be a link key; it names the peer if that much can be read */
    static LinkKeyEntry decode(byte[] value) throws UnreadableException {
        if (value.length != LENGTH) {
            throw new UnreadableException("it has " + value.length + " octets instead of " + LENGTH);
        }
        var address = address(value).orElseThrow(() -> new UnreadableException("its address is none"));
        var in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        int number = in.getInt(TYPE);
        var type = LinkKeyType.of(number)
                .orElseThrow(() -> new UnreadableException(
                        "its type is " + Integer.toUnsignedString(number) + " instead of 0..8", address));
        var key = Key.ofLittleEndian(value, KEY);
        if (key.isZero()) {
            throw new UnreadableException("its key is zero", address);
        }
        return new LinkKeyEntry(
                sequence(value), new LinkKey(address, key, type), in.getShort(PADDING) & 0xffff);
    }

    byte[] encode() {
        var value = new byte[LENGTH];
        ByteBuffer.wrap(value)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) sequence)
                .put(key.address().octets())
                .putShort(PADDING, (short) padding)
                .putInt(TYPE, key.type().value());
        key.key().writeLittleEndian(value, KEY);
        return value;
    }

    /** Whose entry a value is, readable or not; empty for one of another length and for an address that is none. */
    static Optional<DeviceAddress> address(byte[] value) {
        if (value.length != LENGTH) {
            return Optional.empty();
        }
        var address = addressAsWritten(value);
        return address.isIdentity() ? Optional.of(address) : Optional.empty();
    }

    /** The address in a value of the right length, whatever it is. */
    static DeviceAddress addressAsWritten(byte[] value) {
        return DeviceAddress.of(AddressType.PUBLIC, Arrays.copyOfRange(value, ADDRESS, KEY));
    }

    /** The seq_nr in a value of the right length. */
    static long sequence(byte[] value) {
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt() & MAX_SEQUENCE;
    }

    @Override
    public String toString() {
        return "LinkKeyEntry[" + key + ", sequence " + sequence + "]";
    }
}
