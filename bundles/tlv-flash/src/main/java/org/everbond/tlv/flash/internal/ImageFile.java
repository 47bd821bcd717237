package org.everbond.tlv.flash.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.flash.spi.FlashBank;

/**
 * Both banks in a file, bank 0 first, as a programmer of flash chips reads and writes them. Locked while it is open; every octet
 * can be programmed by itself.
 */
final class ImageFile implements FlashBank {
    /** More than any microcontroller gives to its bonds. */
    static final int LARGEST_BANK = 16 << 20;

    static final int SMALLEST_BANK = 128;
    /** Of a new image whose size was not configured. */
    static final int DEFAULT_BANK = 64 << 10;

    private final Disk disk;
    private final Path configured;
    private final int alignment;
    private final int configuredSize;
    private volatile Path resource;
    private StorePlace place;
    private Disk.Handle handle;
    private Object key;
    private int size;
    private boolean created;
    /** What was there before each write since the last flush, the latest first. */
    private final Deque<Before> unflushed = new ArrayDeque<>();
    /** Whether a write or a flush has failed, and what was flushed before is not in a new file yet. */
    private boolean finished;

    private record Before(byte[] octets, long position) {}

    /** @param size octets of a bank; 0 for that of the image, or {@link #DEFAULT_BANK} for a new one */
    ImageFile(Disk disk, Path configured, int alignment, int size) {
        this.disk = disk;
        this.configured = configured.toAbsolutePath().normalize();
        this.alignment = alignment;
        configuredSize = size;
        resource = this.configured;
        this.size = size;
    }

    @Override
    public String name() {
        return resource.toString();
    }

    @Override
    public void open() throws IOException {
        place = StorePlace.claim(disk, configured);
        resource = place.path();
        place.tidy();
        created = place.stat() == null;
        if (created) {
            var erased = new byte[2 * (configuredSize == 0 ? DEFAULT_BANK : configuredSize)];
            Arrays.fill(erased, (byte) 0xff);
            StorePlace.closeQuietly(place.replace(erased));
        }
        place.syncFolder();
        handle = place.open();
        var keyBefore = key;
        key = keyNow();
        long octets = handle.size();
        checkSize(octets);
        size = (int) (octets / 2);
        if (finished && Objects.equals(key, keyBefore)) {
            renew();
        } else {
            finished = false;
            unflushed.clear();
            // What a run before this one has written just before it was killed will be read: from then on it must not be lost.
            force();
        }
    }

    private Object keyNow() throws IOException {
        var stat = place.stat();
        return stat == null ? null : stat.key();
    }

    private void checkSize(long octets) throws TlvException {
        if (configuredSize != 0 && octets != 2L * configuredSize) {
            throw unusable("has " + octets + " octets, but bank-size=" + configuredSize + " means " + 2L * configuredSize
                    + "; leave bank-size out, or name another file");
        }
        if (octets < 2L * SMALLEST_BANK || octets > 2L * LARGEST_BANK || octets % (2L * alignment) != 0) {
            throw unusable("has " + octets + " octets; a flash image is two banks of " + SMALLEST_BANK + " to " + LARGEST_BANK
                    + " octets each, a multiple of the alignment " + alignment);
        }
    }

    private TlvException unusable(String what) {
        return new TlvException(Reason.UNUSABLE, "flash image " + resource + " " + what);
    }

    @Override
    public int size() {
        return size == 0 ? DEFAULT_BANK : size;
    }

    @Override
    public int alignment() {
        return alignment;
    }

    @Override
    public int granularity() {
        return 1;
    }

    @Override
    public void erase(int bank) throws IOException {
        var erased = new byte[size];
        Arrays.fill(erased, (byte) 0xff);
        put(erased, (long) bank * size);
    }

    /** Every change of the store begins with reading: that another file has the name now is seen then. */
    @Override
    public void read(int bank, int offset, byte[] target) throws IOException {
        if (handle == null) {
            throw new IOException("it is not open");
        }
        var now = place.stat();
        if (now == null || !Objects.equals(now.key(), key) || now.size() != 2L * size) {
            throw new TlvException(Reason.CHANGED, "flash image " + resource + " was "
                    + (now == null ? "removed" : "replaced") + " by another program; try again");
        }
        if (handle.read(target, (long) bank * size + offset) != target.length) {
            throw new EOFException("the file ends early");
        }
    }

    @Override
    public void write(int bank, int offset, byte[] octets) throws IOException {
        put(octets, (long) bank * size + offset);
    }

    private void put(byte[] octets, long position) throws IOException {
        if (finished) {
            throw new IOException("it has failed before and must be opened again");
        }
        var before = new byte[octets.length];
        handle.read(before, position);
        unflushed.push(new Before(before, position));
        try {
            handle.write(octets, position);
        } catch (IOException e) {
            giveUp(e);
            throw e;
        }
    }

    @Override
    public void force() throws IOException {
        if (finished) {
            throw new IOException("it has failed before and must be opened again");
        }
        try {
            handle.force();
            unflushed.clear();
        } catch (IOException e) {
            giveUp(e);
            throw e;
        }
    }

    /**
     * After a failed flush the system may take for written what is not, and say so at the next flush: nothing that is done with this file
     * any more is to be relied on. What was flushed last goes to a new one, at once or when it is opened again.
     */
    private void giveUp(IOException failure) {
        finished = true;
        try {
            renew();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void renew() throws IOException {
        var image = new byte[2 * size];
        if (handle.read(image, 0) != image.length) {
            throw new EOFException("the file ends early");
        }
        unflushed.forEach(before -> System.arraycopy(before.octets, 0, image, (int) before.position, before.octets.length));
        var fresh = place.replace(image);
        StorePlace.closeQuietly(handle);
        handle = fresh;
        key = keyNow();
        place.syncFolder();
        unflushed.clear();
        finished = false;
    }

    @Override
    public boolean keepAside() throws IOException {
        var image = new byte[2 * size];
        handle.read(image, 0);
        place.keepAside(image);
        return true;
    }

    @Override
    public boolean created() {
        return created;
    }

    @Override
    public String note() {
        return place == null ? "" : place.note();
    }

    @Override
    public void note(String line) {
        if (place != null) {
            place.note(line);
        }
    }

    @Override
    public void close() {
        StorePlace.closeQuietly(handle);
        handle = null;
        if (place != null) {
            place.close();
            place = null;
        }
    }
}
