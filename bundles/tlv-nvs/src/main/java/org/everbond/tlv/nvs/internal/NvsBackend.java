package org.everbond.tlv.nvs.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.TlvBackend;

/**
 * The namespace {@code BTstack} of an ESP32's NVS partition, in an image of it. This class takes and gives up the place; what happens
 * inside the image is the {@link NvsFile}'s.
 */
final class NvsBackend implements TlvBackend {
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
        info = info(this.configured, new Capacity(ImageWriter.capacity(newPages), Page.VERSION_2));
    }

    private static BackendInfo info(Path resource, Capacity capacity) {
        return new BackendInfo("nvs", resource.toString(), capacity.tags(), capacity.octets(), true, true);
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
            info = info(place.path(), opened.capacity());
            image = opened;
            return loaded;
        } catch (TlvException e) {
            throw e;
        } catch (IOException e) {
            throw new TlvException(Reason.UNUSABLE, "store " + place + " cannot be opened: " + DiskFault.sentence(e), e);
        }
    }

    @Override
    public Optional<Room> room(Map<Integer, byte[]> values) throws TlvException {
        return image == null ? Optional.empty() : Optional.of(image.room(values));
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        if (image == null) {
            throw new TlvException(Reason.FAILED, "store " + configured + " is not open");
        }
        image.commit(batch);
    }

    /** A partition is put in place as a whole: what an ESP32 left unfinished is damage or has no effect. */
    @Override
    public Remains remains() {
        return image == null ? Remains.NONE : Remains.of(image.created(), place.note());
    }

    @Override
    public void note(String note) {
        if (place != null) {
            place.note(note);
        }
    }

    @Override
    public void close() {
        image = null;
        if (place != null) {
            place.close();
            place = null;
        }
    }
}
