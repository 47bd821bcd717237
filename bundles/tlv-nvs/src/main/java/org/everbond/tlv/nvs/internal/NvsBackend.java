package org.everbond.tlv.nvs.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.spi.TlvBackend;

/**
 * The namespace {@code BTstack} of an ESP32's NVS partition, in an image of it. This class takes and gives up the place; what happens
 * inside the image is the {@link NvsFile}'s.
 */
final class NvsBackend implements TlvBackend {
    /** The least that a value takes: a head, data, and an index. */
    private static final int SMALLEST_VALUE = 3;
    /** What the store's own records take: 45 and 5 octets; and the name of the namespace. */
    private static final int BOOKKEEPING = 8;
    /** The longest value in entries. */
    private static final int LONGEST_VALUE = 2 + Transaction.MAX_VALUE / Page.ENTRY_SIZE;

    private final Disk disk;
    private final Path configured;
    private final int newPages;
    private StorePlace place;
    private NvsFile image;
    private volatile BackendInfo info;

    /** @param newPages of a partition that is made where there is none */
    NvsBackend(Disk disk, Path configured, int newPages) {
        this.disk = disk;
        this.configured = configured.toAbsolutePath().normalize();
        this.newPages = newPages;
        info = info(this.configured, ImageWriter.capacity(newPages));
    }

    /** An upper bound: how well values fill the pages is known when they are written. */
    private static BackendInfo info(Path resource, long entries) {
        long room = Math.max(0, entries - BOOKKEEPING);
        long octets = room * Transaction.MAX_VALUE / LONGEST_VALUE;
        return new BackendInfo("nvs", resource.toString(), room / SMALLEST_VALUE, octets, true, true);
    }

    @Override
    public BackendInfo info() {
        return info;
    }

    @Override
    public Image open() throws TlvException {
        place = StorePlace.claim(disk, configured);
        try {
            var opened = new NvsFile(place);
            var loaded = opened.load(newPages);
            info = info(place.path(), opened.room());
            image = opened;
            return new Image(loaded.values(), loaded.id(), loaded.sequence(), loaded.foreign(), describe(loaded.setAside()));
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw new TlvException(Reason.UNUSABLE, "store " + place + " cannot be opened: " + DiskFault.sentence(e), e);
        }
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        if (image == null) {
            throw new TlvException(Reason.FAILED, "store " + configured + " is not open");
        }
        image.commit(batch);
    }

    @Override
    public void close() {
        image = null;
        if (place != null) {
            place.close();
            place = null;
        }
    }

    private List<String> describe(List<String> damage) {
        return damage.stream().map(sentence -> place + ": " + sentence
                + "; the image will be kept as " + place.path().getFileName() + ".damaged-N before anything is written").toList();
    }
}
