package org.everbond.store.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.spi.TlvBackend;

/**
 * {@code store convert} and {@code store compact}. The new file is made in memory by the gateway's own backend and read back; only
 * when it holds everything does it take its place, in one step.
 */
public final class Rewriting {
    private Rewriting() {}

    /** Refuses what would lose something; then nothing was changed. */
    public static void convert(Arguments arguments, Disk disk, PrintStream out, PrintStream err) throws ToolException {
        var from = source(arguments, disk);
        var target = target(arguments, from);
        var to = arguments.to();
        if (to.equals(arguments.file())) {
            throw refused("FROM and TO are the same file " + to + "; name another one, or use store compact", null);
        }
        try {
            if (disk.resolve(to).equals(disk.resolve(arguments.file()))) {
                throw refused("FROM and TO are the same file " + disk.resolve(to) + "; name another one", null);
            }
            checkFree(disk, to, arguments.force());
            var made = made(from.image(), target, to, partition(disk, to, target));
            try (var place = StorePlace.claim(disk, to)) {
                checkFree(disk, to, arguments.force());
                put(place, made);
            }
            report(from, arguments, target, made.length, out, err);
        } catch (TlvException e) {
            throw refused(e.getMessage(), e);
        } catch (IOException e) {
            throw refused(DiskFault.sentence(to, "could not be written", e), e);
        }
    }

    /** A sealed store is converted as it is when no key is named, and sealed again with the same key when one is. */
    private static StoreFile source(Arguments arguments, Disk disk) throws ToolException {
        var from = StoreFile.open(disk, arguments.file(), arguments.kind());
        if (arguments.command() == Arguments.Command.SEAL && from.isSealed()) {
            throw refused(from.path() + " is sealed already; use store unseal, or convert", null);
        }
        return from;
    }

    /** What is sealed or unsealed keeps its format, unless another one was named. */
    private static Arguments.Kind target(Arguments arguments, StoreFile from) {
        var target = arguments.target();
        return target.format().isPresent() ? target : new Arguments.Kind(Optional.of(from.format()), sameSize(from), target.key());
    }

    private static void checkFree(Disk disk, Path to, boolean force) throws IOException, ToolException {
        var there = disk.stat(disk.resolve(to));
        if (there != null && there.folder()) {
            throw refused(to + " is a folder; name a file in it", null);
        }
        if (there != null && !force) {
            throw refused(to + " exists and was left as it is; name another file, or add --force to write over it", null);
        }
    }

    /** A partition that is there has content of others, which stays. Null when there is none. */
    static byte[] partition(Disk disk, Path to, Arguments.Kind target) throws IOException, ToolException {
        boolean there = target.format().orElseThrow() == Format.NVS && disk.stat(disk.resolve(to)) != null;
        return there ? StoreFile.read(disk, to) : null;
    }

    private static void report(StoreFile from, Arguments arguments, Arguments.Kind target, int octets, PrintStream out, PrintStream err) {
        var format = target.format().orElseThrow();
        int tags = from.image().values().size();
        int bonds = from.bonds().bonds().size();
        if (arguments.json()) {
            out.println(Json.object().put("converted", from.path()).put("to", arguments.to()).put("format", format)
                    .put("sealed", target.key().isPresent() || from.isSealed() && from.key().isEmpty())
                    .put("octets", octets).put("tags", tags).put("bonds", bonds));
        } else {
            out.println(arguments.to() + ": " + (target.key().isPresent() ? "sealed " : "") + format.title + " of " + Words.count(octets, "octet") + " with "
                    + Words.count(tags, "tag") + " and " + Words.count(bonds, "bond"));
        }
        Stream.of(from.image().setAside(), from.besides().lost(), from.besides().notices())
                .flatMap(List::stream)
                .forEach(sentence -> err.println("everbond: not converted: " + Words.line(sentence)));
        from.remarks().forEach(remark -> err.println("everbond: remark: " + Words.line(remark)));
        if (arguments.command() == Arguments.Command.SEAL) {
            err.println("everbond: remark: " + from.path() + " holds the keys in clear still; delete it once a gateway runs with " + arguments.to());
        }
        boolean signed = from.bonds().bonds().stream().anyMatch(bond -> bond.entrySize() != 60);
        if (format == Format.NVS && signed) {
            err.println("everbond: remark: some bond entries have 100 octets, which BTstack on an ESP32 reads only if it was built "
                    + "with signed writes");
        }
    }

    /** Refuses a store in use; a damaged one is kept aside first. */
    public static void compact(Arguments arguments, Disk disk, PrintStream out) throws ToolException {
        var path = arguments.file();
        StoreFile.open(disk, path, arguments.kind());
        try (var place = StorePlace.claim(disk, path)) {
            var before = StoreFile.open(disk, path, arguments.kind());
            var kind = new Arguments.Kind(Optional.of(before.format()), sameSize(before), before.key());
            var made = made(before.image(), kind, path, before.format() == Format.NVS ? before.octets() : null);
            if (!Arrays.equals(StoreFile.read(disk, path), before.octets())) {
                throw refused(path + " is being written by another program; stop that one first", null);
            }
            var kept = kept(place, before);
            put(place, made);
            out.println(arguments.json()
                    ? Json.object().put("compacted", path).put("octetsBefore", before.octets().length).put("octets", made.length)
                            .put("kept", kept.orElse(null))
                    : path + ": " + Words.count(before.octets().length, "octet") + " before, "
                            + Words.count(made.length, "octet") + " now" + sentence(kept));
        } catch (TlvException e) {
            throw refused(e.getMessage(), e);
        } catch (IOException e) {
            throw refused(DiskFault.sentence(path, "could not be written anew", e), e);
        }
    }

    /** A damaged store is kept aside before it is written over; where. */
    static Optional<Path> kept(StorePlace place, StoreFile before) throws IOException {
        boolean damaged = !before.image().setAside().isEmpty() || !before.besides().lost().isEmpty();
        return damaged ? Optional.of(place.keepAside(before.octets())) : Optional.empty();
    }

    static String sentence(Optional<Path> kept) {
        return kept.map(where -> "; it was damaged, and is kept as it was as " + where).orElse("");
    }

    static Map<String, String> sameSize(StoreFile store) {
        var options = new HashMap<>(store.options());
        if (store.format() == Format.FLASH) {
            options.put("bank-size", Integer.toString(store.octets().length / 2));
        }
        return options;
    }

    /** In one step, of which it is known afterwards whether it was done. */
    static void put(StorePlace place, byte[] octets) throws IOException, ToolException {
        place.tidy();
        try {
            StorePlace.closeQuietly(place.replace(octets));
        } catch (IOException e) {
            // A rename may have been done although it was reported as failed.
            if (!Arrays.equals(now(place, e), octets)) {
                throw e;
            }
        }
        try {
            place.syncFolder();
        } catch (IOException e) {
            throw refused(DiskFault.sentence(place.path(), "was written, but may be the one before again after a power cut", e), e);
        }
    }

    /** What is there after a failure; null for nothing. */
    private static byte[] now(StorePlace place, IOException failure) throws ToolException {
        try {
            if (place.stat() == null) {
                return null;
            }
            try (var file = place.open()) {
                var octets = new byte[(int) file.size()];
                return Arrays.copyOf(octets, file.read(octets, 0));
            }
        } catch (IOException e) {
            throw refused(DiskFault.sentence(place.path(), "cannot be read after a failure, so it is not known whether it was written", failure), e);
        }
    }

    /** The file that the backend makes of the content, proven to hold it. */
    static byte[] made(TlvBackend.Image content, Arguments.Kind kind, Path to, byte[] base) throws ToolException {
        var format = kind.format().orElseThrow();
        var disk = base == null ? MemoryDisk.without(to) : MemoryDisk.with(to, base);
        var backend = format.backend(disk, to, kind.options(), kind.key());
        try {
            backend.commit(batch(content, backend.open()));
        } catch (TlvException e) {
            boolean full = e.reason() == TlvException.Reason.FULL;
            throw refused(full ? to + " would be too small: " + e.getMessage() : e.getMessage(), e);
        } finally {
            backend.close();
        }
        var octets = disk.octets(to);
        try {
            var found = StoreFile.of(to, octets, format, kind.options(), kind.key(), "");
            if (!isSame(found.image().values(), content.values()) || !found.image().setAside().isEmpty()) {
                throw refused(to + " would not hold everything; nothing was written", null);
            }
        } catch (TlvException e) {
            throw refused(e.getMessage(), e);
        }
        return octets;
    }

    /** Everything, under the identity that it has: a copy, of which the gateway knows what it is a copy of. */
    private static TlvBackend.Batch batch(TlvBackend.Image content, TlvBackend.Image there) {
        var changes = new ArrayList<Change>();
        content.values().forEach((tag, value) -> changes.add(new Change(tag, value)));
        for (int tag : there.values().keySet()) {
            if (!content.values().containsKey(tag)) {
                changes.add(new Change(tag, null));
            }
        }
        boolean first = content.id() == null;
        var id = first ? new StoreId(UUID.randomUUID(), UUID.randomUUID()) : content.id();
        // What another program has added counts as one more transaction, so that older copies give way to it.
        long sequence = first || content.foreign() ? content.sequence() + 1 : content.sequence();
        return new TlvBackend.Batch(id, sequence, changes);
    }

    private static boolean isSame(Map<Integer, byte[]> one, Map<Integer, byte[]> other) {
        return one.keySet().equals(other.keySet())
                && one.entrySet().stream().allMatch(value -> Arrays.equals(value.getValue(), other.get(value.getKey())));
    }

    static ToolException refused(String sentence, Exception cause) {
        return new ToolException(ToolException.REFUSED, sentence, cause);
    }
}
