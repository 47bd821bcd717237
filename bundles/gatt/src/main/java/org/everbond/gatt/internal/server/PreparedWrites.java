package org.everbond.gatt.internal.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.everbond.gatt.internal.att.AttCodec;
import org.everbond.gatt.internal.att.AttError;
import org.everbond.gatt.internal.att.AttRequest;
import org.everbond.hci.EventLoop;

/** The prepare queue of one client (Vol 3, Part F, 3.4.6): bounded, and forgotten when it is not executed in time. */
final class PreparedWrites {
    static final int MAX_ENTRIES = 64;
    static final int MAX_OCTETS = 4096;
    private static final Duration LIFETIME = Duration.ofSeconds(30);

    private final EventLoop loop;
    private final List<AttRequest.PrepareWrite> queue = new ArrayList<>();
    private int octets;
    private EventLoop.Timer timer;

    PreparedWrites(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * What the parts for one attribute make together.
     *
     * @param error 0, or why they make nothing
     */
    record Assembled(int handle, byte[] value, int error) {}

    /** @return 0 or the error code */
    int add(AttRequest.PrepareWrite part) {
        if (queue.size() == MAX_ENTRIES || octets + part.value().length > MAX_OCTETS) {
            return AttError.PREPARE_QUEUE_FULL;
        }
        queue.add(part);
        octets += part.value().length;
        if (timer == null) {
            timer = loop.schedule(LIFETIME, this::take);
        }
        return 0;
    }

    /** Empties the queue and puts the parts together, attribute by attribute in the order of their first parts. */
    List<Assembled> take() {
        var values = new LinkedHashMap<Integer, Assembled>();
        for (var part : queue) {
            values.merge(part.handle(), append(new Assembled(part.handle(), new byte[0], 0), part), (before, first) ->
                    append(before, part));
        }
        queue.clear();
        octets = 0;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        return List.copyOf(values.values());
    }

    /** Parts may go over each other but leave no gap. */
    private static Assembled append(Assembled before, AttRequest.PrepareWrite part) {
        int end = part.offset() + part.value().length;
        if (before.error() != 0) {
            return before;
        }
        if (part.offset() > before.value().length) {
            return new Assembled(part.handle(), new byte[0], AttError.INVALID_OFFSET);
        }
        if (end > AttCodec.MAX_VALUE) {
            return new Assembled(part.handle(), new byte[0], AttError.INVALID_VALUE_LENGTH);
        }
        var value = Arrays.copyOf(before.value(), Math.max(before.value().length, end));
        System.arraycopy(part.value(), 0, value, part.offset(), part.value().length);
        return new Assembled(part.handle(), value, 0);
    }
}
