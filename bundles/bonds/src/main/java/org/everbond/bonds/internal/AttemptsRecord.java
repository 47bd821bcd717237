package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.everbond.bonds.keys.FailedAttempts;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;

/**
 * Failed pairings: a sealed record of, for each peer, type (1 octet; ff for all peers without a bond together), address (6, most
 * significant first) and failures (1).
 */
final class AttemptsRecord {
    /** How many peers fit. */
    static final int PEERS = 200;

    private static final int LENGTH = 8;
    private static final byte STRANGERS = (byte) 0xff;

    private AttemptsRecord() {}

    static byte[] encode(List<FailedAttempts> attempts) {
        var body = ByteBuffer.allocate(attempts.size() * LENGTH);
        for (var one : attempts) {
            body.put(one.peer().map(DeviceAddress::typedOctets).orElse(new byte[] {STRANGERS, 0, 0, 0, 0, 0, 0}));
            body.put((byte) one.failures());
        }
        return Sealed.seal(body.array());
    }

    static List<FailedAttempts> decode(byte[] value) throws UnreadableException {
        var body = Sealed.open(value);
        if (body.length % LENGTH != 0) {
            throw new UnreadableException("its last peer is cut off");
        }
        var attempts = new ArrayList<FailedAttempts>();
        for (int at = 0; at < body.length; at += LENGTH) {
            int failures = body[at + LENGTH - 1] & 0xff;
            if (failures == 0 || body[at] != STRANGERS && body[at] != 0 && body[at] != 1) {
                throw new UnreadableException("a field of it is out of range");
            }
            attempts.add(new FailedAttempts(peer(body, at), failures));
        }
        return attempts;
    }

    private static Optional<DeviceAddress> peer(byte[] body, int at) {
        return body[at] == STRANGERS
                ? Optional.empty()
                : Optional.of(DeviceAddress.of(AddressType.of(body[at]), Arrays.copyOfRange(body, at + 1, at + LENGTH - 1)));
    }

    /** The record of two copies that were used apart: what failed in either counts. */
    static byte[] merge(byte[] ours, byte[] theirs) {
        try {
            var all = new LinkedHashMap<Optional<DeviceAddress>, FailedAttempts>();
            decode(ours).forEach(one -> all.put(one.peer(), one));
            decode(theirs).forEach(
                    one -> all.merge(one.peer(), one, (a, b) -> a.failures() >= b.failures() ? a : b));
            return encode(all.values().stream().limit(PEERS).toList());
        } catch (UnreadableException e) {
            return ours;
        }
    }
}
