package org.everbond.store.internal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.everbond.bonds.keys.BondContents;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.sealed.SealedStore;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.TlvBackend;

/**
 * A store as its file was found: read once, opened by the gateway's own backend on a copy in memory.
 *
 * @param path absolute
 * @param octets the whole file
 * @param options of the backend
 * @param key that opened it; empty for a store in clear, and for a sealed one of which only the outside is seen
 * @param image what the backend has read
 * @param besides what else was found: an unfinished end, what was confirmed and is missing
 * @param bonds what is made of it
 * @param inUse whether a gateway has the store open
 */
public record StoreFile(
        Path path,
        byte[] octets,
        Format format,
        Map<String, String> options,
        Optional<SealedStore> key,
        TlvBackend.Image image,
        Remains.Findings besides,
        BondContents bonds,
        boolean inUse) {
    /** More than any store has; what is larger is not even read. */
    private static final long LARGEST = 256L << 20;

    /** Of pages of NVS. */
    private static final int PAGE = 4096;

    /** At the end of a flash image there is something that was never written. */
    private static final int ERASED_TAIL = 16;
    /** Octets of 'BTstack'. */
    private static final int MAGIC = 7;

    /** @throws ToolException when it is none that can be read */
    public static StoreFile open(Disk disk, Path path, Arguments.Kind kind) throws ToolException {
        // Before the octets: an older note does no harm.
        var note = StorePlace.note(disk, path);
        var octets = read(disk, path);
        boolean inUse = StorePlace.isInUse(disk, path);
        if (kind.format().isPresent()) {
            try {
                var store = of(path, octets, kind.format().get(), kind.options(), Optional.empty(), note);
                return unlocked(store, kind, note).inUse(inUse);
            } catch (TlvException e) {
                throw new ToolException(ToolException.UNUSABLE, e.getMessage(), e);
            }
        }
        return unlocked(recognise(path, octets, note), kind, note).inUse(inUse);
    }

    private StoreFile inUse(boolean isInUse) {
        return new StoreFile(path, octets, format, options, key, image, besides, bonds, isInUse);
    }

    /** With the key, if one was named. */
    private static StoreFile unlocked(StoreFile store, Arguments.Kind kind, String note) throws ToolException {
        if (kind.key().isEmpty()) {
            return store;
        }
        if (!store.isSealed()) {
            throw unusable(store.path + " is not sealed; leave out --keystore, or use store seal to make a sealed store of it", null);
        }
        try {
            return of(store.path, store.octets, store.format, store.options, kind.key(), note);
        } catch (TlvException e) {
            throw new ToolException(ToolException.UNUSABLE, e.getMessage(), e);
        }
    }

    /** An NVS image is never taken for a log, but part of one may look like a log. */
    private static StoreFile recognise(Path path, byte[] octets, String note) throws ToolException {
        TlvException noPartition;
        try {
            return of(path, octets, Format.NVS, Map.of(), Optional.empty(), note);
        } catch (TlvException e) {
            noPartition = e;
        }
        try {
            var log = of(path, octets, Format.FILE, Map.of(), Optional.empty(), note);
            if (log.looksLikeFlash()) {
                throw unusable(path + " looks like the image of a flash, which does not describe itself: add --format flash, and --mode and "
                        + "--alignment as BTstack's build has them; or --format file, if it is a damaged log", null);
            }
            return log;
        } catch (TlvException e) {
            boolean pages = octets.length % PAGE == 0;
            throw new ToolException(ToolException.UNUSABLE, pages
                    ? noPartition.getMessage()
                    : path + " is no store: it does not begin with 'BTstack' and is no image of an NVS partition; "
                            + "if it is the image of a flash, add --format flash", e);
        }
    }

    /** @param note what stands in the lock file */
    static StoreFile of(
            Path path, byte[] octets, Format format, Map<String, String> options, Optional<SealedStore> key, String note)
            throws ToolException, TlvException {
        return of(path, octets, format, options, key, format.backend(MemoryDisk.with(path, octets).noted(note), path, options, key));
    }

    /** @param backend over these octets, with the key */
    static StoreFile of(
            Path path, byte[] octets, Format format, Map<String, String> options, Optional<SealedStore> key, TlvBackend backend)
            throws TlvException {
        try {
            var image = backend.open();
            var besides = backend.remains().findings(path.toString(), image);
            var bonds = BondContents.of(path.getFileName().toString(), Merge.Content.of(image.values(), image.id(), image.sequence(), image.setAside()));
            return new StoreFile(path, octets, format, options, key, image, besides, bonds, false);
        } finally {
            backend.close();
        }
    }

    /** The octets of a file, at most {@link #LARGEST}. */
    static byte[] read(Disk disk, Path path) throws ToolException {
        try {
            var stat = disk.stat(path);
            if (stat == null) {
                throw new NoSuchFileException(path.toString());
            }
            if (stat.folder()) {
                throw unusable(path + " is a folder; name a file in it", null);
            }
            if (!stat.regular()) {
                throw unusable(path + " is not an ordinary file; name one", null);
            }
            if (stat.size() > LARGEST) {
                throw unusable(path + " is no store: it has " + (stat.size() >> 20) + " MiB, and a store has at most "
                        + (LARGEST >> 20) + " MiB", null);
            }
            try (var file = disk.openToRead(path)) {
                var octets = new byte[(int) stat.size()];
                return Arrays.copyOf(octets, file.read(octets, 0));
            }
        } catch (NoSuchFileException e) {
            throw unusable(path + " does not exist; name a file that is there", e);
        } catch (AccessDeniedException e) {
            throw unusable(path + " may not be read by this user; change its permissions", e);
        } catch (IOException e) {
            throw unusable(DiskFault.sentence(path, "cannot be read", e), e);
        }
    }

    private static ToolException unusable(String sentence, IOException cause) {
        return new ToolException(ToolException.UNUSABLE, sentence, cause);
    }

    boolean isSealed() {
        return key.isPresent() || Tags.areSealed(image.values().keySet());
    }

    /** Whether what is in it cannot be told without its key. */
    boolean isLocked() {
        return isSealed() && key.isEmpty();
    }

    boolean isDamaged() {
        return !findings().isEmpty();
    }

    /** What is not as it should be, one sentence each. */
    List<String> findings() {
        var findings = new ArrayList<>(image.setAside());
        findings.addAll(besides.lost());
        findings.addAll(besides.notices());
        bonds.damage().forEach(sentence -> findings.add(path + ": " + sentence));
        return findings;
    }

    /** A flash image begins as a log does; but the other bank begins so, too, or something at its end was never written. */
    private boolean looksLikeFlash() {
        if (image.setAside().isEmpty() || octets.length < 2 * ERASED_TAIL) {
            return false;
        }
        boolean erasedTail = true;
        for (int i = octets.length - ERASED_TAIL; i < octets.length; i++) {
            erasedTail &= octets[i] == -1;
        }
        int half = octets.length / 2;
        return erasedTail || Arrays.equals(octets, 0, MAGIC, octets, half, half + MAGIC);
    }

    /** What this store is, where that matters: in use, sealed, weak. */
    List<String> remarks() {
        var remarks = new ArrayList<String>();
        if (inUse) {
            remarks.add("a gateway uses this store just now: this is what it had written when the file was read");
        }
        if (isLocked()) {
            remarks.add("this store is sealed: what is in it can only be read with its key; name it with --keystore and --password-file");
        }
        remarks.addAll(bonds.warnings());
        return remarks;
    }
}
