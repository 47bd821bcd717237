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
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Room;

/**
 * The store in two banks while it is open. A single change is appended to the current bank; several become durable together, as
 * a new bank that counts from the moment when its header is complete. Whatever is not in order when it is opened is left behind in
 * the old bank by the first commit.
 */
final class FlashLog {
    private final FlashBank flash;
    private final Layout layout;

    /** The current bank; null for a new store. */
    private BankWriter current;

    private int epoch;
    private int end;
    private boolean clean;
    private boolean damaged;
    private boolean deletedKeys;
    private boolean written;
    private Map<Integer, Entry> live = new LinkedHashMap<>();
    private List<Entry> own = List.of();
    /** Live values of the whole store; those that are not {@link #live} are in the other bank only. */
    private Map<Integer, byte[]> values = new LinkedHashMap<>();

    private StoreId id;
    private long sequence;
    private String unfinished = "";

    FlashLog(FlashBank flash, FlashMode mode) {
        this.flash = flash;
        layout = new Layout(mode, flash.alignment(), flash.size());
    }

    Layout layout() {
        return layout;
    }

    /** Reads both banks and changes nothing. */
    FlashContents load() throws IOException {
        var banks = new byte[][] {BankWriter.read(flash, layout, 0), BankWriter.read(flash, layout, 1)};
        var found = FlashContents.read(layout, banks);
        if (!found.store()) {
            throw new TlvException(Reason.UNUSABLE, flash.name() + " is no flash store: neither bank of " + layout.size()
                    + " octets begins with 'BTstack'; it was left as it is, check bank-size or configure another place");
        }
        var likelier = found.damage().isEmpty() ? null : OtherLayouts.likelier(layout, banks[found.bank()]);
        if (likelier != null) {
            throw new TlvException(Reason.UNUSABLE, flash.name() + " was written with mode=" + likelier.mode() + " and alignment="
                    + likelier.alignment() + ", not mode=" + layout.mode() + " and alignment=" + layout.alignment()
                    + "; it was left as it is, correct the configuration");
        }
        current = found.bank() < 0 ? null : new BankWriter(flash, layout, found.bank(), banks[found.bank()]);
        epoch = found.epoch();
        end = found.contents().end();
        clean = found.clean();
        damaged = !found.damage().isEmpty();
        deletedKeys = found.deletedKeys();
        live = new LinkedHashMap<>(found.contents().live());
        own = found.contents().own();
        values = new LinkedHashMap<>(found.values());
        id = found.contents().id();
        sequence = found.contents().sequence();
        unfinished = Unfinished.in(layout, banks, found);
        return found;
    }

    /** What changes that were not finished had left when it was loaded; see {@link Unfinished}. */
    String unfinished() {
        return unfinished;
    }

    void commit(Batch batch) throws TlvException {
        var next = new LinkedHashMap<>(values);
        batch.changes().forEach(change -> apply(next, change));
        var changes = effective(batch.changes());
        checkCapacity(next);
        try {
            checkUnchanged();
            if (clean && batch.id().equals(id) && changes.size() <= 1 && canAppend(changes)) {
                append(batch.sequence(), changes, next);
            } else {
                migrate(batch.id(), batch.sequence(), next);
                deletedKeys |= changes.stream().anyMatch(change -> change.isDelete() && Tags.forgetsKeys(change.tag(), next::containsKey));
            }
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw failed("could not be written; nothing in it was changed", Reason.FAILED, e);
        }
        values = next;
        id = batch.id();
        sequence = batch.sequence();
        written = true;
    }

    /** What changes anything, one change for each tag. */
    private List<Change> effective(List<Change> changes) {
        var last = new LinkedHashMap<Integer, Change>();
        changes.forEach(change -> last.put(change.tag(), change));
        last.values().removeIf(change -> change.isDelete() && !values.containsKey(change.tag()));
        return List.copyOf(last.values());
    }

    private static void apply(Map<Integer, byte[]> values, Change change) {
        if (change.isDelete()) {
            values.remove(change.tag());
        } else {
            values.put(change.tag(), change.value());
        }
    }

    /** Also before an append: what does not fit a bank must never be waiting for a migration. */
    Room room(Map<Integer, byte[]> content) {
        return new Room(FreshBank.octets(layout, content), layout.size());
    }

    private void checkCapacity(Map<Integer, byte[]> next) throws TlvException {
        long needed = FreshBank.octets(layout, next);
        if (needed > layout.size()) {
            throw new TlvException(Reason.FULL, flash.name() + " is full: the store would need " + needed + " octets, but a bank has "
                    + layout.size() + "; remove bonds, or configure a larger bank-size for a new image; nothing in it was changed");
        }
    }

    private void checkUnchanged() throws IOException {
        if (current == null) {
            for (int bank = 0; bank < 2; bank++) {
                var header = BankHeader.of(BankWriter.read(flash, layout, bank));
                if (header != BankHeader.UNFINISHED) {
                    throw changed();
                }
            }
        } else if (!current.isAsWritten()) {
            throw changed();
        }
    }

    private TlvException changed() {
        return new TlvException(Reason.CHANGED, flash.name() + " was written to by another program; try again");
    }

    // ---- one change

    private boolean canAppend(List<Change> changes) {
        int at = end + layout.entry(TransactionRecord.LENGTH);
        if (!layout.fits(end, TransactionRecord.LENGTH)) {
            return false;
        }
        if (changes.isEmpty()) {
            return true;
        }
        var change = changes.get(0);
        if (!change.isDelete()) {
            return layout.fits(at, change.value().length) && (layout.mode() == FlashMode.WRITE_ONCE || isMarkable(change.tag()));
        }
        // Keys that are deleted shall leave the medium soon, by a bank that never had them.
        if (Tags.forgetsKeys(change.tag(), values::containsKey) || !isMarkable(change.tag())) {
            return false;
        }
        return layout.mode() == FlashMode.WRITE_ONCE ? layout.isVisible(at) : current.marksAtOnce();
    }

    private boolean isMarkable(int tag) {
        return !values.containsKey(tag) || live.containsKey(tag);
    }

    private void append(long number, List<Change> changes, Map<Integer, byte[]> next) throws IOException {
        int tag = changes.isEmpty() ? 0 : changes.get(0).tag();
        var record = new TransactionRecord(
                number, sequence, tag, TransactionRecord.digest(values), TransactionRecord.digest(next));
        var fresh = new ArrayList<Entry>();
        fresh.add(new Entry(end, Tags.TRANSACTION, record.encode()));
        int at = end + layout.entry(TransactionRecord.LENGTH);
        Entry replaced = null;
        for (var change : changes) {
            replaced = live.get(tag);
            if (!change.isDelete() || layout.mode() == FlashMode.WRITE_ONCE) {
                var entry = new Entry(at, tag, change.isDelete() ? new byte[0] : change.value());
                fresh.add(entry);
                at += layout.entry(entry.length());
            }
        }
        clean = false;
        current.bodies(fresh);
        flash.force();
        try {
            current.heads(fresh);
            flash.force();
            if (replaced != null) {
                current.mark(replaced);
            }
            for (var former : own) {
                if (former.tag() == Tags.TRANSACTION) {
                    current.mark(former);
                }
            }
            flash.force();
            if (!current.isAsWritten()) {
                throw new IOException("it does not hold what was written");
            }
        } catch (IOException e) {
            throw failed("failed while it was written", Reason.IN_DOUBT, e);
        }
        appended(fresh, tag, at);
    }

    private void appended(List<Entry> fresh, int tag, int newEnd) {
        var kept = new ArrayList<>(own.stream().filter(entry -> entry.tag() != Tags.TRANSACTION).toList());
        kept.add(fresh.get(0));
        own = kept;
        live.remove(tag);
        if (fresh.size() > 1 && fresh.get(1).length() > 0) {
            live.put(tag, fresh.get(1));
        }
        end = newEnd;
        clean = true;
    }

    // ---- several changes, and everything that is not in order

    private void migrate(StoreId newId, long number, Map<Integer, byte[]> next) throws IOException {
        boolean safe = !damaged || flash.keepAside();
        if (!safe) {
            rescue();
        }
        int target = current == null ? 0 : 1 - current.bank();
        BankWriter.erase(flash, layout, target);
        var image = new byte[layout.size()];
        Arrays.fill(image, (byte) 0xff);
        var writer = new BankWriter(flash, layout, target, image);
        var fresh = FreshBank.entries(layout, newId, number, next);
        writer.bodies(fresh);
        writer.heads(fresh);
        flash.force();
        if (!writer.isAsWritten()) {
            throw new IOException("bank " + target + " does not hold what was written");
        }
        int newEpoch = current == null ? 0 : BankHeader.next(epoch);
        try {
            writer.header(newEpoch);
            flash.force();
            if (!writer.isAsWritten()) {
                throw new IOException("the header of bank " + target + " is not as it was written");
            }
        } catch (IOException e) {
            throw failed("failed while it was written", Reason.IN_DOUBT, e);
        }
        current = writer;
        epoch = newEpoch;
        var last = fresh.get(fresh.size() - 1);
        end = last.at() + layout.entry(last.length());
        clean = true;
        damaged = false;
        own = fresh.subList(0, 2);
        live = new LinkedHashMap<>();
        fresh.subList(2, fresh.size()).forEach(entry -> live.put(entry.tag(), entry));
    }

    /** Values that only the other bank has are brought to the current one before the other is erased, as far as they fit. */
    private void rescue() throws IOException {
        if (current == null || !Layout.isErased(current.image(), end, layout.size())) {
            return;
        }
        for (var value : values.entrySet()) {
            var there = live.get(value.getKey());
            if ((there == null || there.value() != value.getValue()) && layout.fits(end, value.getValue().length)) {
                var entry = List.of(new Entry(end, value.getKey(), value.getValue()));
                current.bodies(entry);
                flash.force();
                current.heads(entry);
                flash.force();
                if (there != null) {
                    current.mark(there);
                    flash.force();
                }
                live.put(value.getKey(), entry.get(0));
                end += layout.entry(value.getValue().length);
            }
        }
    }

    /** The bank that is not in use may hold keys of bonds that were deleted. */
    void housekeeping() throws TlvException {
        if (!written || !deletedKeys || current == null) {
            return;
        }
        try {
            checkUnchanged();
            BankWriter.erase(flash, layout, 1 - current.bank());
            deletedKeys = false;
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw failed("could not be rid of deleted keys", Reason.FAILED, e);
        }
    }

    private TlvException failed(String what, Reason reason, IOException e) {
        return new TlvException(reason, "flash store " + flash.name() + " " + what + ": " + DiskFault.sentence(e), e);
    }
}
