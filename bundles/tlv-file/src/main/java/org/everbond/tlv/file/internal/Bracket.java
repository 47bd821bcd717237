package org.everbond.tlv.file.internal;

import org.everbond.tlv.Tags;
import org.everbond.tlv.file.internal.LogContents.Cut;

/**
 * A transaction header and the records behind it, each of which counts only if its checksum is right. They may be damaged, cut off, or
 * followed by another program's where they were cut off.
 */
final class Bracket {
    private final LogOctets octets;
    private final TransactionHeader header;
    private final LogContents contents;
    private final int[] checksums;
    private final int first;
    /** Where its last record ends if it is whole. */
    private final long announcedEnd;

    /** The record that is read next: which one it is, and where it has to stand. */
    private int index;

    private int at;
    /** The value of the record before, if that is a companion of ours. */
    private byte[] companion;

    private boolean torn;

    Bracket(LogOctets octets, int at, TransactionHeader header, LogContents contents) {
        this.octets = octets;
        this.header = header;
        this.contents = contents;
        checksums = header.checksums();
        first = octets.next(at);
        announcedEnd = first + header.octets();
        this.at = first;
    }

    /** Where the file goes on behind what was read. */
    int end() {
        return at;
    }

    /** Whether the file ends in an incomplete record there. */
    boolean isTorn() {
        return torn;
    }

    /**
     * Whether the records behind a header at its own offset are its own. They are not when a rewritten file has a copy of
     * the header at the same offset by chance: then no checksum fits, and the records behind it go on past what it announces.
     */
    boolean isAnnounced() {
        return first == octets.size()
                || octets.isOwnHeader(first)
                || findChecksum(first, 0) >= 0
                || octets.isChain(announcedEnd)
                || !octets.isChain(first)
                || LostSector.holdsEndOf(octets.array(), first, octets.next(first));
    }

    void read() {
        while (index < checksums.length) {
            if (octets.isRecord(at) && octets.checksum(at) == checksums[index]) {
                companion = Tags.isCompanion(octets.tag(at)) ? octets.value(at) : null;
                contents.apply(octets, at);
                goOnAt(octets.next(at));
            } else if (octets.isOwnHeader(at)) {
                return; // The transaction was cut off here and the next one follows.
            } else if (!restore() && !goOnBehindDamage()) {
                stop();
                return;
            }
        }
    }

    private void goOnAt(int next) {
        at = next;
        index++;
    }

    /** A damaged entry of which the companion before it has a copy. */
    private boolean restore() {
        var entry = announcedEntry();
        if (entry == null || !entry.isWholeAt(octets.array(), at) || !entry.isAt(octets.array(), at)) {
            return false;
        }
        contents.report(at, "the record of " + Tags.name(entry.tag()) + " is damaged; it was restored from the companion before it");
        contents.apply(entry.tag(), entry.value(), at);
        companion = null;
        goOnAt(at + entry.octets());
        return true;
    }

    /** Null when it is not known. */
    private CopiedEntry announcedEntry() {
        return companion == null ? null : CopiedEntry.in(companion, checksums[index]);
    }

    /** At the next record that is announced and intact. */
    private boolean goOnBehindDamage() {
        long found = findChecksum(at + 1, index + 1);
        if (found < 0) {
            return false;
        }
        int next = (int) found;
        contents.report(at, damaged(next));
        at = next;
        index = (int) (found >>> 32);
        companion = null;
        return true;
    }

    private String damaged(long next) {
        return (next - at) + " octets of transaction " + header.sequence() + " are damaged";
    }

    /** None of the records that are still announced is there. */
    private void stop() {
        var unfinished = new Cut(header.sequence(), index, checksums.length);
        if (at < octets.size() && isAnothers()) {
            contents.cut(unfinished);
            return; // Cut off at a record's end, and another program went on.
        }
        long next = announcedEnd;
        if (next > octets.size()) {
            next = octets.resynchronise(at + 1);
            if (next < 0) {
                torn = at < octets.size();
                contents.cut(unfinished);
                return;
            }
        }
        contents.report(at, damaged(next));
        at = (int) next;
    }

    /**
     * Whether what stands where a record of ours was announced is another program's. A bond that BTstack has made is lost for good if it
     * is not taken: so it counts unless it can be seen that it is ours.
     */
    private boolean isAnothers() {
        if (!octets.isChain(at)) {
            return false;
        }
        int tag = octets.tag(at);
        if ((Tags.isBookkeeping(tag) || Tags.isOfBonds(tag)) && octets.isChain(announcedEnd)) {
            return false;
        }
        var entry = announcedEntry();
        return entry != null ? !entry.isAt(octets.array(), at) : !isDamaged(tag);
    }

    /** Whether it can be seen that this record, which nobody has a copy of, is ours: by what is left of it. */
    private boolean isDamaged(int tag) {
        var file = octets.array();
        int next = octets.next(at);
        boolean isLast = index == checksums.length - 1;
        if (LostSector.beheads(file, at, isLast ? announcedEnd - at - 8 : -1)) {
            return true;
        }
        int length = (int) (isLast && announcedEnd <= file.length ? announcedEnd : next) - at;
        if (DamagedOctet.explains(checksums[index], TransactionHeader.checksum(file, at, length), length)) {
            return true;
        }
        boolean fits = isLast ? next == announcedEnd : next < announcedEnd;
        if (!fits) {
            return false;
        }
        int different = KeyOctets.different(octets, at, contents.values().get(tag));
        if (LostSector.holdsEndOf(file, at, next)) {
            return different == 0 || LostSector.holdsEndOf(file, at, at + 8 + LostSector.meaningLength(file, at));
        }
        return different > 0 && different <= KeyOctets.MOST_DAMAGED;
    }

    /** The next place where a record has one of the announced checksums: index in the upper half, place in the lower; or -1. */
    private long findChecksum(int from, int firstIndex) {
        long last = Math.min(announcedEnd, octets.size()) - 8;
        for (int position = from; position <= last; position++) {
            if (octets.isRecord(position) && octets.next(position) <= announcedEnd && firstIndex < checksums.length) {
                int checksum = octets.checksum(position);
                for (int i = firstIndex; i < checksums.length; i++) {
                    if (checksums[i] == checksum) {
                        return (long) i << 32 | position;
                    }
                }
            }
        }
        return -1;
    }
}
