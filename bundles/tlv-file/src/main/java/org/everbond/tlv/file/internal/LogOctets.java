package org.everbond.tlv.file.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction;

/** The octets of a log file as records, wherever they begin: tag (4, big endian), length (4, big endian) and value. */
final class LogOctets {
    private final byte[] file;
    private final ByteBuffer integers;

    LogOctets(byte[] file) {
        this.file = file;
        integers = ByteBuffer.wrap(file);
    }

    byte[] array() {
        return file;
    }

    int size() {
        return file.length;
    }

    /** Whether a whole record of a length that a store takes can stand here. */
    boolean isRecord(int at) {
        return at >= 0 && file.length - at >= 8 && hasStoreLength(at) && length(at) <= file.length - at - 8;
    }

    /** Whether the length here, of 8 octets at least, is one that a store takes, there or not. */
    boolean hasStoreLength(int at) {
        int length = length(at);
        return length >= 0 && length <= Transaction.MAX_VALUE;
    }

    int tag(int at) {
        return integers.getInt(at);
    }

    int length(int at) {
        return integers.getInt(at + 4);
    }

    int next(int at) {
        return at + 8 + length(at);
    }

    byte[] value(int at) {
        return Arrays.copyOfRange(file, at + 8, next(at));
    }

    int checksum(int at) {
        return TransactionHeader.checksum(file, at, next(at) - at);
    }

    /** The transaction header in a record; null when it is damaged or none. */
    TransactionHeader header(int at) {
        boolean isOne = isRecord(at) && tag(at) == Tags.TRANSACTION;
        return isOne ? TransactionHeader.decode(file, at + 8, length(at)) : null;
    }

    /** Whether a transaction of ours begins here: its header stands at its own offset. */
    boolean isOwnHeader(int at) {
        var header = header(at);
        return header != null && header.offset() == at;
    }

    /** Whether records follow one another from here to the end of the file or to the next transaction of ours. */
    boolean isChain(long from) {
        if (from > file.length) {
            return false;
        }
        int at = (int) from;
        while (at < file.length && !isOwnHeader(at)) {
            if (!isRecord(at)) {
                return false;
            }
            at = next(at);
        }
        return true;
    }

    /** The next place from here on that certainly is a record: one of ours, or of a known tag and exact length; -1 when there is none. */
    int resynchronise(int from) {
        for (int at = from; at <= file.length - 8; at++) {
            if (isRecord(at) && (Tags.isKnownLength(tag(at), length(at)) || isOwnHeader(at))) {
                return at;
            }
        }
        return -1;
    }

    /** How many octets from here on are zero. */
    int zeros(int from) {
        int at = from;
        while (at < file.length && file[at] == 0) {
            at++;
        }
        return at - from;
    }
}
