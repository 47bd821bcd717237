package org.everbond.tlv.file.internal;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;

/**
 * The octets of a log file under its name while it is open: how many there are, whether they are still ours, and how they get to the
 * disk. Another program may append to the file or put another one in its place; both are seen before anything is written.
 */
final class OpenLog {
    /** More than any store needs; a larger file is something else. */
    private static final long LARGEST = 256L << 20;

    private final StorePlace place;
    private Disk.Handle handle;
    private Object key;
    /** Octets of the file as we know it, and where the next record belongs; they differ while a torn tail is there. */
    private long size;

    private long end;
    private boolean grown;
    private String seized = "";

    OpenLog(StorePlace place) {
        this.place = place;
    }

    long size() {
        return size;
    }

    long end() {
        return end;
    }

    void endsAt(long next) {
        end = next;
    }

    boolean isOpen() {
        return handle != null;
    }

    /** Whether another program was seen writing. */
    boolean hasGrown() {
        return grown;
    }

    /** What another program was seen doing that has taken records of ours from the file; empty for nothing. */
    String seized() {
        return seized;
    }

    void open() throws IOException {
        StorePlace.closeQuietly(handle);
        handle = place.open();
    }

    void close() {
        StorePlace.closeQuietly(handle);
        handle = null;
    }

    byte[] readAll() throws IOException, TlvException {
        var stat = place.stat();
        key = stat == null ? null : stat.key();
        size = handle.size();
        if (size > LARGEST) {
            throw new TlvException(Reason.UNUSABLE, "store " + place + " has " + (size >> 20) + " MiB, but a store has at most "
                    + (LARGEST >> 20) + " MiB; configure another file");
        }
        var file = read();
        size = file.length;
        return file;
    }

    private byte[] read() throws IOException {
        var file = new byte[(int) size];
        int count = handle.read(file, 0);
        return count == file.length ? file : Arrays.copyOf(file, count);
    }

    /** Keeps what is there beside the file. */
    void keepAside() throws IOException {
        if (size > 0) {
            place.keepAside(read());
        }
    }

    /** A torn tail goes before anything is appended. */
    void cutTail() throws IOException {
        if (size > end) {
            takeBack();
        }
    }

    void write(byte[] records) throws IOException {
        handle.write(records, end);
    }

    void flush() throws IOException {
        handle.force();
    }

    /** What was written is flushed. */
    void appended(byte[] records) {
        end += records.length;
        size = end;
    }

    /** What was written and not flushed. */
    void takeBack() throws IOException {
        handle.truncate(end);
        handle.force();
        size = end;
    }

    /** Puts a new file in place of this one. The handle in use is closed only when the new file has its name. */
    void replace(byte[] file) throws IOException {
        var fresh = place.replace(file);
        StorePlace.closeQuietly(handle);
        handle = fresh;
        size = file.length;
        end = file.length;
        try {
            var stat = place.stat();
            key = stat == null ? null : stat.key();
        } catch (IOException e) {
            // The file is in place: no failure. The next commit takes it for a stranger's and has it read again.
            key = null;
        }
    }

    /** Makes the name of a new file durable. */
    void syncName() throws IOException {
        place.syncFolder();
    }

    /** Whether the file has its name still: a rename may have been done although it was reported as failed. */
    boolean isStillThere() {
        try {
            var now = place.stat();
            return now != null && Objects.equals(now.key(), key);
        } catch (IOException e) {
            return false;
        }
    }

    void checkUnchanged() throws TlvException {
        if (handle == null) {
            throw new TlvException(Reason.IN_DOUBT, "store " + place + " has failed before and must be opened again");
        }
        Disk.Stat now;
        try {
            if (place.isUnsynced()) {
                place.syncFolder();
            }
            now = place.stat();
        } catch (IOException e) {
            throw failed("could not be looked at; nothing in it was changed", e);
        }
        if (now == null) {
            throw seized("was removed");
        }
        if (!Objects.equals(now.key(), key)) {
            // Without a key it is a file of ours that could not be looked at.
            throw key == null ? changed("was replaced") : seized("was replaced");
        }
        if (now.size() > size) {
            grown = true;
            throw changed("was written to");
        }
        if (now.size() < size) {
            throw seized("was cut");
        }
    }

    private TlvException seized(String how) {
        seized = how;
        return changed(how);
    }

    private TlvException changed(String how) {
        return new TlvException(Reason.CHANGED, "store " + place + " " + how + " by another program; try again");
    }

    /** The file is as it was, or holds what was acknowledged. */
    TlvException failed(String what, IOException e) {
        var reason = DiskFault.isFull(e) ? Reason.NO_SPACE : Reason.FAILED;
        return new TlvException(reason, "store " + place + " " + what + ": " + DiskFault.sentence(e), e);
    }

    /** Nobody knows what the file holds before it is opened again. */
    TlvException inDoubt(String what, IOException e) {
        close();
        return new TlvException(Reason.IN_DOUBT, "store " + place + " " + what + ": " + DiskFault.sentence(e), e);
    }
}
