package org.everbond.tlv.flash.internal;

import java.io.IOException;
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
 * The store in two banks while it is open. A single change is appended to the {@linkplain CurrentBank current bank}; several become
 * durable together, as a new bank. Whatever is not in order when it is opened is left behind in
 * the old bank by the first commit.
 */
final class FlashLog {
    private final FlashBank flash;
    private final Layout layout;

    private CurrentBank current;
    private boolean damaged;
    private boolean deletedKeys;
    private boolean written;
    /** Live values of the whole store; some may be in the other bank only. */
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
        current = CurrentBank.found(flash, layout, banks, found);
        damaged = !found.damage().isEmpty();
        deletedKeys = found.deletedKeys();
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
            if (batch.id().equals(id) && current.canAppend(changes, values)) {
                append(batch.sequence(), changes.isEmpty() ? null : changes.get(0), next);
            } else {
                migrate(batch, next);
                deletedKeys |= changes.stream().anyMatch(change -> change.isDelete() && Tags.forgetsKeys(change.tag(), next::containsKey));
            }
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw failed("could not be written; nothing in it was changed", e);
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
        if (!current.isUnchanged()) {
            throw new TlvException(Reason.CHANGED, flash.name() + " was written to by another program; try again");
        }
    }

    private void append(long number, Change change, Map<Integer, byte[]> next) throws IOException {
        int tag = change == null ? 0 : change.tag();
        current.append(
                new TransactionRecord(number, sequence, tag, TransactionRecord.digest(values), TransactionRecord.digest(next)), change);
    }

    private void migrate(Batch batch, Map<Integer, byte[]> next) throws IOException {
        boolean safe = !damaged || flash.keepAside();
        if (!safe) {
            current.rescue(values);
        }
        current = current.migrate(batch.id(), batch.sequence(), next);
        damaged = false;
    }

    /** The bank that is not in use may hold keys of bonds that were deleted. */
    void housekeeping() throws TlvException {
        if (!written || !deletedKeys || !current.isThere()) {
            return;
        }
        try {
            checkUnchanged();
            current.eraseOther();
            deletedKeys = false;
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw failed("could not be rid of deleted keys", e);
        }
    }

    private TlvException failed(String what, IOException e) {
        return new TlvException(Reason.FAILED, "flash store " + flash.name() + " " + what + ": " + DiskFault.sentence(e), e);
    }
}
