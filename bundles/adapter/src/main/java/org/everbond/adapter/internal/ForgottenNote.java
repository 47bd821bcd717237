package org.everbond.adapter.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.spi.Forgotten;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was forgotten while the bonds were in a place that does not last ({@code memory:}), noted in the file {@code <adapter>.forgotten} of the data
 * folder until the store that they came from is back and has forgotten it, too. A line each: lineage of the store, store id and serial of
 * the bond, number of the transaction. A line that nobody understands stays as it is.
 */
final class ForgottenNote implements Forgotten {
    private static final Logger LOG = LoggerFactory.getLogger(ForgottenNote.class);

    /** As many as a store remembers; then the oldest gives way. */
    static final int MOST = Tombstone.KEPT;

    private static final int LONGEST_LINE = 128;

    private final Note note;
    /** Null while it was not read. */
    private List<Line> noted;

    /** @param deleted null when nobody understands the line */
    private record Line(String text, UUID lineage, Tombstone deleted) {
        static Line of(UUID lineage, Tombstone deleted) {
            return new Line(lineage + " " + deleted.store() + " " + deleted.serial() + " " + deleted.sequence(), lineage, deleted);
        }

        static Line parse(String text) {
            var fields = text.split(" ", -1);
            try {
                if (fields.length == 4) {
                    var line = of(UUID.fromString(fields[0]),
                            new Tombstone(UUID.fromString(fields[1]), Long.parseLong(fields[2]), Long.parseLong(fields[3])));
                    if (line.text.equals(text) && line.deleted.serial() >= 0 && line.deleted.sequence() >= 0) {
                        return line;
                    }
                }
            } catch (IllegalArgumentException e) {
                LOG.debug("not understood: {}", e.getMessage());
            }
            return new Line(text, null, null);
        }

        boolean isOf(UUID other) {
            return deleted != null && lineage.equals(other);
        }
    }

    /** The name of a deletion, whenever it was made. */
    private record Name(UUID store, long serial) {
        static Name of(Tombstone deleted) {
            return new Name(deleted.store(), deleted.serial());
        }
    }

    /** @param folder the data folder */
    ForgottenNote(Disk disk, Path folder, String adapter) {
        note = new Note(disk, folder.resolve(adapter + ".forgotten"), MOST * LONGEST_LINE);
    }

    @Override
    public synchronized void keep(UUID lineage, List<Tombstone> deleted) throws TlvException {
        try {
            var lines = without(lineage, deleted, lines());
            deleted.forEach(each -> lines.add(Line.of(lineage, each)));
            write(lines.subList(Math.max(0, lines.size() - MOST), lines.size()));
        } catch (IOException e) {
            throw new TlvException(TlvException.Reason.FAILED, note.file() + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized List<Tombstone> of(UUID lineage) {
        try {
            return lines().stream().filter(line -> line.isOf(lineage)).map(Line::deleted).toList();
        } catch (IOException e) {
            LOG.warn("{} cannot be read, so bonds that were forgotten while another place served may be back: {}", note.file(), e.getMessage());
            return List.of();
        }
    }

    @Override
    public synchronized void taken(UUID lineage, List<Tombstone> deleted) {
        try {
            write(without(lineage, deleted, lines()));
        } catch (IOException e) {
            LOG.warn("{} cannot be written, so what it says is out of date, which does no harm: {}", note.file(), e.getMessage());
        }
    }

    private static List<Line> without(UUID lineage, List<Tombstone> deleted, List<Line> lines) {
        var names = new HashSet<Name>();
        deleted.forEach(each -> names.add(Name.of(each)));
        var kept = new ArrayList<>(lines);
        kept.removeIf(line -> line.isOf(lineage) && names.contains(Name.of(line.deleted)));
        return kept;
    }

    private List<Line> lines() throws IOException {
        if (noted == null) {
            var read = note.lines().stream().limit(MOST).map(Line::parse).toList();
            long strange = read.stream().filter(line -> line.deleted == null).count();
            if (strange > 0) {
                LOG.warn("{} has {} lines that cannot be read; if bonds are back that were forgotten, forget them again", note.file(), strange);
            }
            noted = read;
        }
        return noted;
    }

    private void write(List<Line> lines) throws IOException {
        noted = null;
        if (lines.isEmpty()) {
            note.delete();
        } else {
            note.keep(lines.stream().map(Line::text).toArray(String[]::new));
        }
        noted = List.copyOf(lines);
    }
}
