package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a file lost while no gateway ran: the end of a write that was not finished is left out and told; what was confirmed and is missing
 * (T-B16: an older copy was put back) is told as damage.
 */
@Timeout(60)
class MissingTest {
    private static final int COMPANION = 0xe9000000;
    private static final int BOND = Tags.LE_DEVICE | 15;

    @TempDir
    private Path folder;

    private Path file;
    private Path lock;

    /** What a run of the gateway was told when it had loaded the store. */
    private record Told(List<String> notices, List<String> setAside, List<Integer> tags) {
        void nothing() {
            assertThat(notices).isEmpty();
            assertThat(setAside).isEmpty();
        }

        /** Harmless: a store in which nothing is left is a new one. */
        String notice() {
            assertThat(setAside).isEmpty();
            assertThat(notices).hasSize(1);
            return notices.get(0);
        }

        /** Damage: a store in which nothing is left is not a new one. */
        String damage() {
            assertThat(notices).isEmpty();
            assertThat(setAside).hasSize(1);
            return setAside.get(0);
        }
    }

    @BeforeEach
    void bond() throws Exception {
        file = folder.resolve("bonds.tlv");
        lock = folder.resolve("bonds.tlv.lock");
        run(bonded(0)).nothing();
    }

    @Test
    void aStoreThatIsAsItWasLeftHasNothingToTell() throws Exception {
        run(bonded(1)).nothing();
        run().nothing();
        run(bonded(2)).nothing();
    }

    @Test
    void aRecordThatWasNotFinishedIsLeftOutAndToldOnce() throws Exception {
        long size = Files.size(file);
        Files.write(file, new byte[] {'B', 'T', 'D', 1, 0, 0, 0, 60, 9, 9, 9}, StandardOpenOption.APPEND);

        var notice = run().notice();
        assertThat(notice).startsWith(file + ": ")
                .contains("the last 11 octets, from offset " + size + " on, are no complete record and were left out")
                .contains("nothing that was confirmed is lost").contains("put a whole copy back");
        assertThat(file).as("nothing is written before there is something to write").hasSize(size + 11);

        assertThat(run(bonded(1)).notice()).isEqualTo(notice);
        run().nothing();
    }

    @Test
    void aTransactionThatWasNotFinishedIsToldWithWhatThereIsOfIt() throws Exception {
        var before = Files.readAllBytes(file);
        var noted = Files.readAllBytes(lock);
        run(bonded(1));
        var after = Files.readAllBytes(file);
        Files.write(lock, noted);
        for (int cut = before.length + 1; cut < after.length; cut++) {
            Files.write(file, Arrays.copyOf(after, cut));
            var notice = run().notice();
            assertThat(notice).contains(": the last ").doesNotContain("null");
            if (cut == after.length - 1) {
                assertThat(notice).contains("the last transaction (2) has 2 of its 3 records, and the last 107 octets, from offset "
                        + (after.length - 108) + " on, are no complete record");
            }
            if (cut == after.length - 108) {
                assertThat(notice).contains("the last transaction (2) has 2 of its 3 records, as after").doesNotContain("octets");
            }
        }
    }

    @Test
    void aStoreCutInItsFirstTransactionIsNewAndSaysSo() throws Exception {
        var whole = Files.readAllBytes(file);
        for (int cut = 0; cut < whole.length; cut++) {
            Files.delete(lock);
            Files.write(file, Arrays.copyOf(whole, cut));
            var told = run();
            if (cut == LogWriter.HEADER) {
                told.nothing(); // As a store is that was made and not written to.
            } else {
                assertThat(told.notice()).as("cut after %d octets", cut).startsWith(file + ": ").contains(", as after a power cut");
            }
        }
    }

    @Test
    void tB16_anOlderCopyThatWasPutBackIsToldAsDamage() throws Exception {
        var older = Files.readAllBytes(file);
        run(bonded(1));
        run(new Transaction().delete(BOND).delete(COMPANION));
        Files.write(file, older);

        var told = run();
        assertThat(told.damage()).startsWith(file + " holds transaction 1, but transaction 3 of store ")
                .contains("an older copy was put back").contains("put the newer file back");
        assertThat(told.tags()).contains(BOND);
        assertThat(run().damage()).as("again, until it is decided").isEqualTo(told.damage());

        assertThat(run(bonded(2)).setAside()).hasSize(1);
        run().nothing();
    }

    @Test
    void tB16_aCopyThatWasUsedElsewhereMeanwhileIsNoNewerOne() throws Exception {
        Files.copy(file, folder.resolve("elsewhere.tlv"));
        run(bonded(1));
        for (int i = 2; i < 6; i++) {
            run("elsewhere.tlv", bonded(i));
        }
        Files.move(folder.resolve("elsewhere.tlv"), file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(run().damage()).contains("holds transaction 5, but transaction 2 of store ");
    }

    @Test
    void aCopyThatWentOnElsewhereAndCameBackIsFine() throws Exception {
        run(bonded(1));
        Files.move(file, folder.resolve("elsewhere.tlv"));
        for (int i = 2; i < 22; i++) {
            run("elsewhere.tlv", bonded(i)).nothing();
        }
        Files.move(folder.resolve("elsewhere.tlv"), file);

        run().nothing();
    }

    @Test
    void aFileCutInWhatWasConfirmedIsToldAsDamageAndKept() throws Exception {
        var before = Files.readAllBytes(file).length;
        run(bonded(1));
        var after = Files.readAllBytes(file);
        for (int cut = before; cut < after.length; cut++) {
            var noted = Files.readAllBytes(lock);
            Files.write(file, Arrays.copyOf(after, cut));
            assertThat(run().damage()).as("cut after %d octets", cut).contains("but transaction 2 of store ").contains("the end was cut off");
            Files.write(lock, noted);
        }
        var cut = Arrays.copyOf(after, after.length - 1);
        Files.write(file, cut);

        assertThat(run(bonded(2)).damage()).contains("kept as bonds.tlv.damaged-N");
        assertThat(folder.resolve("bonds.tlv.damaged-1")).hasBinaryContent(cut);
        run().nothing();
    }

    @Test
    void aFileThatWasEmptiedIsDamagedNotNew() throws Exception {
        var whole = Files.readAllBytes(file);
        for (int size = 0; size < whole.length; size++) {
            Files.write(file, Arrays.copyOf(whole, size));
            assertThat(run().damage()).as("cut after %d octets", size).contains(size < 61
                    ? "is empty, but transaction 1 of store "
                    : "holds transaction 0, but transaction 1 of store ");
        }
    }

    @Test
    void aFileThatWasRemovedMakesRoomForANewStore() throws Exception {
        Files.delete(file);

        assertThat(run().notice()).contains("was not there any more, and a new store was begun").contains("transaction 1 of store ");
        run(bonded(1));
        run().nothing();
    }

    @Test
    void anotherStoreInTheSamePlaceIsTold() throws Exception {
        Files.move(file, folder.resolve("former.tlv"));
        Files.delete(lock);
        run(bonded(1));
        Files.move(folder.resolve("former.tlv"), file, StandardCopyOption.REPLACE_EXISTING);

        assertThat(run().notice()).contains("holds another store than when this gateway wrote to it last");
        run(bonded(2));
        run().nothing();
    }

    /** As the documentation says: whoever puts both files back, or can write to the folder, is not noticed. */
    @Test
    void theStoreAndItsLockFilePutBackTogetherAreNotNoticed() throws Exception {
        var older = Files.readAllBytes(file);
        var noted = Files.readAllBytes(lock);
        run(bonded(1));
        Files.write(file, older);
        Files.write(lock, noted);

        run().nothing();
    }

    @Test
    void aLockFileThatCannotBeReadIsNoEvidence() throws Exception {
        var older = Files.readAllBytes(file);
        run(bonded(1));
        var noted = Files.readString(lock);
        Files.write(file, older);
        for (var garbage : List.of("", "1\n", noted.replace(" 2 ", " 3 "), noted.substring(0, noted.length() - 1), "x".repeat(100_000), noted + noted)) {
            Files.writeString(lock, garbage);
            if (garbage.equals(noted + noted)) {
                assertThat(run().damage()).contains("transaction 2");
            } else {
                run().nothing();
            }
        }
    }

    @Test
    void theRunningStoreWinsOverAnOlderCopyAndHasLostNothing() throws Exception {
        var owner = TlvStore.create("gateway", Options.DEFAULTS);
        load(owner, "bonds.tlv");
        var older = Files.readAllBytes(file);
        commit(owner, bonded(1));
        Files.write(file, older);
        commit(owner, bonded(2));

        assertThat(owner.store().setAside()).isEmpty();
        assertThat(owner.store().notices()).singleElement().asString().contains("was cut while the store was in use: it has everything that was there");
        owner.close();
        assertThat(run().tags()).contains(COMPANION + 1, COMPANION + 2);
    }

    private static Transaction bonded(int peer) {
        return new Transaction().put(COMPANION + peer, new byte[200]).put(BOND - peer, new byte[100]);
    }

    private Told run(Transaction... transactions) throws Exception {
        return run("bonds.tlv", transactions);
    }

    /** One run of the gateway. */
    private Told run(String name, Transaction... transactions) throws Exception {
        var owner = TlvStore.create("gateway", Options.DEFAULTS);
        try {
            load(owner, name);
            for (var transaction : transactions) {
                commit(owner, transaction);
            }
            var store = owner.store();
            return new Told(store.notices(), store.setAside(), Arrays.stream(store.tags()).boxed().toList());
        } finally {
            owner.close();
        }
    }

    private void load(TlvStoreOwner owner, String name) throws InterruptedException {
        var ready = new CountDownLatch(1);
        owner.store().listen((state, generation) -> {
            if (state == TlvState.READY) {
                ready.countDown();
            }
        });
        owner.bind(new FileBackendProvider(folder).create(name, Map.of()));
        assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private static void commit(TlvStoreOwner owner, Transaction transaction) throws Exception {
        owner.store().commit(transaction).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
