package org.everbond.faults;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.spi.Confirmed;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.everbond.tlv.spi.TlvBackend.Image;

/**
 * A store's life on a disk that fails, the same for each kind of backend. Whatever happens, afterwards what was acknowledged is there, and
 * nothing that was forgotten; what was refused is not there; a batch in the making is there whole or not at all where the backend
 * promises that, else each value is the old or the new one; what a reader has seen stays; what was damaged is kept; nobody is told of a
 * loss; and the store takes the next batch.
 */
public final class BackendSweep extends FaultSweep {
    /** The identity of the store. */
    public static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));

    private static final int AFTERWARDS = 0x42424242;
    private static final byte[] VALUE_AFTERWARDS = {7};

    /** What happens next in the story. */
    public sealed interface Step permits Run, Commit {}

    /** The program starts anew, so configured. */
    public record Run(Function<Disk, TlvBackend> backend) implements Step {}

    /** Changes that are to become durable together. */
    public record Commit(StoreId id, List<Change> changes) implements Step {}

    /** What else must be true of the disk after it was written to again. */
    @FunctionalInterface
    public interface Inspection {
        void inspect(CrashDisk disk) throws Exception;
    }

    private final Path place;
    private final byte[] before;
    private final List<Step> steps;
    private Inspection inspection = disk -> {};
    private boolean damaged;

    private Function<Disk, TlvBackend> configured;
    private TlvBackend backend;
    private StoreId id;
    private long sequence;
    private Promised promised;

    /**
     * @param before the store's file as it is found; null for none
     * @param steps the first of them a {@link Run}
     */
    public BackendSweep(String name, Path place, byte[] before, List<Step> steps) {
        super(name);
        this.place = place;
        this.before = before;
        this.steps = List.copyOf(steps);
    }

    /** Looks at each disk with other eyes, too. */
    public BackendSweep inspectedBy(Inspection with) {
        inspection = with;
        return this;
    }

    /**
     * Bonds that come, are replaced and forgotten, with companions; single values; a long value.
     *
     * @param entry octets of an entry in BTstack's device DB, 60 or 100
     */
    public static List<Step> usual(Function<Disk, TlvBackend> backend, int entry) {
        int companion = 0xe9000000;
        int bond = Tags.LE_DEVICE + 15;
        int other = Tags.LE_DEVICE + 14;
        return List.of(
                new Run(backend),
                commit(put(companion, 1, 180), put(bond, 1, entry)),
                commit(put(Tags.CCC, 2, 8)),
                commit(put(companion + 1, 3, 180), put(bond, 3, entry)),
                commit(put(companion + 2, 4, 180), put(other, 4, entry), delete(Tags.CCC)),
                new Run(backend),
                commit(delete(bond), delete(companion), delete(companion + 1)),
                commit(put(Tags.CCC, 6, 8)),
                commit(delete(Tags.CCC)),
                commit(put(0x41414141, 8, 700)));
    }

    public static Step commit(Change... changes) {
        return new Commit(ID, List.of(changes));
    }

    /** A value of that length, unlike any other. */
    public static Change put(int tag, int salt, int length) {
        var value = new byte[length];
        new Random(salt * 4096L + length).nextBytes(value);
        return new Change(tag, value);
    }

    public static Change delete(int tag) {
        return new Change(tag, null);
    }

    @Override
    protected CrashDisk disk() {
        var disk = new CrashDisk();
        if (before != null) {
            disk.put(place, before);
        }
        return disk;
    }

    @Override
    protected void story(CrashDisk disk) throws Exception {
        configured = ((Run) steps.get(0)).backend();
        id = null;
        sequence = 0;
        var found = open(configured, disk());
        damaged = !found.setAside().isEmpty();
        promised = new Promised(found.values());
        backend = null;
        boolean open = true;
        // Nobody configures the next run before this one has served.
        for (var step = steps.iterator(); open && step.hasNext();) {
            open = done(step.next(), disk);
        }
        close();
        if (disk.operations < disk.failing) {
            forgottenKeysAreGone(disk);
        }
    }

    /** Returns whether the story can go on. */
    private boolean done(Step step, CrashDisk disk) {
        if (step instanceof Run run) {
            close();
            configured = run.backend();
            backend = configured.apply(disk);
            return reopened();
        }
        return commit((Commit) step) || reopened();
    }

    private static Image open(Function<Disk, TlvBackend> configured, CrashDisk disk) throws TlvException {
        var backend = configured.apply(disk);
        try {
            return backend.open();
        } finally {
            backend.close();
        }
    }

    private void close() {
        if (backend != null) {
            backend.close();
        }
        backend = null;
    }

    /** Opens the store as the store in front does: again when it fails. */
    private boolean reopened() {
        for (int attempt = 0; attempt < 2; attempt++) {
            backend.close();
            try {
                var found = backend.open();
                verify(backend, found, "opened again");
                promised = new Promised(found.values());
                return true;
            } catch (TlvException e) {
                // The next attempt may succeed.
            }
        }
        return false;
    }

    /** Returns whether the backend can go on. */
    private boolean commit(Commit commit) {
        promised.tries(commit.changes());
        try {
            backend.commit(new Batch(commit.id(), sequence + 1, commit.changes()));
            promised.acknowledged();
            id = commit.id();
            sequence++;
            backend.note(new Confirmed(id, 0, sequence).encode());
        } catch (TlvException e) {
            if (e.reason() != Reason.IN_DOUBT) {
                promised.refused();
            }
            return e.reason() != Reason.IN_DOUBT && e.reason() != Reason.CHANGED;
        }
        try {
            backend.housekeeping();
            return true;
        } catch (TlvException e) {
            return false;
        }
    }

    @Override
    protected String expectation() {
        return promised.toString();
    }

    @Override
    protected void check(CrashDisk disk, String when) throws Exception {
        var content = disk.get(place);
        var next = configured.apply(disk);
        var found = next.open();
        verify(next, found, when);
        if (!cacheLies(disk)) {
            var lost = disk.afterPowerLoss(new boolean[disk.units()]);
            same(open(configured, lost), found.values(), when + ", seen, and then the power went");
        }
        var expected = new HashMap<>(found.values());
        expected.put(AFTERWARDS, VALUE_AFTERWARDS);
        var owner = found.id() == null ? ID : found.id();
        next.commit(new Batch(owner, found.sequence() + 1, List.of(new Change(AFTERWARDS, VALUE_AFTERWARDS))));
        next.close();
        if (damaged) {
            isKept(disk, before, when);
        }
        if (!found.setAside().isEmpty()) {
            isKept(disk, content, when + " " + found.setAside());
        }
        var again = cacheLies(disk) ? disk : disk.afterPowerLoss(new boolean[disk.units()]);
        var back = open(configured, again);
        same(back, expected, when + ", and one more");
        inspection.inspect(again);
        demand(back.setAside().isEmpty(), when + ", and one more: " + back.setAside());
    }

    private void verify(TlvBackend opened, Image found, String when) {
        demand(opened.info().atomicBatch() ? promised.isKeptAsAWhole(found.values()) : promised.isKeptByValue(found.values()),
                when + ": " + promised.differences(found.values()));
        // In a log, sectors that are missing before others look damaged.
        demand(damaged || !opened.info().atomicBatch() || found.setAside().isEmpty(), when + ": " + found.setAside());
        demand(found.sequence() >= sequence, when + ": sequence " + found.sequence() + ", confirmed was " + sequence);
        var findings = opened.remains().findings(place.toString(), found);
        demand(findings.lost().isEmpty(), when + ": " + findings.lost());
        demand(findings.notices().stream().allMatch(notice -> notice.contains("as after a power cut")), when + ": " + findings.notices());
    }

    private static void isKept(CrashDisk disk, byte[] content, String when) {
        demand(disk.names().stream().anyMatch(path -> Arrays.equals(disk.get(path), content)), when + ": what was damaged is not kept");
    }

    private static void same(Image found, Map<Integer, byte[]> expected, String when) {
        demand(Promised.text(found.values()).equals(Promised.text(expected)), when + ": other values are there");
    }

    /** At the end of a story without failures: nothing of a bond that was forgotten is in any file. */
    private void forgottenKeysAreGone(CrashDisk disk) {
        for (var step : steps) {
            if (step instanceof Commit commit) {
                for (var change : commit.changes()) {
                    if (!change.isDelete() && Tags.holdsKeys(change.tag()) && !promised.holds(change.tag())) {
                        disk.names().forEach(path -> demand(!contains(disk.get(path), change.value()),
                                path + " still holds " + Tags.name(change.tag()) + ", which was forgotten"));
                    }
                }
            }
        }
    }

    private static boolean contains(byte[] file, byte[] value) {
        for (int at = 0; at + value.length <= file.length; at++) {
            if (Arrays.equals(file, at, at + value.length, value, 0, value.length)) {
                return true;
            }
        }
        return false;
    }

    private static void demand(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
