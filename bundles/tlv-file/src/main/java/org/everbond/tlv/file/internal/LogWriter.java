package org.everbond.tlv.file.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.StoreHeader;

/**
 * Writes BTstack's log: the magic {@code BTstack} and one octet 0, then records of tag (4, big endian), length (4, big endian)
 * and value; length 0 deletes. Ours stand behind {@linkplain TransactionHeader transaction headers}. Pure: octets out.
 */
final class LogWriter {
    static final byte[] MAGIC = "BTstack".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER = 8;
    /** Of a record: tag and length. */
    private static final int RECORD = 8;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final long start;

    /** @param start where in the file the octets will stand */
    LogWriter(long start) {
        this.start = start;
    }

    /** A whole file with these values. */
    static byte[] file(StoreId id, long sequence, Map<Integer, byte[]> values) {
        var writer = new LogWriter(0);
        writer.out.writeBytes(MAGIC);
        writer.out.write(0);
        if (id != null) {
            writer.identity(id, sequence);
            var changes = new ArrayList<Change>(values.size());
            values.forEach((tag, value) -> changes.add(new Change(tag, value)));
            changes.sort(Comparator.comparingInt(change -> Tags.rank(change.tag())));
            writer.transaction(sequence, changes);
        } else {
            // Nothing of ours may be in a file whose content has no identity yet.
            values.forEach((tag, value) -> writer.out.writeBytes(record(tag, value)));
        }
        return writer.octets();
    }

    /** How long a whole file with these values is. */
    static long length(Collection<byte[]> values) {
        long length = HEADER + RECORD + StoreHeader.LENGTH;
        int left = values.size();
        do {
            int records = Math.min(left, TransactionHeader.MOST_RECORDS);
            length += RECORD + TransactionHeader.length(records);
            left -= records;
        } while (left > 0);
        for (var value : values) {
            length += RECORD + value.length;
        }
        return length;
    }

    LogWriter identity(StoreId id, long sequence) {
        out.writeBytes(record(Tags.STORE_HEADER, new StoreHeader(id, sequence).encode()));
        return this;
    }

    /** In the order given; also when there is no change, so that the sequence is known. */
    LogWriter transaction(long sequence, List<Change> changes) {
        int from = 0;
        do {
            int to = Math.min(changes.size(), from + TransactionHeader.MOST_RECORDS);
            bracket(sequence, changes.subList(from, to));
            from = to;
        } while (from < changes.size());
        return this;
    }

    private void bracket(long sequence, List<Change> changes) {
        var records = new ByteArrayOutputStream();
        var checksums = new int[changes.size()];
        for (int i = 0; i < checksums.length; i++) {
            var record = record(changes.get(i).tag(), changes.get(i).value());
            checksums[i] = TransactionHeader.checksum(record, 0, record.length);
            records.writeBytes(record);
        }
        var header = new TransactionHeader(records.size(), start + out.size(), sequence, checksums);
        out.writeBytes(record(Tags.TRANSACTION, header.encode()));
        out.writeBytes(records.toByteArray());
    }

    byte[] octets() {
        return out.toByteArray();
    }

    private static byte[] record(int tag, byte[] value) {
        int length = value == null ? 0 : value.length;
        var record = ByteBuffer.allocate(8 + length).putInt(tag).putInt(length);
        return (value == null ? record : record.put(value)).array();
    }
}
