package org.everbond.tlv.file.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.StoreHeader;

/**
 * Reads BTstack's log, whatever is in it. Where BTstack stops at the first thing that it does not understand, this finds the
 * next transaction header that stands at its own offset, or the next record of a known tag and exact length, and goes on there.
 * Pure: octets in, {@link Contents} out; memory is bounded by what the file really holds.
 */
final class LogReader {
    /**
     * @param values live tags without the log's own records
     * @param id null when there is no record of ours
     * @param foreign whether another program has written since our newest transaction
     * @param damage what could not be read, one sentence each; empty for a file that only has a torn tail
     * @param forgotten keys that are still in the file and were deleted since
     * @param end where the next record belongs
     * @param torn whether an incomplete record follows there
     * @param cut the last transaction of ours if it is not whole; null otherwise
     */
    record Contents(
            Map<Integer, byte[]> values,
            StoreId id,
            long sequence,
            boolean foreign,
            List<String> damage,
            ForgottenKeys forgotten,
            int end,
            boolean torn,
            Cut cut) {}

    /**
     * A transaction that ends before its last record.
     *
     * @param records of it that are there, and count
     * @param announced by its header; 0 when that is missing, too: the record of the identity stands before the first one
     */
    record Cut(long transaction, int records, int announced) {}

    private static final int MOST_SENTENCES = 20;
    /** From here on zeros are a hole that a power cut left; fewer are a deletion of tag 0. */
    private static final int HOLE = 16;

    private final byte[] file;
    private final Map<Integer, byte[]> values = new LinkedHashMap<>();
    private final List<String> damage = new ArrayList<>();
    private StoreId id;
    private long sequence;
    private boolean foreign;
    private boolean torn;
    private Cut cut;
    /** Whether a transaction header was seen, ours or a copy. */
    private boolean numbered;
    private final ForgottenKeys forgotten = new ForgottenKeys();
    private int at;

    private LogReader(byte[] file) {
        this.file = file;
    }

    static Contents read(byte[] file) {
        return new LogReader(file).read();
    }

    /** Whether the file is a store, complete or torn while it was made: it has the magic or the beginning of it. */
    static boolean hasMagic(byte[] file) {
        int length = Math.min(file.length, LogWriter.MAGIC.length);
        return Arrays.equals(file, 0, length, LogWriter.MAGIC, 0, length);
    }

    private Contents read() {
        if (file.length < LogWriter.HEADER && hasMagic(file)) {
            return new Contents(values, null, 0, false, damage, forgotten, 0, true, null);
        }
        if (hasMagic(file)) {
            at = LogWriter.HEADER;
        } else {
            at = 0;
            skipDamage("the file does not begin with 'BTstack'");
        }
        while (at < file.length && !torn) {
            step();
        }
        if (id != null && !numbered && damage.isEmpty()) {
            cut = new Cut(sequence, 0, 0);
        }
        return new Contents(values, id, sequence, foreign, damage, forgotten, at, torn, cut);
    }

    private void step() {
        int left = file.length - at;
        if (left < 8) {
            torn = true;
            return;
        }
        int zeros = zeros();
        if (zeros == left && zeros >= HOLE) {
            torn = true;
        } else if (zeros >= HOLE || LostSector.beheads(file, at)) {
            skipDamage(zeros + " octets are zero");
        } else if (integer(at) == Tags.TRANSACTION) {
            header();
        } else if (integer(at) == Tags.STORE_HEADER && isRecord(at) && integer(at + 4) != StoreHeader.LENGTH) {
            skipDamage("the record of the store's identity is damaged");
        } else if (!isRecord(at)) {
            int length = integer(at + 4);
            int next = resynchronise(at + 1);
            if (next < 0 && length >= 0 && length <= Transaction.MAX_VALUE) {
                torn = true;
            } else {
                skipDamage("a record claims " + (length & 0xffffffffL) + " octets");
            }
        } else {
            foreign |= !isOurs(integer(at));
            apply(at);
            at = next(at);
        }
    }

    private void header() {
        var header = isRecord(at) ? TransactionHeader.decode(file, at + 8, integer(at + 4)) : null;
        if (header == null) {
            damagedHeader();
            return;
        }
        sequence = Math.max(sequence, header.sequence());
        numbered = true;
        if (header.offset() != at || !announcesWhatFollows(header)) {
            foreign = true; // Copied by another program that rewrote the file.
            at = next(at);
            return;
        }
        foreign = false;
        cut = null;
        bracket(header);
    }

    /** Where the first checksum of a damaged header still fits a record, the records behind it are there. */
    private void damagedHeader() {
        for (int length : TransactionHeader.possibleLengths(file, at)) {
            int first = at + 8 + length;
            if (isRecord(first) && checksum(first) == TransactionHeader.firstChecksum(file, at)) {
                report("a transaction header is damaged; the records behind it were taken as they are");
                at = first;
                return;
            }
        }
        int length = integer(at + 4);
        if (!isRecord(at) && length >= 0 && length <= Transaction.MAX_VALUE && resynchronise(at + 1) < 0) {
            torn = true;
        } else {
            skipDamage("a transaction header is damaged");
        }
    }

    /**
     * Whether the records behind a header at its own offset are its own. They are not when a rewritten file has a copy of
     * the header at the same offset by chance: then no checksum fits, and the records behind it go on past what it announces.
     */
    private boolean announcesWhatFollows(TransactionHeader header) {
        int from = next(at);
        long end = from + header.octets();
        return from == file.length
                || isOwnHeader(from)
                || findChecksum(from, end, header, 0) >= 0
                || isChain(end)
                || !isChain(from)
                || LostSector.holdsEndOf(file, from, next(from));
    }

    /** The records behind a header, each only if its checksum is right. */
    private void bracket(TransactionHeader header) {
        int position = next(at);
        long end = position + header.octets();
        int index = 0;
        while (index < header.checksums().length) {
            if (isRecord(position) && checksum(position) == header.checksums()[index]) {
                apply(position);
                position = next(position);
                index++;
                continue;
            }
            if (isOwnHeader(position)) {
                break; // The transaction was cut off here and the next one follows.
            }
            long found = findChecksum(position + 1, end, header, index + 1);
            if (found < 0) {
                endBracket(position, end, header, index);
                return;
            }
            at = position;
            position = (int) found;
            index = (int) (found >>> 32);
            report((position - at) + " octets of transaction " + header.sequence() + " are damaged");
        }
        at = position;
    }

    /** None of the records that a header still announces is there. */
    private void endBracket(int position, long end, TransactionHeader header, int index) {
        at = position;
        var unfinished = new Cut(header.sequence(), index, header.checksums().length);
        if (position < file.length && isAnothers(position, end, header, index)) {
            cut = unfinished;
            return; // Cut off at a record's end, and another program went on.
        }
        if (end > file.length) {
            int next = resynchronise(position + 1);
            if (next < 0) {
                torn = position < file.length;
                cut = unfinished;
                return;
            }
            end = next;
        }
        report((end - position) + " octets of transaction " + header.sequence() + " are damaged");
        at = (int) end;
    }

    /**
     * Whether what stands where a record of ours was announced is another program's. A bond that BTstack has made is lost for good if it
     * is not taken, a damaged entry of ours is known by its companion: so it counts unless it can be seen that it is ours.
     */
    private boolean isAnothers(int position, long end, TransactionHeader header, int index) {
        if (!isChain(position)) {
            return false;
        }
        int tag = integer(position);
        if ((Tags.isBookkeeping(tag) || Tags.isOfBonds(tag)) && isChain(end)) {
            return false;
        }
        int next = next(position);
        boolean isLast = index == header.checksums().length - 1;
        if (LostSector.beheads(file, position, isLast ? end - position - 8 : -1)) {
            return false;
        }
        int length = (int) (isLast && end <= file.length ? end : next) - position;
        if (DamagedOctet.explains(header.checksums()[index], TransactionHeader.checksum(file, position, length), length)) {
            return false;
        }
        boolean fits = isLast ? next == end : next < end;
        return !fits || !LostSector.holdsEndOf(file, position, position + 8 + LostSector.meaningLength(file, position));
    }

    /** Whether records follow one another from here to the end of the file or to the next transaction of ours. */
    private boolean isChain(long from) {
        if (from > file.length) {
            return false;
        }
        int position = (int) from;
        while (position < file.length && !isOwnHeader(position)) {
            if (!isRecord(position)) {
                return false;
            }
            position = next(position);
        }
        return true;
    }

    /** The next place where a record has one of the announced checksums: index in the upper half, place in the lower; or -1. */
    private long findChecksum(int from, long end, TransactionHeader header, int firstIndex) {
        long last = Math.min(end, file.length) - 8;
        for (int position = from; position <= last; position++) {
            if (isRecord(position) && next(position) <= end) {
                int checksum = 0;
                boolean known = false;
                for (int i = firstIndex; i < header.checksums().length; i++) {
                    if (!known) {
                        checksum = checksum(position);
                        known = true;
                    }
                    if (header.checksums()[i] == checksum) {
                        return (long) i << 32 | position;
                    }
                }
            }
        }
        return -1;
    }

    private void skipDamage(String what) {
        int next = resynchronise(at == 0 ? 0 : at + 1);
        report(what + "; " + ((next < 0 ? file.length : next) - at) + " octets were not read");
        at = next < 0 ? file.length : next;
    }

    private int resynchronise(int from) {
        for (int position = from; position <= file.length - 8; position++) {
            if (isRecord(position)) {
                int tag = integer(position);
                int length = integer(position + 4);
                if (Tags.isKnownLength(tag, length) || isOwnHeader(position)) {
                    return position;
                }
            }
        }
        return -1;
    }

    private boolean isOwnHeader(int position) {
        if (!isRecord(position) || integer(position) != Tags.TRANSACTION) {
            return false;
        }
        var header = TransactionHeader.decode(file, position + 8, integer(position + 4));
        return header != null && header.offset() == position;
    }

    private void apply(int position) {
        int tag = integer(position);
        int length = integer(position + 4);
        var value = Arrays.copyOfRange(file, position + 8, position + 8 + length);
        if (tag == Tags.STORE_HEADER) {
            StoreHeader.decode(value).ifPresentOrElse(
                    header -> {
                        id = header.id();
                        sequence = Math.max(sequence, header.sequence());
                    },
                    () -> report("the record of the store's identity is damaged"));
            return;
        }
        // The newest is last, also in the next file that is written.
        values.remove(tag);
        if (length > 0) {
            values.put(tag, value);
        } else {
            forgotten.deleted(tag, values::containsKey);
        }
    }

    private void report(String sentence) {
        if (damage.size() < MOST_SENTENCES) {
            damage.add("at offset " + at + " " + sentence);
        }
    }

    private int zeros() {
        int position = at;
        while (position < file.length && file[position] == 0) {
            position++;
        }
        return position - at;
    }

    private static boolean isOurs(int tag) {
        return Tags.isBookkeeping(tag);
    }

    private boolean isRecord(int position) {
        if (position < 0 || file.length - position < 8) {
            return false;
        }
        int length = integer(position + 4);
        return length >= 0 && length <= Transaction.MAX_VALUE && length <= file.length - position - 8;
    }

    private int next(int position) {
        return position + 8 + integer(position + 4);
    }

    private int checksum(int position) {
        return TransactionHeader.checksum(file, position, next(position) - position);
    }

    private int integer(int position) {
        return (file[position] & 0xff) << 24
                | (file[position + 1] & 0xff) << 16
                | (file[position + 2] & 0xff) << 8
                | file[position + 3] & 0xff;
    }
}
