package org.everbond.tlv.flash.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.spi.FlashBank;

/**
 * The bank in use, and what stands where in it. A single change is appended to it; the next bank takes over from it at the moment when that
 * one's header is complete.
 */
final class CurrentBank {
    private final FlashBank flash;
    private final Layout layout;
    /** Null for a new store, which has no bank yet. */
    private final BankWriter writer;

    private final int epoch;
    private int end;
    private boolean clean;
    private final Map<Integer, Entry> live;
    private List<Entry> own;

    private CurrentBank(FlashBank flash, Layout layout, BankWriter writer, int epoch, Map<Integer, Entry> live, List<Entry> own) {
        this.flash = flash;
        this.layout = layout;
        this.writer = writer;
        this.epoch = epoch;
        this.live = new LinkedHashMap<>(live);
        this.own = own;
    }

    /** As it was found. */
    static CurrentBank found(FlashBank flash, Layout layout, byte[][] banks, FlashContents found) {
        var writer = found.bank() < 0 ? null : new BankWriter(flash, layout, found.bank(), banks[found.bank()]);
        var bank = new CurrentBank(flash, layout, writer, found.epoch(), found.contents().live(), found.contents().own());
        bank.end = found.contents().end();
        bank.clean = found.clean();
        return bank;
    }

    boolean isThere() {
        return writer != null;
    }

    /** Whether both banks hold what they held when they were read or written. */
    boolean isUnchanged() throws IOException {
        return writer != null ? writer.isAsWritten() : isEmpty(0) && isEmpty(1);
    }

    private boolean isEmpty(int bank) throws IOException {
        return BankHeader.of(BankWriter.read(flash, layout, bank)) == BankHeader.UNFINISHED;
    }

    private int other() {
        return writer == null ? 0 : 1 - writer.bank();
    }

    void eraseOther() throws IOException {
        BankWriter.erase(flash, layout, other());
    }

    // ---- one change

    /** @param values of the whole store before the changes */
    boolean canAppend(List<Change> changes, Map<Integer, byte[]> values) {
        int at = end + layout.entry(TransactionRecord.LENGTH);
        if (!clean || changes.size() > 1 || !layout.fits(end, TransactionRecord.LENGTH)) {
            return false;
        }
        if (changes.isEmpty()) {
            return true;
        }
        var change = changes.get(0);
        boolean markable = !values.containsKey(change.tag()) || live.containsKey(change.tag());
        if (!change.isDelete()) {
            return layout.fits(at, change.value().length) && (layout.mode() == FlashMode.WRITE_ONCE || markable);
        }
        // Keys that are deleted shall leave the medium soon, by a bank that never had them.
        if (Tags.forgetsKeys(change.tag(), values::containsKey) || !markable) {
            return false;
        }
        return layout.mode() == FlashMode.WRITE_ONCE ? layout.isVisible(at) : writer.marksAtOnce();
    }

    /** @param change null when nothing changes but the sequence */
    void append(TransactionRecord record, Change change) throws IOException {
        var fresh = new ArrayList<Entry>();
        fresh.add(new Entry(end, Tags.TRANSACTION, record.encode()));
        int at = end + layout.entry(TransactionRecord.LENGTH);
        if (change != null && (!change.isDelete() || layout.mode() == FlashMode.WRITE_ONCE)) {
            var entry = new Entry(at, change.tag(), change.isDelete() ? new byte[0] : change.value());
            fresh.add(entry);
            at += layout.entry(entry.length());
        }
        clean = false;
        writer.bodies(fresh);
        flash.force();
        try {
            writer.heads(fresh);
            flash.force();
            markOlder(change);
            flash.force();
            if (!writer.isAsWritten()) {
                throw new IOException("it does not hold what was written");
            }
        } catch (IOException e) {
            throw inDoubt(e);
        }
        appended(fresh, change, at);
    }

    private void markOlder(Change change) throws IOException {
        var replaced = change == null ? null : live.get(change.tag());
        if (replaced != null) {
            writer.mark(replaced);
        }
        for (var former : own) {
            if (former.tag() == Tags.TRANSACTION) {
                writer.mark(former);
            }
        }
    }

    private void appended(List<Entry> fresh, Change change, int newEnd) {
        var kept = new ArrayList<>(own.stream().filter(entry -> entry.tag() != Tags.TRANSACTION).toList());
        kept.add(fresh.get(0));
        own = kept;
        if (change != null) {
            live.remove(change.tag());
            if (!change.isDelete()) {
                live.put(change.tag(), fresh.get(1));
            }
        }
        end = newEnd;
        clean = true;
    }

    // ---- several changes, and everything that is not in order

    /** Writes a whole store to the other bank, which is then the current one. */
    CurrentBank migrate(StoreId id, long sequence, Map<Integer, byte[]> values) throws IOException {
        eraseOther();
        var image = new byte[layout.size()];
        Arrays.fill(image, (byte) 0xff);
        var next = new BankWriter(flash, layout, other(), image);
        var fresh = FreshBank.entries(layout, id, sequence, values);
        next.bodies(fresh);
        next.heads(fresh);
        flash.force();
        if (!next.isAsWritten()) {
            throw new IOException("bank " + other() + " does not hold what was written");
        }
        int nextEpoch = writer == null ? 0 : BankHeader.next(epoch);
        try {
            next.header(nextEpoch);
            flash.force();
            if (!next.isAsWritten()) {
                throw new IOException("the header of bank " + other() + " is not as it was written");
            }
        } catch (IOException e) {
            throw inDoubt(e);
        }
        var taken = new LinkedHashMap<Integer, Entry>();
        fresh.subList(2, fresh.size()).forEach(entry -> taken.put(entry.tag(), entry));
        var bank = new CurrentBank(flash, layout, next, nextEpoch, taken, fresh.subList(0, 2));
        var last = fresh.get(fresh.size() - 1);
        bank.end = last.at() + layout.entry(last.length());
        bank.clean = true;
        return bank;
    }

    /** Values that only the other bank has are brought to this one before the other is erased, as far as they fit. */
    void rescue(Map<Integer, byte[]> values) throws IOException {
        if (writer == null || !Layout.isErased(writer.image(), end, layout.size())) {
            return;
        }
        for (var value : values.entrySet()) {
            var there = live.get(value.getKey());
            if ((there == null || there.value() != value.getValue()) && layout.fits(end, value.getValue().length)) {
                var entry = List.of(new Entry(end, value.getKey(), value.getValue()));
                writer.bodies(entry);
                flash.force();
                writer.heads(entry);
                flash.force();
                if (there != null) {
                    writer.mark(there);
                    flash.force();
                }
                live.put(value.getKey(), entry.get(0));
                end += layout.entry(value.getValue().length);
            }
        }
    }

    private TlvException inDoubt(IOException e) {
        return new TlvException(
                Reason.IN_DOUBT, "flash store " + flash.name() + " failed while it was written: " + DiskFault.sentence(e), e);
    }
}
