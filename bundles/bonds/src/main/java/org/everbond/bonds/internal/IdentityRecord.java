package org.everbond.bonds.internal;

import java.util.Arrays;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;

/**
 * Which identity address the bonds of a store know us by: a sealed record of type (1 octet), address (6, most significant
 * first) and origin (1).
 */
record IdentityRecord(DeviceAddress address, Origin origin) {
    private static final int LENGTH = 8;

    /** Where it came from; the order is that of the codes. */
    enum Origin {
        GENERATED,
        CONFIGURED,
        CONTROLLER
    }

    byte[] encode() {
        var body = Arrays.copyOf(address.typedOctets(), LENGTH);
        body[LENGTH - 1] = (byte) origin.ordinal();
        return Sealed.seal(body);
    }

    static IdentityRecord decode(byte[] value) throws UnreadableException {
        var body = Sealed.open(value);
        if (body.length < LENGTH || body[0] < 0 || body[0] > 1 || body[7] < 0 || body[7] >= Origin.values().length) {
            throw new UnreadableException("a field of it is out of range");
        }
        var address = DeviceAddress.of(AddressType.of(body[0]), Arrays.copyOfRange(body, 1, 7));
        if (!address.isIdentity()) {
            throw new UnreadableException("its address is no identity address");
        }
        return new IdentityRecord(address, Origin.values()[body[7]]);
    }
}
