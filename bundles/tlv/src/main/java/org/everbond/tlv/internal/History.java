package org.everbond.tlv.internal;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Tags;

/**
 * Who has written to a store: each run that writes gives itself a random number, and the last transaction of each is known. So two
 * copies that were used apart are told from a copy and its ancestor, although both have counted on from the same number. The record
 * {@code history/0}, written with the first transaction of a run.
 *
 * <p>Value, big endian: version (1) = 1, then for each run its number (8) and the sequence of its last transaction that was
 * known when this was written (8), the present run at the end; CRC-32C of all before (4). The present run's last transaction is the
 * store's.
 */
record History(Map<Long, Long> last) {
    static final History NONE = new History(Map.of());
    /** How many runs are remembered, so that the record stays small; what is older than these is merged instead of replaced. */
    static final int KEPT = 16;

    private static final int VERSION = 1;
    private static final int ENTRY = 16;
    /** In which the octets of a place are divided, one for the runs. */
    private static final int SHARE = 16;

    private static final int FRAME = 5;

    /** The history of a content; none when it has no readable record of it. */
    static History of(Map<Integer, byte[]> values, long sequence) {
        return of(values.get(Tags.HISTORY), sequence);
    }

    static History of(byte[] value, long sequence) {
        if (value == null || value.length < FRAME + ENTRY || (value.length - FRAME) % ENTRY != 0 || value[0] != VERSION
                || ByteBuffer.wrap(value).getInt(value.length - 4) != crc(value)) {
            return NONE;
        }
        var in = ByteBuffer.wrap(value, 1, value.length - FRAME);
        var last = new LinkedHashMap<Long, Long>();
        while (in.hasRemaining()) {
            long run = in.getLong();
            long known = in.getLong();
            last.put(run, in.hasRemaining() ? known : Math.max(known, sequence));
        }
        return new History(last);
    }

    byte[] encode() {
        var out = ByteBuffer.allocate(FRAME + ENTRY * last.size()).put((byte) VERSION);
        last.forEach((run, sequence) -> out.putLong(run).putLong(sequence));
        return out.putInt(crc(out.array())).array();
    }

    boolean isEmpty() {
        return last.isEmpty();
    }

    /** Whether everything that the other one has seen is part of this. */
    boolean includes(History other) {
        return other.last.entrySet().stream().allMatch(run -> includes(run.getKey(), run.getValue()));
    }

    /** Whether a transaction of a run is part of this. */
    boolean includes(long run, long sequence) {
        return last.getOrDefault(run, -1L) >= sequence;
    }

    /** Whether a transaction of a run may be part of this although the run is not remembered: the oldest are not. */
    boolean forgets(long run, long sequence) {
        return last.size() > 1 && !last.containsKey(run) && last.values().stream().allMatch(known -> known > sequence);
    }

    /** Whether this run has written last. */
    boolean isOf(long run) {
        return !last.isEmpty() && newest() == run;
    }

    /** The run that has written last; 0 when none is known. */
    long newest() {
        long newest = 0;
        for (long each : last.keySet()) {
            newest = each;
        }
        return newest;
    }

    /** How many runs are remembered in a place: in a small one fewer, so that they take no room from bonds. */
    static int most(BackendInfo place) {
        return (int) Math.max(4, Math.min(KEPT, place.maxOctets() / ENTRY / SHARE));
    }

    /** With everything that both have seen, written by this run from this transaction on. */
    History join(History other, long run, long sequence, int most) {
        var joined = new LinkedHashMap<>(last);
        other.last.forEach((each, known) -> joined.merge(each, known, Math::max));
        joined.remove(run);
        while (joined.size() >= most) {
            joined.remove(joined.entrySet().stream().min(Comparator.comparing(Map.Entry::getValue)).orElseThrow().getKey());
        }
        joined.put(run, sequence);
        return new History(joined);
    }

    private static int crc(byte[] value) {
        var crc = new CRC32C();
        crc.update(value, 0, value.length - 4);
        return (int) crc.getValue();
    }
}
