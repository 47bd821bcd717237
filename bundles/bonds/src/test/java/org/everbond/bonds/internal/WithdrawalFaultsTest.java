package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.newBond;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.faults.CrashDisk;
import org.everbond.faults.FaultSweep;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.file.FileStore;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackend.Batch;
import org.junit.jupiter.api.Test;

/**
 * A newcomer evicts a bond, its peer rejects a key, the evicted one comes back, and the power goes anywhere in that: there is always the one or
 * the other in its place, and nobody else is touched.
 */
class WithdrawalFaultsTest {
    private static final Path FILE = Path.of("/data/bonds.tlv");
    private static final BondOptions THREE = BondOptions.DEFAULT.withCapacity(3);

    @Test
    void aPowerCutNeverLeavesNeitherTheNewcomerNorTheEvicted() throws Exception {
        new Sweep().powerLoss();
    }

    private static final class Sweep extends FaultSweep {
        private final byte[] before;

        Sweep() throws Exception {
            super("withdrawal of a newcomer");
            var disk = new CrashDisk();
            var run = new Run(disk);
            for (int i = 1; i <= 3; i++) {
                run.bench.pair(i);
                run.write();
            }
            run.backend.close();
            before = disk.get(FILE);
        }

        @Override
        protected CrashDisk disk() {
            var disk = new CrashDisk();
            disk.put(FILE, before);
            return disk;
        }

        @Override
        protected void story(CrashDisk disk) throws Exception {
            var run = new Run(disk);
            run.write();
            var newcomer = run.bench.done(run.bench.bonds.commit(newBond(4, 1, JUST_WORKS)));
            run.write();
            run.bench.done(run.bench.bonds.withdraw(newcomer));
            run.write();
            assertThat(run.bench.bonds.list()).extracting(Bond::identity).containsExactlyInAnyOrder(address(1), address(2), address(3));
            run.backend.close();
        }

        @Override
        protected String expectation() {
            return "";
        }

        @Override
        protected void check(CrashDisk disk, String when) throws Exception {
            var bonds = new Run(disk).bench.bonds;
            assertThat(bonds.list()).as(when).hasSize(3).extracting(Bond::identity).contains(address(2), address(3));
            for (var bond : bonds.list()) {
                int peer = (int) bond.identity().value() & 0xff;
                assertThat(bonds.keys(bond.id()).orElseThrow().ltk()).as(when).isEqualTo(Bench.ltk(peer, 1));
            }
        }
    }

    /** A run of a gateway on what is in the file. */
    private static final class Run {
        final TlvBackend backend;
        final Bench bench;
        private final TestStore store = new TestStore();
        private final ArrayList<Transaction> written = new ArrayList<>();
        private long sequence;

        Run(CrashDisk disk) throws TlvException {
            backend = FileStore.on(disk, new DataFolder(FILE.getParent())).create(FILE.getFileName().toString(), Map.of());
            var image = backend.open();
            store.setAside.addAll(image.setAside());
            sequence = image.sequence();
            store.values.putAll(image.values());
            store.load();
            bench = Bench.on(store, THREE);
        }

        /** Writes what was committed since the last time. */
        void write() throws TlvException {
            for (var transaction : store.committed.subList(written.size(), store.committed.size())) {
                sequence++;
                var changes = new ArrayList<>(transaction.changes());
                transaction.buried().forEach(bond -> changes.add(new Transaction.Change(
                        0xe2000000 | (int) sequence, new Tombstone(bond.store(), bond.serial(), sequence).encode())));
                backend.commit(new Batch(store.id(), sequence, changes));
                written.add(transaction);
            }
        }
    }
}
