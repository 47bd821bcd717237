package org.everbond.tlv.nvs.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;
import org.everbond.tlv.spi.TlvBackend.Room;

/** One image file while it is open and locked. Each commit builds the whole partition anew and puts it in place in one step. */
final class NvsFile {
    /** Larger than any flash chip gives to NVS. */
    private static final long LARGEST = 8L << 20;

    private final StorePlace place;
    /** The file as it was read or written last. */
    private byte[] file;

    private Contents contents;
    private int namespace;
    private Map<Integer, byte[]> values;
    private boolean created;
    private boolean failed;

    NvsFile(StorePlace place) {
        this.place = place;
    }

    /** @param newPages of the partition to be made where there is none */
    Image load(int newPages) throws IOException, TlvException {
        place.tidy();
        created = place.stat() == null;
        if (created) {
            StorePlace.closeQuietly(place.replace(ImageWriter.erased(newPages)));
        }
        // Also the name that a run before this one may have given just before it ended.
        place.syncFolder();
        file = readAll();
        contents = parse();
        namespace = contents.btstack();
        values = namespace < 0 ? Map.of() : contents.values(namespace);
        var header = Bookkeeping.header(values);
        boolean foreign = header != null && !Bookkeeping.isUntouched(values);
        var shown = new LinkedHashMap<>(values);
        shown.keySet().removeIf(Bookkeeping::isOwn);
        return new Image(shown, header == null ? null : header.id(), header == null ? 0 : header.sequence(), foreign, setAside());
    }

    /** Whether the image did not exist before it was loaded. */
    boolean created() {
        return created;
    }

    private Contents parse() throws TlvException {
        var whole = new byte[(file.length + Page.SIZE - 1) / Page.SIZE * Page.SIZE];
        Arrays.fill(whole, (byte) 0xff);
        System.arraycopy(file, 0, whole, 0, file.length);
        if (ImageReader.isNewer(whole)) {
            throw unusable("is in a newer format of NVS than is known here; it was left as it is, write it with an ESP-IDF that uses "
                    + "version 1 or 2 of the page format");
        }
        var found = ImageReader.read(whole);
        if (found.encrypted()) {
            throw unusable("is an encrypted NVS partition and cannot be read without the keys of its ESP32; it was left as it is, "
                    + "configure an image of a partition without NVS encryption");
        }
        if (!found.recognized()) {
            throw unusable("is no image of an NVS partition: no page in it can be read (so does a dump of "
                    + "a chip with flash encryption look); it was left as it is, configure another file or move this one away");
        }
        if (found.pages() < 2) {
            throw unusable("is too small for an NVS partition, which has at least 2 pages of 4096 octets and one of them always free; "
                    + "it was left as it is, configure another file");
        }
        return found;
    }

    private byte[] readAll() throws IOException, TlvException {
        try (var handle = place.open()) {
            long size = handle.size();
            if (size > LARGEST) {
                throw unusable("has " + (size >> 20) + " MiB, but an NVS partition has at most " + (LARGEST >> 20)
                        + " MiB; configure another file");
            }
            var octets = new byte[(int) size];
            int count = handle.read(octets, 0);
            return count == octets.length ? octets : Arrays.copyOf(octets, count);
        }
    }

    private List<String> setAside() {
        var sentences = new ArrayList<String>();
        if (isDamaged()) {
            contents.damage().forEach(sentence -> sentences.add(place + ": " + sentence));
            if (file.length % Page.SIZE != 0) {
                sentences.add(place + ": the last page is cut off after " + file.length % Page.SIZE + " octets");
            }
            sentences.replaceAll(sentence -> sentence + "; the image will be kept as " + place.path().getFileName()
                    + ".damaged-N before anything is written");
        }
        for (var value : contents.stored()) {
            if (value.head().namespace() == namespace && value.isTooLong()) {
                sentences.add(place + ": the value of " + value.head().key() + " has " + value.size() + " octets, more than a store takes; "
                        + "it stays in the image");
            }
        }
        return sentences;
    }

    private boolean isDamaged() {
        return !contents.damage().isEmpty() || file.length % Page.SIZE != 0;
    }

    /** What of the partition is not taken by others. */
    Capacity capacity() {
        long others = contents.stored().stream()
                .filter(value -> value.head().namespace() != namespace)
                .flatMap(value -> value.items().stream())
                .mapToLong(Item::span)
                .sum();
        return new Capacity(ImageWriter.capacity(contents.pages()) - others, contents.version());
    }

    void commit(Batch batch) throws TlvException {
        if (failed) {
            throw new TlvException(Reason.IN_DOUBT, "store " + place + " has failed before and must be opened again");
        }
        checkUnchanged();
        var next = new LinkedHashMap<>(values);
        next.keySet().removeIf(Bookkeeping::isOwn);
        for (var change : batch.changes()) {
            next.remove(change.tag());
            if (!change.isDelete()) {
                next.put(change.tag(), change.value());
            }
        }
        var changed = batch.changes().stream().map(Transaction.Change::tag).collect(Collectors.toSet());
        try {
            write(image(next, changed, batch));
        } catch (ImageWriter.FullException e) {
            throw new TlvException(Reason.FULL, "store " + place + " is full: with this change it would need a partition of "
                    + e.pages() * Page.SIZE / 1024 + " KiB, but it has " + contents.pages() * Page.SIZE / 1024
                    + " KiB; forget bonds or use a larger partition", e);
        }
    }

    /** The second copy of whose it is gives way where there is no room for it. */
    private byte[] image(Map<Integer, byte[]> next, Set<Integer> changed, Batch batch) throws TlvException, ImageWriter.FullException {
        var whole = rebuild(next, changed, batch.id(), batch.sequence(), true);
        return whole.pages() <= contents.pages()
                ? whole.image(contents.pages())
                : rebuild(next, changed, batch.id(), batch.sequence(), false).image(contents.pages());
    }

    /** A batch that makes the content this one succeeds exactly when the room suffices. */
    Room room(Map<Integer, byte[]> content) throws TlvException {
        var changed = new HashSet<>(content.keySet());
        changed.addAll(values.keySet());
        changed.removeIf(tag -> Bookkeeping.isOwn(tag) || Arrays.equals(content.get(tag), values.get(tag)));
        // The sizes of id and sequence are always the same.
        var next = rebuild(content, changed, new StoreId(new UUID(0, 0), new UUID(0, 0)), 0, false);
        return new Room((long) next.pages() * Page.SIZE, (long) contents.pages() * Page.SIZE);
    }

    private Rebuild rebuild(Map<Integer, byte[]> content, Set<Integer> changed, StoreId id, long sequence, boolean copied)
            throws TlvException {
        EntrySizes.check(place.toString(), values, content);
        int index = namespace;
        if (index < 0) {
            index = contents.freeNamespace();
        }
        if (index < 0) {
            throw new TlvException(Reason.FULL, "store " + place + " has 254 namespaces already, the most that an NVS partition has; "
                    + "BTstack's needs one: use another partition");
        }
        var all = new HashMap<>(content);
        all.putAll(Bookkeeping.of(content, id, sequence, copied));
        return Rebuild.of(contents, index, all, changed);
    }

    private void write(byte[] image) throws TlvException {
        try {
            if (isDamaged()) {
                place.keepAside(file);
            }
            StorePlace.closeQuietly(place.replace(image));
        } catch (IOException e) {
            if (!Arrays.equals(now(), file)) {
                throw inDoubt("failed while it was written anew", e);
            }
            throw failed("could not be written anew; nothing in it was changed", e);
        }
        try {
            place.syncFolder();
        } catch (IOException e) {
            throw inDoubt("was written anew, but its folder could not be flushed", e);
        }
        file = image;
        contents = ImageReader.read(image);
        namespace = contents.btstack();
        values = contents.values(namespace);
    }

    /** Another program may write to the image or put another one in its place; both are seen before anything is written. */
    private void checkUnchanged() throws TlvException {
        byte[] now;
        try {
            now = place.stat() == null ? null : readAll();
        } catch (TlvException e) {
            now = null;
        } catch (IOException e) {
            throw failed("could not be looked at; nothing in it was changed", e);
        }
        if (!Arrays.equals(now, file)) {
            throw new TlvException(Reason.CHANGED, "store " + place + " was changed by another program; try again");
        }
    }

    private TlvException unusable(String what) {
        return new TlvException(Reason.UNUSABLE, "store " + place + " " + what);
    }

    /** What is there after a failure, a rename that was done although it was reported as failed; null when that cannot be read. */
    private byte[] now() {
        try {
            return readAll();
        } catch (IOException e) {
            return null;
        }
    }

    private TlvException inDoubt(String what, IOException e) {
        failed = true;
        return new TlvException(Reason.IN_DOUBT, "store " + place + " " + what + ": " + DiskFault.sentence(e), e);
    }

    private TlvException failed(String what, IOException e) {
        var reason = DiskFault.isFull(e) ? Reason.NO_SPACE : Reason.FAILED;
        return new TlvException(reason, "store " + place + " " + what + ": " + DiskFault.sentence(e), e);
    }
}
