package org.everbond.host.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.everbond.host.BluetoothUuid;

/**
 * What advertising data says (Vol 3, Part C, 11; Core Specification Supplement, Part A, 1). A structure that does not fit ends
 * the reading; what came before it counts.
 *
 * @param name complete local name, else the shortened one, else empty; without control characters
 * @param services service UUIDs in the order in which they came
 */
record AdStructures(String name, List<UUID> services) {
    private static final int UUIDS_16_INCOMPLETE = 0x02;
    private static final int UUIDS_16 = 0x03;
    private static final int UUIDS_32_INCOMPLETE = 0x04;
    private static final int UUIDS_32 = 0x05;
    private static final int UUIDS_128_INCOMPLETE = 0x06;
    private static final int UUIDS_128 = 0x07;
    private static final int SHORTENED_NAME = 0x08;
    private static final int COMPLETE_NAME = 0x09;

    static AdStructures parse(byte[] data) {
        String shortened = "";
        String complete = "";
        List<UUID> services = new ArrayList<>();
        int at = 0;
        while (at < data.length) {
            int length = data[at] & 0xff;
            if (length == 0 || at + 1 + length > data.length) {
                break;
            }
            int type = data[at + 1] & 0xff;
            int from = at + 2;
            int to = at + 1 + length;
            switch (type) {
                case UUIDS_16_INCOMPLETE:
                case UUIDS_16:
                    uuids(data, from, to, 2, services);
                    break;
                case UUIDS_32_INCOMPLETE:
                case UUIDS_32:
                    uuids(data, from, to, 4, services);
                    break;
                case UUIDS_128_INCOMPLETE:
                case UUIDS_128:
                    uuids(data, from, to, 16, services);
                    break;
                case SHORTENED_NAME:
                    shortened = name(data, from, to);
                    break;
                case COMPLETE_NAME:
                    complete = name(data, from, to);
                    break;
                default:
                    break;
            }
            at = to;
        }
        return new AdStructures(complete.isEmpty() ? shortened : complete, List.copyOf(services));
    }

    /** Text from the air goes to terminals: what could move their cursor is taken out. */
    private static String name(byte[] data, int from, int to) {
        var text = new StringBuilder();
        new String(data, from, to - from, StandardCharsets.UTF_8)
                .codePoints()
                .takeWhile(codePoint -> codePoint != 0)
                .forEach(codePoint -> text.appendCodePoint(shown(codePoint) ? codePoint : '\ufffd'));
        return text.toString();
    }

    private static boolean shown(int codePoint) {
        int type = Character.getType(codePoint);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR && type != Character.UNASSIGNED;
    }

    private static void uuids(byte[] data, int from, int to, int size, List<UUID> services) {
        for (int at = from; at + size <= to; at += size) {
            services.add(size == 16
                    ? new UUID(number(data, at + 8, 8), number(data, at, 8))
                    : BluetoothUuid.of(number(data, at, size)));
        }
    }

    private static long number(byte[] data, int at, int length) {
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | data[at + i] & 0xff;
        }
        return value;
    }
}
