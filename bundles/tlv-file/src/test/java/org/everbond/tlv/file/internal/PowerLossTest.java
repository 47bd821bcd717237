package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.everbond.faults.BtstackModel;
import org.everbond.faults.CrashDisk;
import org.everbond.faults.CrashDisk.Fault;
import org.everbond.faults.CrashDisk.Stopped;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power goes, or the process, at every octet of everything that is written, and of what was not flushed any part may survive;
 * or an operation fails in every way known. Afterwards what was acknowledged is there, every value is the old or the new one, what a
 * reader has seen stays, what was damaged is kept; and BTstack finds the same, writes, and gives it back.
 */
class PowerLossTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final Path PLACE = Path.of("/data/bonds.tlv");
    private static final int OTHERS = 0x41414141;
    private static final int AFTERWARDS = 0x42424242;
    private static final int MAGIC = 8;
    private static final int STEPS = 8;

    /** What is there before. */
    enum Start {
        NOTHING {
            @Override
            byte[] file() {
                return null;
            }
        },
        /** Records of BTstack, and a torn one. */
        TORN_BY_BTSTACK {
            @Override
            byte[] file() {
                var file = new ByteArrayOutputStream();
                file.writeBytes("BTstack\0".getBytes());
                file.writeBytes(BtstackModel.record(OTHERS + 1, new byte[] {1, 2, 3}));
                file.writeBytes(BtstackModel.record(Tags.LE_DEVICE + 9, value(99, 100)));
                file.writeBytes(Arrays.copyOf(BtstackModel.record(Tags.LE_DEVICE + 8, value(98, 100)), 77));
                return file.toByteArray();
            }
        },
        /** So much history that the file is written anew in the course of the story. */
        LONG_HISTORY {
            @Override
            byte[] file() {
                var file = new ByteArrayOutputStream();
                file.writeBytes("BTstack\0".getBytes());
                while (file.size() < 64 * 1024 - 2500) {
                    file.writeBytes(BtstackModel.record(OTHERS, value(file.size(), 2000)));
                }
                file.writeBytes(BtstackModel.record(OTHERS, new byte[] {1, 2, 3}));
                return file.toByteArray();
            }
        },
        /** A length field that became huge. */
        DAMAGED {
            @Override
            byte[] file() {
                var file = new ByteArrayOutputStream();
                file.writeBytes("BTstack\0".getBytes());
                file.writeBytes(BtstackModel.record(OTHERS + 1, new byte[] {1, 2, 3}));
                var broken = BtstackModel.record(0x43434343, new byte[20]);
                broken[4] = 0x7f;
                file.writeBytes(broken);
                file.writeBytes(BtstackModel.record(Tags.LE_DEVICE + 9, value(99, 100)));
                return file.toByteArray();
            }
        };

        abstract byte[] file();
    }

    private Start start;
    private int padding = 3;
    private Map<Integer, byte[]> acknowledged;
    /** What a transaction in the making, or in doubt, has put; null for a deletion. */
    private final Map<Integer, byte[]> tried = new HashMap<>();

    private final HashSet<String> seen = new HashSet<>();
    private FileBackend backend;
    private int cases;

    @ParameterizedTest
    @EnumSource
    void whateverSurvivesAPowerLossEveryBondIsTheOldOrTheNewOne(Start given) throws Exception {
        start = given;
        if (given == Start.TORN_BY_BTSTACK) {
            // The places that a record can have in a sector; -DargLine=-Deverbond.faults.step=1 tries all.
            for (padding = 1; padding <= CrashDisk.SECTOR; padding += Integer.getInteger("everbond.faults.step", 101)) {
                powerLoss(given);
            }
        } else {
            powerLoss(given);
        }
        System.out.println("file faults: " + given + ", power loss: " + cases + " cases, " + seen.size() + " different disks");
    }

    private void powerLoss(Start given) throws Exception {
        long end = Long.MAX_VALUE;
        for (long octet = 0; octet < end; octet++) {
            var disk = disk();
            disk.stopAfter = octet;
            if (!stopped(disk)) {
                end = octet;
            }
            var random = new Random(octet);
            for (var survived : disk.survivors(random)) {
                cases++;
                check(disk.afterPowerLoss(survived), false, given + ", stopped at octet " + octet + ", survived " + Arrays.toString(survived));
            }
            cases++;
            killed(disk, given + ", killed at octet " + octet);
        }
        assertThat(end).isGreaterThan(2000);
    }

    @ParameterizedTest
    @EnumSource
    void whateverFailsWhatWasAcknowledgedIsThereAndWhatWasRefusedIsNot(Start given) throws Exception {
        start = given;
        for (var fault : Fault.values()) {
            for (int failures : new int[] {1, 2, 3, 1_000_000}) {
                for (int octets : fault == Fault.EIO || fault == Fault.ENOSPC ? new int[] {0, 1, 9, 100, 600} : new int[] {0}) {
                    boolean reached = true;
                    for (int operation = 0; reached; operation++) {
                        var disk = disk();
                        disk.fault = fault;
                        disk.failing = operation;
                        disk.failures = failures;
                        disk.octetsOfFailedWrite = octets;
                        stopped(disk);
                        reached = disk.operations > operation;
                        var when = given + ", " + failures + " times " + fault + " from operation " + operation + ", " + octets + " octets";
                        var none = new boolean[disk.units()];
                        cases += 2;
                        check(disk.afterPowerLoss(none), false, when + ", caches lost");
                        disk.restart();
                        check(disk, true, when + ", caches kept");
                    }
                }
            }
        }
        System.out.println("file faults: " + given + ", failures: " + cases + " cases");
        assertThat(cases).isGreaterThan(1000);
    }

    private byte[] before() {
        var file = start.file();
        if (file != null) {
            // The first record of all, an application's, says where in a sector the others are.
            var record = BtstackModel.record(OTHERS, value(1, padding));
            int rest = file.length - MAGIC;
            file = Arrays.copyOf(file, file.length + record.length);
            System.arraycopy(file, MAGIC, file, MAGIC + record.length, rest);
            System.arraycopy(record, 0, file, MAGIC, record.length);
        }
        return file;
    }

    private CrashDisk disk() {
        var disk = new CrashDisk();
        if (start != Start.NOTHING) {
            disk.put(PLACE, before());
        }
        return disk;
    }

    /** Returns whether the story was stopped before its end. */
    private boolean stopped(CrashDisk disk) {
        acknowledged = new HashMap<>(start == Start.NOTHING ? Map.of() : LogReader.read(before()).values());
        tried.clear();
        try {
            story(disk);
            return false;
        } catch (Stopped e) {
            return true;
        }
    }

    private void story(CrashDisk disk) {
        backend = new FileBackend(disk, PLACE);
        boolean open = open() || open();
        for (int step = 0; open && step < STEPS; step++) {
            open = commit(step);
            if (!open) {
                backend.close();
                open = open() || open();
            }
        }
        backend.close();
    }

    private boolean open() {
        try {
            var found = backend.open().values();
            verify(found, "opened again");
            // Whoever asks is told this from now on.
            acknowledged = new HashMap<>(found);
            tried.clear();
            return true;
        } catch (TlvException e) {
            backend.close();
            return false;
        }
    }

    /** Bonds are made and change; after the third an idle companion goes, which is no reason to write the file anew; the last is forgotten. */
    private static List<Change> changes(int step) {
        int companion = Tags.COMPANION | step % 2;
        int bond = Tags.LE_DEVICE + 15 - step / 3;
        return switch (step) {
            case 3 -> List.of(new Change(Tags.COMPANION | 1, null));
            case STEPS - 1 -> List.of(
                    new Change(Tags.LE_DEVICE + 13, null), new Change(Tags.COMPANION, null), new Change(Tags.COMPANION | 1, null));
            default -> List.of(new Change(companion, companion(bond, value(step, 100))), new Change(bond, value(step, 100)));
        };
    }

    /** With the tag of the entry and a copy of it. */
    private static byte[] companion(int bond, byte[] entry) {
        return ByteBuffer.allocate(180).putInt(40, bond).put(47, entry).array();
    }

    /** Returns whether the backend can go on. */
    private boolean commit(int step) {
        var before = new HashMap<>(tried);
        for (var change : changes(step)) {
            tried.put(change.tag(), change.value());
        }
        try {
            backend.commit(new Batch(ID, step + 1, changes(step)));
            for (var change : changes(step)) {
                if (change.isDelete()) {
                    acknowledged.remove(change.tag());
                } else {
                    acknowledged.put(change.tag(), change.value());
                }
            }
            tried.clear();
            backend.housekeeping();
            return true;
        } catch (TlvException e) {
            if (e.reason() != Reason.IN_DOUBT) {
                tried.clear();
                tried.putAll(before);
            }
            return e.reason() == Reason.NO_SPACE;
        }
    }

    private void killed(CrashDisk disk, String when) throws Exception {
        disk.restart();
        var file = disk.get(PLACE);
        if (file != null && start != Start.DAMAGED) {
            // BTstack comes before us.
            checkBtstack(file, when + ", opened by BTstack");
        }
        check(disk, true, when);
    }

    private void check(CrashDisk disk, boolean cached, String when) throws Exception {
        if (!cached && !seen.add(fingerprint(disk))) {
            return;
        }
        var next = new FileBackend(disk, PLACE);
        var found = next.open();
        verify(found.values(), when);
        if (start == Start.DAMAGED) {
            assertThat(disk.names().stream().anyMatch(path -> Arrays.equals(disk.get(path), before())))
                    .as(when + ": what was damaged is kept").isTrue();
        }
        if (disk.fault != Fault.EIO_DONE) {
            // What a reader has seen now is not lost with the caches; only that a cache lies, another process cannot know.
            var lost = disk.afterPowerLoss(new boolean[disk.units()]);
            same(new FileBackend(lost, PLACE).open().values(), found.values(), when + ", seen, and then the power went");
        }

        var expected = new HashMap<>(found.values());
        expected.put(AFTERWARDS, new byte[] {7});
        next.commit(new Batch(ID, found.sequence() + 1, List.of(new Change(AFTERWARDS, new byte[] {7}))));
        next.close();
        var btstack = BtstackModel.open(disk.get(PLACE));
        assertThat(btstack.valid).as(when).isTrue();
        contains(btstack.live, expected, when + ", read by BTstack");
        disk.put(PLACE, appended(btstack.fileAfterOpen(disk.get(PLACE))));
        expected.put(OTHERS, new byte[] {8, 8});
        same(new FileBackend(disk, PLACE).open().values(), expected, when + ", and back from BTstack");
    }

    /** BTstack opens what is there, repairs it in its way, and appends; then it is ours again. */
    private void checkBtstack(byte[] file, String when) throws Exception {
        var btstack = BtstackModel.open(file);
        verify(btstack.live, when);
        var disk = new CrashDisk();
        disk.put(PLACE, appended(btstack.fileAfterOpen(file)));
        var back = new FileBackend(disk, PLACE).open().values();
        assertThat(back.remove(OTHERS)).as(when).containsExactly(8, 8);
        var others = acknowledged.get(OTHERS);
        if (others != null) {
            back.put(OTHERS, others);
        }
        verify(back, when + ", and back");
    }

    private static byte[] appended(byte[] file) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(file);
        out.writeBytes(BtstackModel.record(OTHERS, new byte[] {8, 8}));
        return out.toByteArray();
    }

    private String fingerprint(CrashDisk disk) {
        var text = new StringBuilder();
        disk.names().stream().sorted().forEach(path -> text.append(path).append(path.toString().endsWith(".tmp")
                ? "" : Arrays.hashCode(disk.get(path)) + "/" + disk.get(path).length).append(' '));
        acknowledged.forEach((tag, value) -> text.append(tag).append(Arrays.hashCode(value)));
        tried.forEach((tag, value) -> text.append(tag).append(Arrays.hashCode(value)));
        return text.toString();
    }

    /** Each value is the acknowledged one or the one that was tried; nothing else is there. */
    private void verify(Map<Integer, byte[]> found, String when) {
        var tags = new ArrayList<>(found.keySet());
        tags.addAll(acknowledged.keySet());
        for (int tag : tags) {
            if (Tags.isBookkeeping(tag)) {
                continue;
            }
            var value = found.get(tag);
            boolean sound = Arrays.equals(value, acknowledged.get(tag)) || tried.containsKey(tag) && Arrays.equals(value, tried.get(tag));
            if (!sound) {
                throw new AssertionError(when + ": " + Tags.name(tag) + " is "
                        + (value == null ? "not there" : value.length + " octets of " + value[0]));
            }
        }
    }

    private static void same(Map<Integer, byte[]> found, Map<Integer, byte[]> expected, String when) {
        assertThat(found.keySet()).as(when).isEqualTo(expected.keySet());
        contains(found, expected, when);
    }

    private static void contains(Map<Integer, byte[]> found, Map<Integer, byte[]> expected, String when) {
        expected.forEach((tag, value) -> {
            if (!Arrays.equals(found.get(tag), value)) {
                throw new AssertionError(when + ": " + Tags.name(tag));
            }
        });
    }

    private static byte[] value(int step, int length) {
        var value = new byte[length];
        Arrays.fill(value, (byte) (step + 1));
        return value;
    }
}
