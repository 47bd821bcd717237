package org.everbond.faults;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** A file, or a folder, as readers find it and as it is on the disk: sectors and a change of the length may be missing there. */
final class CachedFile {
    static final int SECTOR = 512;

    final boolean folder;
    private byte[] cached = new byte[0];
    private byte[] durable = new byte[0];
    private final TreeSet<Integer> dirty = new TreeSet<>();
    private boolean lengthChanged;

    private CachedFile(boolean folder) {
        this.folder = folder;
    }

    static CachedFile empty() {
        return new CachedFile(false);
    }

    static CachedFile folder() {
        return new CachedFile(true);
    }

    /** A file whose octets have reached the disk. */
    static CachedFile of(byte[] octets) {
        return durable(octets.clone(), false);
    }

    private static CachedFile durable(byte[] octets, boolean folder) {
        var file = new CachedFile(folder);
        file.durable = octets;
        file.cached = octets.clone();
        return file;
    }

    /** What readers find. */
    byte[] octets() {
        return cached;
    }

    void write(byte[] octets, int count, int position) {
        if (count == 0) {
            return;
        }
        if (position + count > cached.length) {
            cached = Arrays.copyOf(cached, position + count);
            lengthChanged = true;
        }
        System.arraycopy(octets, 0, cached, position, count);
        for (int sector = position / SECTOR; sector <= (position + count - 1) / SECTOR; sector++) {
            dirty.add(sector);
        }
    }

    void truncate(long size) {
        if (size < cached.length) {
            cached = Arrays.copyOf(cached, (int) size);
            lengthChanged = true;
            dirty.tailSet((int) ((size + SECTOR - 1) / SECTOR), true).clear();
        }
    }

    void force() {
        durable = content(dirty, true);
        settled();
    }

    /** The cache takes its sectors for clean, and they never reach the disk, where only the length is right. */
    void forceInVain() {
        durable = Arrays.copyOf(durable, cached.length);
        settled();
    }

    /** What was not flushed is taken back. */
    void drop() {
        cached = durable.clone();
        settled();
    }

    private void settled() {
        dirty.clear();
        lengthChanged = false;
    }

    /** How many things of it are not on the disk for sure. */
    int units() {
        return dirty.size() + (lengthChanged ? 1 : 0);
    }

    /** The file that is found when the power is back: with those units, of which there are {@link #units}, sectors first. */
    CachedFile afterPowerLoss(boolean[] survived) {
        int unit = 0;
        var kept = new TreeSet<Integer>();
        for (int sector : dirty) {
            if (survived[unit++]) {
                kept.add(sector);
            }
        }
        return durable(content(kept, lengthChanged && survived[unit]), folder);
    }

    /** A sector that did not reach the disk is what it was before, or zeros where nothing was; so is one beyond the old length. */
    private byte[] content(Set<Integer> kept, boolean length) {
        int size = length || !lengthChanged ? cached.length : durable.length;
        var content = Arrays.copyOf(durable, size);
        for (int sector : kept) {
            int from = sector * SECTOR;
            int to = Math.min(Math.min(from + SECTOR, cached.length), size);
            if (to > from) {
                System.arraycopy(cached, from, content, from, to - from);
            }
        }
        return content;
    }
}
