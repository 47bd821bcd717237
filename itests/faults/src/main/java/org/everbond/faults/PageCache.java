package org.everbond.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** The files of a disk by name, as readers find them and as they are on the disk: changes of a folder's entries may be missing there. */
final class PageCache {
    /** A change of the folder: an entry that gets this file, or loses what it has; and the name that a renamed file gives up. */
    record Entry(Path name, CachedFile file, Path former) {
        void applyTo(Map<Path, CachedFile> names) {
            if (former != null) {
                names.remove(former, file);
            }
            if (file == null) {
                names.remove(name);
            } else {
                names.put(name, file);
            }
        }
    }

    private Map<Path, CachedFile> names = new HashMap<>();
    private Map<Path, CachedFile> durableNames = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    /** What stands in the lock files, which nobody flushes. That such a file exists matters to nobody, so its name is always there. */
    private final Map<Path, CachedFile> notes = new TreeMap<>();

    /** A file, and its folder, that have reached the disk. */
    void put(Path path, byte[] octets) {
        var file = CachedFile.of(octets);
        var folder = CachedFile.folder();
        for (var map : List.of(names, durableNames)) {
            map.put(path.getParent(), folder);
            map.put(path, file);
        }
    }

    CachedFile get(Path path) {
        return names.get(path);
    }

    Set<Path> names() {
        return names.keySet();
    }

    void change(Entry entry) {
        entry.applyTo(names);
        entries.add(entry);
    }

    /** The entries of this folder reach the disk. */
    void sync(Path folder) {
        for (var entry : List.copyOf(entries)) {
            if (entry.name.getParent().equals(folder)) {
                entry.applyTo(durableNames);
                entries.remove(entry);
            }
        }
    }

    /** All changes of entries that have not reached the disk are taken back. */
    void dropEntries() {
        entries.clear();
        names = new HashMap<>(durableNames);
    }

    /** What stands in this lock file; null for nothing. */
    CachedFile note(Path lockFile) {
        return notes.get(lockFile);
    }

    CachedFile noteToWrite(Path lockFile) {
        return notes.computeIfAbsent(lockFile, path -> CachedFile.empty());
    }

    /** What a reader would find, but for files that are only in the making. */
    String fingerprint() {
        var text = new StringBuilder();
        names.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(file -> text.append(file.getKey()).append(
                file.getKey().toString().endsWith(".tmp") ? "" : print(file.getValue().octets())).append(' '));
        notes.forEach((file, note) -> text.append(file).append(print(note.octets())).append(' '));
        return text.toString();
    }

    private static String print(byte[] octets) {
        var crc = new CRC32C();
        crc.update(octets);
        return octets.length + "/" + crc.getValue() + "/" + Arrays.hashCode(octets);
    }

    /** How many things are not on the disk for sure: folder entries, sectors and lengths. */
    int units() {
        return entries.size() + files().stream().mapToInt(CachedFile::units).sum();
    }

    private Set<CachedFile> files() {
        var files = new LinkedHashSet<>(durableNames.values());
        entries.stream().filter(entry -> entry.file != null).forEach(entry -> files.add(entry.file));
        files.addAll(notes.values());
        return files;
    }

    /** What is found when the power is back, with those of the {@link #units} that survived. */
    PageCache afterPowerLoss(boolean[] survived) {
        int unit = 0;
        var found = new HashMap<>(durableNames);
        for (var entry : entries) {
            if (survived[unit++]) {
                entry.applyTo(found);
            }
        }
        var images = new HashMap<CachedFile, CachedFile>();
        for (var file : files()) {
            int units = file.units();
            images.put(file, file.afterPowerLoss(Arrays.copyOfRange(survived, unit, unit + units)));
            unit += units;
        }
        found.replaceAll((path, file) -> images.get(file));
        // Whatever is in a folder without a name is lost with it.
        Set.copyOf(found.keySet()).stream()
                .filter(path -> path.getNameCount() > 1 && !found.containsKey(path.getParent()))
                .forEach(found::remove);
        var next = new PageCache();
        next.names = found;
        next.durableNames = new HashMap<>(found);
        notes.forEach((path, note) -> next.notes.put(path, images.get(note)));
        return next;
    }
}
