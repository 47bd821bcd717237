package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.everbond.faults.BtstackModel;
import org.everbond.tlv.Tags;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store in front and a real file together, while others meddle with the file. */
@Timeout(60)
class StoreOnFileTest {
    private static final int COMPANION = 0xe9000000;
    private static final int BOND = Tags.LE_DEVICE | 15;

    @TempDir
    private Path folder;

    private final TlvStoreOwner owner = TlvStore.create("gateway", Options.DEFAULTS);
    private final TlvStore store = owner.store();
    private Path file;

    @BeforeEach
    void start() throws Exception {
        file = folder.resolve("bonds.tlv");
        owner.bind(new FileBackendProvider(folder).create("bonds.tlv", Map.of()));
        commit(new Transaction().put(Tags.ER, new byte[16]).put(COMPANION, new byte[200]).put(BOND, new byte[100]));
    }

    @AfterEach
    void stop() {
        owner.close();
    }

    @Test
    void aBondThatBtstackAppendsMeanwhileIsSeenAndKept() throws Exception {
        Files.write(file, BtstackModel.record(Tags.LE_DEVICE | 14, new byte[60]), StandardOpenOption.APPEND);
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        assertThat(store.get(Tags.LE_DEVICE | 14)).hasSize(60);
        assertThat(store.generation()).isEqualTo(2);
        assertThat(restarted()).contains(Tags.LE_DEVICE | 14, COMPANION + 1, BOND);
    }

    @Test
    void afterARewriteByBtstackNothingIsLostEither() throws Exception {
        // A torn record makes BTstack write the file anew, in another order.
        Files.write(file, new byte[] {'B', 'T', 'D'}, StandardOpenOption.APPEND);
        var torn = Files.readAllBytes(file);
        Files.write(file, BtstackModel.open(torn).fileAfterOpen(torn));
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        assertThat(store.state()).isEqualTo(TlvState.READY);
        assertThat(restarted()).contains(Tags.ER, COMPANION, COMPANION + 1, BOND);
    }

    @Test
    void aFileThatIsRemovedUnderTheRunningGatewayIsWrittenAgain() throws Exception {
        Files.delete(file);
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        assertThat(restarted()).contains(Tags.ER, COMPANION, COMPANION + 1, BOND);
    }

    @Test
    void anOlderCopyPutInPlaceOfTheRunningStoreDoesNotBringForgottenBondsBack() throws Exception {
        var copy = folder.resolve("copy");
        Files.copy(file, copy);
        commit(new Transaction().delete(BOND).delete(COMPANION));
        Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        assertThat(store.get(BOND)).isNull();
        assertThat(restarted()).contains(Tags.ER, COMPANION + 1).doesNotContain(BOND, COMPANION);
    }

    @Test
    void theIdentityOfTheStoreStaysTheSameThroughRestarts() throws Exception {
        var id = store.id();
        long sequence = store.sequence();
        restarted();
        var again = TlvStore.create("again", Options.DEFAULTS);
        again.bind(new FileBackendProvider(folder).create("bonds.tlv", Map.of()));
        again.store().commit(new Transaction()).toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(again.store().id()).isEqualTo(id);
        assertThat(again.store().sequence()).isEqualTo(sequence + 1);
        again.close();
    }

    private void commit(Transaction transaction) throws Exception {
        store.commit(transaction).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** The tags that the next run of the gateway finds; it is as if this one had ended. */
    private Integer[] restarted() throws Exception {
        owner.close();
        var backend = new FileBackend(Disk.system(), file);
        var image = backend.open();
        backend.close();
        assertThat(image.setAside()).isEmpty();
        return image.values().keySet().toArray(Integer[]::new);
    }
}
