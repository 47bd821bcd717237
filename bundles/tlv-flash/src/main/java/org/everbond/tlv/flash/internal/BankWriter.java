package org.everbond.tlv.flash.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.spi.FlashBank;

/**
 * Programs one bank, in an order in which a power cut costs at most what is being written: first all octets that mean nothing
 * without a tag, then the tags. Where tag and length can be programmed apart, BTstack is safe from torn headers, too: a tag that
 * was begun already has its length. Remembers what the bank must hold.
 */
final class BankWriter {
    private final FlashBank flash;
    private final Layout layout;
    private final int bank;
    private final byte[] image;

    /** @param image what the bank holds now */
    BankWriter(FlashBank flash, Layout layout, int bank, byte[] image) {
        this.flash = flash;
        this.layout = layout;
        this.bank = bank;
        this.image = image;
    }

    int bank() {
        return bank;
    }

    byte[] image() {
        return image;
    }

    /** Whether the bank holds what was written here. */
    boolean isAsWritten() throws IOException {
        return Arrays.equals(read(flash, layout, bank), image);
    }

    static byte[] read(FlashBank flash, Layout layout, int bank) throws IOException {
        var image = new byte[layout.size()];
        flash.read(bank, 0, image);
        return image;
    }

    /** Erases a bank that is not erased. */
    static void erase(FlashBank flash, Layout layout, int bank) throws IOException {
        if (!Layout.isErased(read(flash, layout, bank), 0, layout.size())) {
            flash.erase(bank);
            flash.force();
        }
    }

    /** Everything of the entries but what makes them count. */
    void bodies(List<Entry> entries) throws IOException {
        for (var entry : entries) {
            var octets = encode(entry);
            int rest = layout.hasDeleteField() ? layout.valueOffset() : layout.headerUnit();
            program(entry.at(), octets, rest, octets.length);
            program(entry.at(), octets, head(), layout.headerUnit());
        }
    }

    /** What makes the entries count, after their {@link #bodies}. */
    void heads(List<Entry> entries) throws IOException {
        for (var entry : entries) {
            program(entry.at(), encode(entry), 0, head());
        }
    }

    /** The header of a bank that is complete otherwise. */
    void header(int epoch) throws IOException {
        var header = BankHeader.encode(layout, epoch);
        program(0, header, head(), header.length);
        program(0, header, 0, head());
    }

    /** Marks an entry as deleted. */
    void mark(Entry entry) throws IOException {
        if (layout.mode() == FlashMode.WRITE_ONCE) {
            return;
        }
        if (layout.hasDeleteField()) {
            var field = new byte[layout.deleteField()];
            Arrays.fill(field, 4, field.length, (byte) 0xff);
            write(entry.at() + layout.headerUnit(), field);
        } else if (canSplit()) {
            write(entry.at(), new byte[4]);
        } else {
            // From the end, so that the entry keeps its length until nothing else of it is left.
            int unit = layout.alignment();
            for (int at = entry.at() + layout.entry(entry.length()) - unit; at > entry.at(); at -= unit) {
                write(at, new byte[unit]);
            }
            flash.force();
            write(entry.at(), new byte[unit]);
        }
    }

    /** Whether an entry that stands alone can be marked as deleted without a moment in which its value is half gone. */
    boolean marksAtOnce() {
        return layout.mode() != FlashMode.OVERWRITE || canSplit();
    }

    private boolean canSplit() {
        return flash.granularity() <= 4;
    }

    /** Octets of a header that are programmed last: the tag, or a whole unit with tag and length. */
    private int head() {
        return canSplit() ? 4 : flash.granularity();
    }

    /** Programs a part of what belongs at this place. */
    private void program(int at, byte[] octets, int from, int to) throws IOException {
        if (from < to) {
            write(at + from, Arrays.copyOfRange(octets, from, to));
        }
    }

    private byte[] encode(Entry entry) {
        var octets = new byte[layout.entry(entry.length())];
        Arrays.fill(octets, (byte) 0xff);
        ByteBuffer.wrap(octets).putInt(entry.tag()).putInt(entry.length());
        System.arraycopy(entry.value(), 0, octets, layout.valueOffset(), entry.length());
        return octets;
    }

    private void write(int at, byte[] octets) throws IOException {
        flash.write(bank, at, octets);
        for (int i = 0; i < octets.length; i++) {
            image[at + i] &= octets[i];
        }
    }
}
