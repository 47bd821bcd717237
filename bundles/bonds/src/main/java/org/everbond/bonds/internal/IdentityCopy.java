package org.everbond.bonds.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The second copy of what all our bonds depend on: a sealed record of ER (16 octets) and IR (16), most significant first, the length of the
 * {@link IdentityRecord} (1), that record, and the {@link IrkRecord} as the rest. Of length 0 where there is none.
 */
record IdentityCopy(byte[] er, byte[] ir, byte[] identity, byte[] irk) {
    private static final int ROOT = 16;
    private static final int IDENTITY_AT = 2 * ROOT + 1;

    byte[] encode() {
        return Sealed.seal(ByteBuffer.allocate(IDENTITY_AT + identity.length + irk.length)
                .put(er).put(ir).put((byte) identity.length).put(identity).put(irk).array());
    }

    static IdentityCopy decode(byte[] value) throws UnreadableException {
        var body = Sealed.open(value);
        int irkAt = body.length < IDENTITY_AT ? 0 : IDENTITY_AT + (body[IDENTITY_AT - 1] & 0xff);
        if (irkAt == 0 || irkAt > body.length) {
            throw new UnreadableException("it is cut");
        }
        return new IdentityCopy(
                Arrays.copyOf(body, ROOT), Arrays.copyOfRange(body, ROOT, 2 * ROOT),
                Arrays.copyOfRange(body, IDENTITY_AT, irkAt), Arrays.copyOfRange(body, irkAt, body.length));
    }

    @Override
    public String toString() {
        return "IdentityCopy[hidden]";
    }
}
