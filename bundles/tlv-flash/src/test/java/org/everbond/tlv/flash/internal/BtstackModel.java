package org.everbond.tlv.flash.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.everbond.tlv.flash.FlashMode;

/**
 * BTstack's flash store as its source describes it, independent of ours: opening with its repairs and its total losses, get,
 * store, delete, migration. Works on an image in memory.
 */
final class BtstackModel {
    private final FlashMode mode;
    private final int alignment;
    private final int size;
    private final byte[] image;
    private int current = -1;
    private int writeOffset;
    private boolean reset;

    private record Record(int offset, int tag, int length) {}

    private BtstackModel(FlashMode mode, int alignment, int size, byte[] image) {
        this.mode = mode;
        this.alignment = alignment;
        this.size = size;
        this.image = image.clone();
    }

    static BtstackModel open(FlashMode mode, int alignment, int size, byte[] image) {
        var model = new BtstackModel(mode, alignment, size, image);
        model.open();
        return model;
    }

    byte[] image() {
        return image.clone();
    }

    int currentBank() {
        return current;
    }

    int writeOffset() {
        return writeOffset;
    }

    /** Whether opening has begun an empty store. */
    boolean wasReset() {
        return reset;
    }

    private void open() {
        current = latestBank();
        if (current >= 0) {
            var records = walk();
            if (writeOffset > size) {
                current = -1;
            } else {
                if (mode != FlashMode.WRITE_ONCE && !records.isEmpty()) {
                    var last = records.get(records.size() - 1);
                    deleteUntil(last.tag, last.offset);
                }
                if (!erased(current, writeOffset)) {
                    migrate();
                }
            }
        }
        if (current < 0) {
            reset = true;
            current = 0;
            if (!erased(0, 0)) {
                erase(0);
            }
            writeHeader(0, 0);
            writeOffset = round(8);
        }
    }

    private int latestBank() {
        boolean zero = magic(0);
        boolean one = magic(1);
        if (zero != one) {
            return zero ? 0 : 1;
        }
        if (!zero) {
            return -1;
        }
        int a = image[7] & 3;
        int b = image[size + 7] & 3;
        if (b == (a + 1 & 3)) {
            return 1;
        }
        return a == (b + 1 & 3) ? 0 : -1;
    }

    private boolean magic(int bank) {
        return new String(image, bank * size, 7, StandardCharsets.ISO_8859_1).equals("BTstack");
    }

    private int headerLength() {
        return mode == FlashMode.DELETE_FIELD ? round(8) : 8;
    }

    private int deleteLength() {
        return mode == FlashMode.DELETE_FIELD ? Math.max(4, alignment) : 0;
    }

    private List<Record> walk() {
        var records = new ArrayList<Record>();
        long offset = round(8);
        while (offset + headerLength() + deleteLength() < size) {
            int at = (int) offset;
            int tag = integer(at);
            int length = integer(at + 4);
            if (tag == -1) {
                break;
            }
            if (mode == FlashMode.DELETE_FIELD && integer(at + headerLength()) == 0) {
                tag = 0;
            }
            records.add(new Record(at, tag, length));
            offset = offset + total(length) & 0xffffffffL;
        }
        writeOffset = (int) Math.min(offset, Integer.MAX_VALUE);
        return records;
    }

    /** Octets of a whole entry, modulo 2^32 as in C. */
    private long total(int length) {
        if (mode == FlashMode.DELETE_FIELD) {
            return headerLength() + deleteLength() + (length + alignment - 1 & -alignment) & 0xffffffffL;
        }
        return (8 + length + alignment - 1 & -alignment) & 0xffffffffL;
    }

    private int integer(int offset) {
        int at = current * size + offset;
        return (image[at] & 0xff) << 24 | (image[at + 1] & 0xff) << 16 | (image[at + 2] & 0xff) << 8 | image[at + 3] & 0xff;
    }

    private void deleteUntil(int tag, int before) {
        for (var record : walk()) {
            if (record.offset < before && record.tag == tag && tag != 0) {
                mark(record);
            }
        }
    }

    private void mark(Record record) {
        int base = current * size + record.offset;
        if (mode == FlashMode.DELETE_FIELD) {
            Arrays.fill(image, base + headerLength(), base + headerLength() + 4, (byte) 0);
        } else if (alignment <= 4) {
            Arrays.fill(image, base, base + 4, (byte) 0);
        } else {
            Arrays.fill(image, base, base + (int) total(record.length), (byte) 0);
        }
    }

    private boolean erased(int bank, int from) {
        for (int i = bank * size + from; i < (bank + 1) * size; i++) {
            if (image[i] != -1) {
                return false;
            }
        }
        return true;
    }

    private void erase(int bank) {
        Arrays.fill(image, bank * size, (bank + 1) * size, (byte) 0xff);
    }

    private void writeHeader(int bank, int epoch) {
        System.arraycopy(new byte[] {'B', 'T', 's', 't', 'a', 'c', 'k', (byte) epoch}, 0, image, bank * size, 8);
    }

    private void migrate() {
        int next = 1 - current;
        if (!erased(next, 0)) {
            erase(next);
        }
        int target = next * size + round(8);
        var records = walk();
        for (int i = 0; i < records.size(); i++) {
            var record = records.get(i);
            boolean skip = record.tag == 0;
            for (int later = i + 1; mode == FlashMode.WRITE_ONCE && later < records.size(); later++) {
                skip |= records.get(later).tag == record.tag;
            }
            if (skip) {
                continue;
            }
            int total = (int) total(record.length);
            int room = Math.min(total, (next + 1) * size - target);
            System.arraycopy(image, current * size + record.offset, image, target, Math.max(0, room));
            target += total;
        }
        writeHeader(next, (image[current * size + 7] & 3) + 1 & 3);
        writeOffset = target - next * size;
        current = next;
    }

    /** Null when there is none, or one without octets. */
    byte[] get(int tag) {
        Record found = null;
        for (var record : walk()) {
            if (record.tag == tag && (found == null || mode == FlashMode.WRITE_ONCE)) {
                found = record;
            }
        }
        if (found == null || found.length == 0) {
            return null;
        }
        int from = current * size + found.offset + headerLength() + deleteLength();
        // A wrong length makes BTstack copy whatever follows.
        long to = Math.min(image.length, from + (found.length & 0xffffffffL));
        return Arrays.copyOfRange(image, from, (int) to);
    }

    /** What get returns, for every tag in the log. */
    Map<Integer, byte[]> values() {
        var values = new LinkedHashMap<Integer, byte[]>();
        var tags = new TreeSet<Integer>();
        walk().forEach(record -> tags.add(record.tag));
        tags.remove(0);
        for (int tag : tags) {
            var value = get(tag);
            if (value != null) {
                values.put(tag, value);
            }
        }
        return values;
    }

    /** Whether it fitted. */
    boolean store(int tag, byte[] value) {
        int required = headerLength() + deleteLength() + value.length;
        if (writeOffset + required > size) {
            migrate();
        }
        if (writeOffset + required > size) {
            return false;
        }
        int base = current * size + writeOffset;
        System.arraycopy(value, 0, image, base + headerLength() + deleteLength(), value.length);
        for (int i = 0; i < 4; i++) {
            image[base + i] = (byte) (tag >>> 24 - 8 * i);
            image[base + 4 + i] = (byte) (value.length >>> 24 - 8 * i);
        }
        int here = writeOffset;
        writeOffset += (int) total(value.length);
        int after = writeOffset;
        if (mode != FlashMode.WRITE_ONCE) {
            deleteUntil(tag, here);
        }
        writeOffset = after;
        return true;
    }

    void delete(int tag) {
        if (mode == FlashMode.WRITE_ONCE) {
            store(tag, new byte[0]);
            return;
        }
        int end = writeOffset;
        deleteUntil(tag, Integer.MAX_VALUE);
        writeOffset = end;
    }

    private int round(int octets) {
        return octets + alignment - 1 & -alignment;
    }
}
