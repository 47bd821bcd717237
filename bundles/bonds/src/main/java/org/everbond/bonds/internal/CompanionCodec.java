package org.everbond.bonds.internal;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.crypto.Key;

/**
 * A companion as octets: a sealed sequence of fields, each type (1 octet), length (2) and value; integers big endian. Fields
 * that this version does not know are kept.
 */
final class CompanionCodec {
    private static final int ID = 1;
    private static final int REVISION = 2;
    private static final int PLACE = 3;
    private static final int ENTRY = 4;
    private static final int METHOD = 5;
    private static final int TIMES = 6;
    private static final int PINNED = 7;
    private static final int NAME = 8;
    private static final int SUBSCRIPTIONS = 9;
    private static final int PREVIOUS = 10;
    /** 11 and those from 13 on are kept among the unknown ones, see {@link Companion}. */
    private static final int LEGACY = 12;

    private static final int LEGACY_OCTETS = 10;

    private static final int HASH = 16;

    private CompanionCodec() {}

    static byte[] encode(Companion companion) {
        var out = new ByteArrayOutputStream();
        var id = companion.id();
        field(out, ID, uuid(id.store()).putLong(id.serial()).array());
        field(out, REVISION, eight(companion.revision()));
        field(out, PLACE, ByteBuffer.allocate(4).putInt(companion.place()).array());
        field(out, ENTRY, companion.entry().encode(DeviceEntry.SIGNED));
        field(out, METHOD, new byte[] {code(companion.method())});
        field(out, TIMES, ByteBuffer.allocate(16)
                .putLong(companion.createdAt())
                .putLong(companion.replacedAt())
                .array());
        if (companion.pinned()) {
            field(out, PINNED, new byte[0]);
        }
        if (!companion.name().isEmpty()) {
            field(out, NAME, companion.name().getBytes(StandardCharsets.UTF_8));
        }
        if (companion.subscriptions() != null) {
            field(out, SUBSCRIPTIONS, encode(companion.subscriptions()));
        }
        if (companion.previous() != null) {
            field(out, PREVIOUS, encode(companion.previous()));
        }
        if (companion.legacy() != null) {
            field(out, LEGACY, put(ByteBuffer.allocate(LEGACY_OCTETS), companion.legacy()).array());
        }
        companion.unknown().forEach((type, value) -> field(out, type, value));
        return Sealed.seal(out.toByteArray());
    }

    static Companion decode(byte[] value) throws UnreadableException {
        var fields = fields(Sealed.open(value));
        try {
            var id = ByteBuffer.wrap(required(fields, ID));
            var times = ByteBuffer.wrap(required(fields, TIMES));
            return new Companion(
                    new BondId(new UUID(id.getLong(), id.getLong()), counted(id.getLong())),
                    counted(ByteBuffer.wrap(required(fields, REVISION)).getLong()),
                    ByteBuffer.wrap(required(fields, PLACE)).getInt(),
                    DeviceEntry.decode(required(fields, ENTRY)),
                    method(ByteBuffer.wrap(required(fields, METHOD)).get()),
                    times.getLong(),
                    times.getLong(),
                    fields.remove(PINNED) != null,
                    name(fields.remove(NAME)),
                    subscriptions(fields.remove(SUBSCRIPTIONS)),
                    previous(fields.remove(PREVIOUS)),
                    fields.containsKey(LEGACY) ? legacy(ByteBuffer.wrap(fields.remove(LEGACY))) : null,
                    Map.copyOf(fields));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new UnreadableException("a field of it has the wrong length");
        }
    }

    /** A number that has grown by one at a time from 1, and has room to grow on. */
    private static long counted(long number) throws UnreadableException {
        if (number < 1 || number > Tags.MAX_COUNT) {
            throw new UnreadableException("a number of it is out of range");
        }
        return number;
    }

    private static Map<Integer, byte[]> fields(byte[] body) throws UnreadableException {
        var fields = new HashMap<Integer, byte[]>();
        var in = ByteBuffer.wrap(body);
        while (in.remaining() >= 3) {
            int type = in.get() & 0xff;
            int length = in.getShort() & 0xffff;
            if (length > in.remaining()) {
                throw new UnreadableException("a field of it is cut");
            }
            var value = new byte[length];
            in.get(value);
            fields.put(type, value);
        }
        if (in.hasRemaining()) {
            throw new UnreadableException("a field of it is cut");
        }
        return fields;
    }

    private static byte[] required(Map<Integer, byte[]> fields, int type) throws UnreadableException {
        var value = fields.remove(type);
        if (value == null) {
            throw new UnreadableException("its field " + type + " is missing");
        }
        return value;
    }

    private static void field(ByteArrayOutputStream out, int type, byte[] value) {
        out.write(type);
        out.write(value.length >>> 8);
        out.write(value.length);
        out.writeBytes(value);
    }

    private static byte[] encode(Subscriptions subscriptions) {
        var values = new TreeMap<>(subscriptions.values());
        var out = ByteBuffer.allocate(HASH + 4 * values.size()).put(subscriptions.databaseHash());
        values.forEach((handle, value) -> out.putShort(handle.shortValue()).putShort(value.shortValue()));
        return out.array();
    }

    private static String name(byte[] value) {
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    private static Subscriptions subscriptions(byte[] value) {
        if (value == null) {
            return null;
        }
        var in = ByteBuffer.wrap(value);
        var hash = new byte[HASH];
        in.get(hash);
        var values = new TreeMap<Integer, Integer>();
        while (in.hasRemaining()) {
            values.put(in.getShort() & 0xffff, in.getShort() & 0xffff);
        }
        return new Subscriptions(hash, Map.copyOf(values));
    }

    private static byte[] encode(PreviousLtk previous) {
        var security = previous.security();
        var out = ByteBuffer.allocate(previous.legacy() == null ? 30 : 30 + LEGACY_OCTETS)
                .put(previous.ltk().octets())
                .putShort((short) previous.ediv())
                .putLong(previous.rand())
                .put(code(security.method()))
                .put((byte) (security.secureConnections() ? 1 : 0))
                .put((byte) (security.authenticated() ? 1 : 0))
                .put((byte) security.keySize());
        return (previous.legacy() == null ? out : put(out, previous.legacy())).array();
    }

    private static ByteBuffer put(ByteBuffer out, LegacyName legacy) {
        return out.putShort((short) legacy.ediv()).putLong(legacy.rand());
    }

    private static LegacyName legacy(ByteBuffer in) {
        var legacy = new LegacyName(in.getShort() & 0xffff, in.getLong());
        if (!legacy.isPossible()) {
            throw new IllegalArgumentException("the key size in Rand is out of range");
        }
        return legacy;
    }

    private static PreviousLtk previous(byte[] value) {
        if (value == null) {
            return null;
        }
        var in = ByteBuffer.wrap(value);
        var ltk = new byte[16];
        in.get(ltk);
        int ediv = in.getShort() & 0xffff;
        long rand = in.getLong();
        var security = new BondSecurity(method(in.get()), in.get() != 0, in.get() != 0, in.get());
        return new PreviousLtk(Key.of(ltk), ediv, rand, security, in.hasRemaining() ? legacy(in) : null);
    }

    private static byte code(PairingMethod method) {
        return switch (method) {
            case UNKNOWN -> 0;
            case JUST_WORKS -> 1;
            case NUMERIC_COMPARISON -> 2;
            case PASSKEY_ENTRY -> 3;
            case OUT_OF_BAND -> 4;
        };
    }

    private static PairingMethod method(byte code) {
        return switch (code) {
            case 1 -> PairingMethod.JUST_WORKS;
            case 2 -> PairingMethod.NUMERIC_COMPARISON;
            case 3 -> PairingMethod.PASSKEY_ENTRY;
            case 4 -> PairingMethod.OUT_OF_BAND;
            default -> PairingMethod.UNKNOWN;
        };
    }

    private static ByteBuffer uuid(UUID uuid) {
        return ByteBuffer.allocate(24).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    private static byte[] eight(long value) {
        return ByteBuffer.allocate(8).putLong(value).array();
    }
}
