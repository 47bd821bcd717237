package org.everbond.tlv.file.internal;

import java.util.Arrays;
import org.everbond.tlv.Tags;
import org.everbond.tlv.spi.StoreHeader;

/**
 * Reads BTstack's log, whatever is in it. Where BTstack stops at the first thing that it does not understand, this finds the
 * next transaction header that stands at its own offset, or the next record of a known tag and exact length, and goes on there.
 * Pure: octets in, {@link LogContents} out; memory is bounded by what the file really holds.
 */
final class LogReader {
    /** From here on zeros are a hole that a power cut left; fewer are a deletion of tag 0. */
    private static final int HOLE = 16;

    private final LogOctets octets;
    private final LogContents contents = new LogContents();
    private int at;
    private boolean torn;

    private LogReader(LogOctets octets) {
        this.octets = octets;
    }

    static LogContents read(byte[] file) {
        return new LogReader(new LogOctets(file)).read();
    }

    /** Whether the file is a store, complete or torn while it was made: it has the magic or the beginning of it. */
    static boolean hasMagic(byte[] file) {
        int length = Math.min(file.length, LogWriter.MAGIC.length);
        return Arrays.equals(file, 0, length, LogWriter.MAGIC, 0, length);
    }

    private LogContents read() {
        boolean magic = hasMagic(octets.array());
        if (magic && octets.size() < LogWriter.HEADER) {
            return contents.endAt(0, true);
        }
        if (magic) {
            at = LogWriter.HEADER;
        } else {
            skipDamage(0, "the file does not begin with 'BTstack'");
        }
        while (at < octets.size() && !torn) {
            step();
        }
        return contents.endAt(at, torn);
    }

    private void step() {
        int left = octets.size() - at;
        if (left < 8) {
            torn = true;
            return;
        }
        int zeros = octets.zeros(at);
        if (zeros == left && zeros >= HOLE) {
            torn = true;
        } else if (zeros >= HOLE || LostSector.beheads(octets.array(), at)) {
            skipDamage(at + 1, zeros + " octets are zero");
        } else if (octets.tag(at) == Tags.TRANSACTION) {
            transaction();
        } else if (octets.isRecord(at)) {
            record();
        } else {
            noRecord("a record claims " + (octets.length(at) & 0xffffffffL) + " octets");
        }
    }

    /** One that no transaction of ours announces. */
    private void record() {
        if (octets.tag(at) == Tags.STORE_HEADER && octets.length(at) != StoreHeader.LENGTH) {
            var header = TransactionHeader.decode(octets.array(), at + 8, octets.length(at));
            if (header != null && header.offset() == at) {
                contents.report(at, "the tag of a transaction header is damaged; the records behind it were taken as they are");
                at = octets.next(at);
                return;
            }
            skipDamage(at + 1, "the record of the store's identity is damaged");
            return;
        }
        if (!Tags.isBookkeeping(octets.tag(at))) {
            contents.byAnother();
        }
        contents.apply(octets, at);
        at = octets.next(at);
    }

    /** The file ends in a record of which the rest is missing, or there is damage. */
    private void noRecord(String sentence) {
        if (octets.hasStoreLength(at) && octets.resynchronise(at + 1) < 0) {
            torn = true;
        } else {
            skipDamage(at + 1, sentence);
        }
    }

    private void transaction() {
        var header = octets.header(at);
        if (header == null) {
            damagedHeader();
            return;
        }
        contents.number(header);
        var bracket = new Bracket(octets, at, header, contents);
        if (header.offset() == at && bracket.isAnnounced()) {
            contents.begin();
            bracket.read();
            at = bracket.end();
            torn = bracket.isTorn();
        } else {
            contents.byAnother(); // Copied by another program that rewrote the file.
            at = octets.next(at);
        }
    }

    /** Where the first checksum of a damaged header still fits a record, or is all that is damaged, the records behind it are there. */
    private void damagedHeader() {
        var file = octets.array();
        for (int length : TransactionHeader.possibleLengths(file, at)) {
            int first = at + 8 + length;
            if (octets.isRecord(first) && (octets.checksum(first) == TransactionHeader.firstChecksum(file, at)
                    || TransactionHeader.isWholeWith(octets.checksum(first), file, at, length))) {
                contents.report(at, "a transaction header is damaged; the records behind it were taken as they are");
                at = first;
                return;
            }
        }
        if (octets.isRecord(at)) {
            skipDamage(at + 1, "a transaction header is damaged");
        } else {
            noRecord("a transaction header is damaged");
        }
    }

    private void skipDamage(int from, String what) {
        int found = octets.resynchronise(from);
        int next = found < 0 ? octets.size() : found;
        contents.report(at, what + "; " + (next - at) + " octets were not read");
        at = next;
    }
}
