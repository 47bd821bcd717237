package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.Tombstone;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Forgotten;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.StoreThreads;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is forgotten while a place serves that does not last stays forgotten when the one before is back, in whichever order that happens. */
class BurialsTest extends StoreBench {
    private static final UUID MAKER = new UUID(5, 6);

    /** A bond is one value, under its serial. */
    private static final Merge MERGE = (ours, theirs, branch) -> {
        var values = new HashMap<>(theirs.values());
        values.putAll(ours.values());
        ours.tombstones().forEach(deleted -> values.remove((int) deleted.serial()));
        theirs.tombstones().forEach(deleted -> values.remove((int) deleted.serial()));
        return new Merge.Merged(values, List.of(), List.of());
    };

    private final Map<UUID, List<Tombstone>> noted = new ConcurrentHashMap<>();
    private boolean broken;

    @BeforeEach
    void withNote() {
        restart();
    }

    /** Another process on the same note. */
    private void restart() {
        store.close();
        store = new StoreFront("test", OPTIONS, MERGE, content -> "the attic", new Forgotten() {
            @Override
            public void keep(UUID lineage, List<Tombstone> deleted) throws TlvException {
                if (broken) {
                    throw new TlvException(Reason.FAILED, "the note cannot be written");
                }
                noted.computeIfAbsent(lineage, each -> new ArrayList<>()).addAll(deleted);
            }

            @Override
            public List<Tombstone> of(UUID lineage) {
                return List.copyOf(noted.getOrDefault(lineage, List.of()));
            }

            @Override
            public void taken(UUID lineage, List<Tombstone> deleted) {
                noted.get(lineage).removeAll(deleted);
                noted.values().removeIf(List::isEmpty);
            }
        }, StoreThreads.system("everbond-store-test"));
    }

    private static FakeBackend passing(String name) {
        var passing = new FakeBackend(name);
        passing.info = new BackendInfo("fake", name, 1000, 100_000, true, false);
        return passing;
    }

    private void serve(FakeBackend backend) throws Exception {
        store.bind(backend);
        await(() -> store.state() == TlvState.READY && store.backend().resource().equals(backend.info.resource()));
    }

    private void bondsOneAndTwo(FakeBackend lasting) throws Exception {
        serve(lasting);
        get(store.commit(put(1)));
        get(store.commit(put(2)));
    }

    private void forget(int bond) throws Exception {
        get(store.commit(new Transaction().byDecision().delete(bond).bury(MAKER, bond)));
    }

    @Test
    void afterARestartTheOldPlaceForgetsItBeforeItServes() throws Exception {
        bondsOneAndTwo(backend);
        serve(passing("memory"));
        forget(1);
        restart();
        assertThat(backend.values).as("nobody has told it").containsKey(1);

        serve(backend);

        assertThat(store.tags()).containsExactly(2);
        assertThat(store.tombstones()).extracting(Tombstone::serial).containsExactly(1L);
        assertThat(backend.values).doesNotContainKey(1);
        assertThat(noted).as("the note ends").isEmpty();
        get(store.commit(put(3)));
        restart();
        serve(backend);
        assertThat(store.tags()).containsExactly(2, 3);
    }

    @Test
    void withoutARestartTheStoreItselfTellsThePlaceAndTheNoteEnds() throws Exception {
        bondsOneAndTwo(backend);
        var memory = passing("memory");
        serve(memory);
        forget(1);
        assertThat(noted).hasSize(1);
        store.unbind(backend);
        serve(backend);
        assertThat(store.tags()).containsExactly(2);
        assertThat(backend.values).doesNotContainKey(1);
        assertThat(noted).isEmpty();
    }

    @Test
    void anotherPlaceInBetweenTakesNothingThatItIsNotTheHeirOf() throws Exception {
        bondsOneAndTwo(backend);
        serve(passing("memory"));
        forget(1);
        restart();
        serve(passing("memory"));
        get(store.commit(put(7)));
        var other = new FakeBackend("other");
        serve(other);
        get(store.commit(put(8)));
        assertThat(noted).as("another lineage").hasSize(1);

        serve(backend);
        assertThat(store.tags()).containsExactly(2, 7, 8);
        assertThat(noted).isEmpty();
        restart();
        serve(other);
        serve(backend);
        assertThat(store.tags()).containsExactly(2, 7, 8);
    }

    @Test
    void whatIsPairedAnewAfterItWasForgottenIsAnotherBondAndStays() throws Exception {
        bondsOneAndTwo(backend);
        serve(passing("memory"));
        forget(1);
        get(store.commit(put(3)));
        store.unbind(backend);
        serve(backend);
        assertThat(store.tags()).containsExactly(2, 3);
    }

    @Test
    void onlyDecisionsAreNotedAndOnlyWhereAnOlderPlaceMayBringThemBack() throws Exception {
        serve(passing("memory"));
        get(store.commit(put(1)));
        forget(1);
        assertThat(noted).as("nobody else has ever had it").isEmpty();
        serve(backend);
        get(store.commit(put(2)));
        get(store.commit(put(3)));
        forget(2);
        assertThat(noted).as("the place lasts").isEmpty();
        serve(passing("again"));
        get(store.commit(new Transaction().delete(3).bury(MAKER, 3)));
        assertThat(noted).as("evicted, for a newcomer that does not last either").isEmpty();
    }

    @Test
    void itIsForgottenAlsoWhereThatCannotBeNoted() throws Exception {
        bondsOneAndTwo(backend);
        serve(passing("memory"));
        broken = true;
        forget(1);
        assertThat(store.tags()).containsExactly(2);
    }

    @Test
    void aPlaceThatCannotForgetItDoesNotServe() throws Exception {
        bondsOneAndTwo(backend);
        serve(passing("memory"));
        forget(1);
        restart();
        backend.beforeCommit = () -> {
            throw new TlvException(Reason.FAILED, "the place is write-protected");
        };
        store.bind(backend);
        await(() -> store.state() == TlvState.DEGRADED);
        assertThat(store.stateReason()).contains("write-protected");
        assertThat(noted).hasSize(1);
        backend.beforeCommit = () -> {};
        await(() -> store.state() == TlvState.READY);
        assertThat(store.tags()).containsExactly(2);
    }

    @Test
    void aFullPlaceForgetsWithoutATombstone() throws Exception {
        bondsOneAndTwo(backend);
        serve(passing("memory"));
        forget(1);
        restart();
        backend.info = new BackendInfo("fake", "place", 1000, 40, true, true);
        serve(backend);
        assertThat(store.tags()).containsExactly(2);
        assertThat(store.tombstones()).isEmpty();
        assertThat(noted).isEmpty();
    }
}
