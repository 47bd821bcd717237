package org.everbond.faults;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What BTstack's posix file store does when it opens a file, written from its description and independent of the code under
 * test: records until the first thing it does not understand, then a rewrite, newest first.
 */
public final class BtstackModel {
    /** Live records, oldest first. */
    public final LinkedHashMap<Integer, byte[]> live = new LinkedHashMap<>();

    public final boolean valid;

    private BtstackModel(byte[] file) {
        valid = load(file);
    }

    public static BtstackModel open(byte[] file) {
        return new BtstackModel(file);
    }

    private boolean load(byte[] file) {
        if (file.length < 8 || !Arrays.equals(Arrays.copyOf(file, 7), "BTstack".getBytes())) {
            return false;
        }
        var in = ByteBuffer.wrap(file, 8, file.length - 8);
        while (in.hasRemaining()) {
            if (in.remaining() < 8) {
                return false;
            }
            int tag = in.getInt();
            long length = in.getInt() & 0xffffffffL;
            if (length > 2048 || length > in.remaining()) {
                return false;
            }
            live.remove(tag);
            if (length > 0) {
                var value = new byte[(int) length];
                in.get(value);
                live.put(tag, value);
            }
        }
        return true;
    }

    /** The file as BTstack leaves it after opening. */
    public byte[] fileAfterOpen(byte[] before) {
        if (valid) {
            return before;
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes("BTstack\0".getBytes());
        List<Map.Entry<Integer, byte[]>> newestFirst = new ArrayList<>(live.entrySet());
        Collections.reverse(newestFirst);
        newestFirst.forEach(entry -> out.writeBytes(record(entry.getKey(), entry.getValue())));
        return out.toByteArray();
    }

    public static byte[] record(int tag, byte[] value) {
        return ByteBuffer.allocate(8 + value.length).putInt(tag).putInt(value.length).put(value).array();
    }
}
