package org.everbond.tlv.flash.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.spi.FlashBank;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.StoreHeader;
import org.everbond.tlv.spi.TlvBackend;

/** BTstack's flash store as a backend. This class opens and closes the banks; what happens in them is the {@link FlashLog}'s. */
public final class FlashBackend implements TlvBackend {
    /** What values of a store with bonds have on average, for the promised number of tags. */
    private static final int USUAL_VALUE = 96;

    private final FlashBank flash;
    private final FlashMode mode;
    private FlashLog log;

    public FlashBackend(FlashBank flash, FlashMode mode) {
        this.flash = flash;
        this.mode = mode;
    }

    /** So many tags and octets fit together; more tags may fit if their values are short. */
    @Override
    public BackendInfo info() {
        var layout = new Layout(mode, flash.alignment(), flash.size());
        int overhead = layout.valueOffset() + layout.alignment() - 1;
        long room = Math.max(0, layout.size() - layout.first()
                - layout.entry(StoreHeader.LENGTH) - layout.entry(TransactionRecord.LENGTH));
        long tags = room / (overhead + USUAL_VALUE);
        return new BackendInfo("flash", flash.name(), tags, room - tags * overhead, true, flash.durable());
    }

    @Override
    public Image open() throws TlvException {
        try {
            flash.open();
            checkGeometry();
            log = new FlashLog(flash, mode);
            return image(log.load());
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw new TlvException(
                    Reason.UNUSABLE, "flash store " + flash.name() + " cannot be opened: " + DiskFault.sentence(e), e);
        }
    }

    private void checkGeometry() throws TlvException {
        int alignment = flash.alignment();
        boolean possible = alignment >= 1 && alignment <= 16 && Integer.bitCount(alignment) == 1
                && flash.size() >= ImageFile.SMALLEST_BANK && flash.size() % alignment == 0;
        if (!possible) {
            throw new TlvException(Reason.UNUSABLE, "flash store " + flash.name() + " has banks of " + flash.size()
                    + " octets with alignment " + alignment + "; a bank has at least " + ImageFile.SMALLEST_BANK
                    + " octets and an alignment of 1, 2, 4, 8 or 16 that divides them");
        }
    }

    private Image image(FlashContents found) {
        var values = new HashMap<Integer, byte[]>();
        var setAside = new ArrayList<String>();
        found.damage().forEach(sentence -> setAside.add(flash.name() + ": " + sentence));
        found.values().forEach((tag, value) -> {
            if (value.length <= Transaction.MAX_VALUE) {
                values.put(tag, value);
            } else {
                setAside.add(flash.name() + ": the value at " + Tags.name(tag) + " has " + value.length + " octets, more than "
                        + Transaction.MAX_VALUE + "; it stays in the flash, but is not used");
            }
        });
        return new Image(values, found.contents().id(), found.contents().sequence(), found.contents().foreign(), List.copyOf(setAside));
    }

    @Override
    public Optional<Room> room(Map<Integer, byte[]> values) {
        return log == null ? Optional.empty() : Optional.of(log.room(values));
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        if (log == null) {
            throw new TlvException(Reason.FAILED, "flash store " + flash.name() + " is not open");
        }
        log.commit(batch);
    }

    @Override
    public Remains remains() {
        return log == null ? Remains.NONE : new Remains(log.unfinished(), 0, flash.created(), flash.note());
    }

    @Override
    public void note(String note) {
        if (log != null) {
            flash.note(note);
        }
    }

    @Override
    public void housekeeping() throws TlvException {
        if (log != null) {
            log.housekeeping();
        }
    }

    @Override
    public void close() {
        log = null;
        flash.close();
    }
}
