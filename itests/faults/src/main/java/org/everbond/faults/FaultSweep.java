package org.everbond.faults;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.everbond.faults.CrashDisk.Fault;
import org.everbond.faults.CrashDisk.Stopped;

/**
 * Tells the story of something that writes to a disk again and again. Each time the power goes, or the process is killed, at another
 * place: before each operation, at the first and the last octet of each write, and at places between, {@link #STEP} octets or more apart; or
 * another operation fails. Then it is checked what the next run finds.
 *
 * <p>{@code -DargLine=-Deverbond.faults.step=1} stops at every octet and fails in every way.
 */
public abstract class FaultSweep {
    /** Octets between two places in a write where the power goes. */
    public static final int STEP = Integer.getInteger("everbond.faults.step", 101);

    /** Whether everything is tried that there is. */
    public static final boolean EXHAUSTIVE = STEP == 1;

    /** Unless everything is tried, a long write is stopped about so often. */
    private static final int MOST_IN_A_WRITE = 30;

    /** What ends earlier has told nothing. */
    private static final int FEWEST = 10;

    private static final int FOR_GOOD = 1_000_000;

    private final String name;
    private final Set<String> seen = new HashSet<>();
    private long stories;
    private long cases;

    /** @param name for the line with the counts */
    protected FaultSweep(String name) {
        this.name = name;
    }

    /** The disk as it is before the story. */
    protected abstract CrashDisk disk();

    /** The story: takes failures as a program does, lets {@link Stopped} through, remembers what it was told. */
    protected abstract void story(CrashDisk disk) throws Exception;

    /**
     * What the run after that finds.
     *
     * @param disk on which nothing fails any more
     */
    protected abstract void check(CrashDisk disk, String when) throws Exception;

    /** What {@link #check} depends on besides the disk, so that the same is not checked twice. */
    protected abstract String expectation();

    /** Whether what is read now may not be on the disk although nobody could know: a failed flush left it in the cache. */
    protected static boolean cacheLies(CrashDisk disk) {
        return disk.fault == Fault.EIO_DONE;
    }

    /** The power goes, or the process, everywhere. */
    public final void powerLoss() throws Exception {
        start();
        var whole = disk();
        story(whole);
        for (long place : places(whole.beginnings(), whole.done)) {
            stories++;
            var disk = disk();
            disk.stopAfter = place;
            tell(disk);
            for (var survived : disk.survivors(new Random(place))) {
                cases++;
                var found = disk.afterPowerLoss(survived);
                if (seen.add(found.fingerprint() + expectation())) {
                    check(found, name + ", stopped at " + place + ", survived " + Arrays.toString(survived));
                }
            }
            cases++;
            disk.restart();
            check(disk, name + ", killed at " + place);
        }
        print("power loss");
    }

    private static SortedSet<Long> places(SortedSet<Long> beginnings, long end) {
        var places = new TreeSet<>(beginnings);
        places.add(end);
        long from = 0;
        for (long to : Set.copyOf(places).stream().sorted().toList()) {
            if (to - from > 1) {
                places.add(from + 1);
                places.add(to - 1);
                long step = EXHAUSTIVE ? 1 : Math.max(STEP, (to - from) / MOST_IN_A_WRITE);
                for (long octet = from + step; octet < to; octet += step) {
                    places.add(octet);
                }
            }
            from = to;
        }
        return places;
    }

    /** Each operation fails, once, several times or for good. */
    public final void failures() throws Exception {
        start();
        for (var fault : Fault.values()) {
            for (int failures : EXHAUSTIVE ? new int[] {1, 2, 3, FOR_GOOD} : new int[] {1, FOR_GOOD}) {
                for (int written : octets(fault)) {
                    fail(fault, failures, written);
                }
            }
        }
        print("failures");
    }

    private static int[] octets(Fault fault) {
        return switch (fault) {
            case EIO -> EXHAUSTIVE ? new int[] {0, 1, 9, 100, 600} : new int[] {0};
            case ENOSPC -> EXHAUSTIVE ? new int[] {0, 1, 9, 100, 600} : new int[] {100};
            case EIO_DONE, EIO_DROPPED -> new int[] {0};
        };
    }

    private void fail(Fault fault, int failures, int written) throws Exception {
        boolean reached = true;
        for (int operation = 0; reached; operation++) {
            stories++;
            var disk = disk();
            disk.fault = fault;
            disk.failing = operation;
            disk.failures = failures;
            disk.octetsOfFailedWrite = written;
            tell(disk);
            reached = disk.operations > operation;
            var when = name + ", " + failures + " times " + fault + " from operation " + operation + ", " + written + " octets";
            cases += 2;
            var found = disk.afterPowerLoss(new boolean[disk.units()]);
            if (seen.add(found.fingerprint() + expectation())) {
                check(found, when + ", caches lost");
            }
            disk.restart();
            if (cacheLies(disk) || seen.add("kept " + disk.fingerprint() + expectation())) {
                check(disk, when + ", caches kept");
            }
        }
    }

    private void tell(CrashDisk disk) throws Exception {
        try {
            story(disk);
        } catch (Stopped e) {
            // As it was meant.
        }
    }

    private void start() {
        seen.clear();
        stories = 0;
        cases = 0;
    }

    private void print(String what) {
        System.out.println("faults: " + name + ", " + what + ": " + stories + " stories, " + cases + " cases, " + seen.size() + " different disks");
        if (stories < FEWEST) {
            throw new AssertionError(name + ": only " + stories + " stories");
        }
    }
}
