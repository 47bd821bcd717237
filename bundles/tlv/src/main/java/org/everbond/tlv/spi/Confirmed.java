package org.everbond.tlv.spi;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.everbond.tlv.StoreId;

/**
 * What was confirmed last in a place, as the store in front notes it beside the content ({@link TlvBackend#note}): by it an older copy
 * that was put back, or a file that was cut at the end of a transaction, is told from one that is as it was left.
 *
 * <p>As text one line: {@code confirmed}, lineage, store id, run (16 hex digits), sequence (decimal), CRC-32C of all before (8 hex
 * digits), separated by one space.
 *
 * @param id of the content that was confirmed
 * @param run the number of the run that wrote last; 0 when it is not known
 * @param sequence of the newest transaction that was confirmed
 */
public record Confirmed(StoreId id, long run, long sequence) {
    private static final String WORD = "confirmed";
    private static final int LONGEST = 160;

    /** One line of ASCII without its end. */
    public String encode() {
        var text = WORD + " " + id.lineage() + " " + id.store() + " " + String.format("%016x", run) + " " + sequence;
        return text + " " + crc(text);
    }

    /** Reads a line; empty when it is none, or damaged. */
    public static Optional<Confirmed> decode(String note) {
        var words = note.length() > LONGEST ? new String[0] : note.split(" ");
        if (words.length != 6 || !words[0].equals(WORD) || !words[5].equals(crc(note.substring(0, note.lastIndexOf(' '))))) {
            return Optional.empty();
        }
        try {
            var id = new StoreId(UUID.fromString(words[1]), UUID.fromString(words[2]));
            return Optional.of(new Confirmed(id, Long.parseUnsignedLong(words[3], 16), Long.parseLong(words[4])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String crc(String text) {
        var crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }
}
