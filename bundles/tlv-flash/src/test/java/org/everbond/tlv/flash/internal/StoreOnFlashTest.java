package org.everbond.tlv.flash.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store in front and a flash image together. */
@Timeout(60)
class StoreOnFlashTest {
    private static final int COMPANION = 0xe9000000;
    private static final int BOND = Tags.LE_DEVICE | 15;

    @TempDir
    private Path folder;

    private final TlvStoreOwner owner = TlvStore.create("gateway", Options.DEFAULTS);
    private final TlvStore store = owner.store();

    @BeforeEach
    void start() throws Exception {
        owner.bind(backend("flash.bin"));
        commit(new Transaction().put(Tags.ER, new byte[16]).put(COMPANION, new byte[200]).put(BOND, new byte[60]));
    }

    @AfterEach
    void stop() {
        owner.close();
    }

    private TlvBackend backend(String name) {
        return new FlashBackendProvider(folder).create(name, Map.of("bank-size", "4096"));
    }

    private void commit(Transaction transaction) throws Exception {
        store.commit(transaction).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private BtstackModel btstack() throws Exception {
        return BtstackModel.open(FlashMode.OVERWRITE, 1, 4096, Files.readAllBytes(folder.resolve("flash.bin")));
    }

    @Test
    void whatIsCommittedIsThereForBtstackAndAfterARestart() throws Exception {
        var id = store.id();
        commit(new Transaction().put(Tags.CCC, new byte[8]));
        assertThat(btstack().values()).containsKeys(Tags.ER, BOND, Tags.CCC, COMPANION);
        owner.close();
        var again = TlvStore.create("again", Options.DEFAULTS);
        again.bind(backend("flash.bin"));
        again.store().commit(new Transaction()).toCompletableFuture().get(20, TimeUnit.SECONDS);
        assertThat(again.store().id()).isEqualTo(id);
        assertThat(again.store().get(Tags.CCC)).hasSize(8);
        assertThat(again.store().sequence()).isEqualTo(3);
        again.close();
    }

    @Test
    void aBondOfBtstacksIsSeenAndKept() throws Exception {
        var model = btstack();
        assertThat(model.store(Tags.LE_DEVICE | 14, new byte[60])).isTrue();
        Files.write(folder.resolve("flash.bin"), model.image());
        commit(new Transaction().put(COMPANION + 1, new byte[20]));
        assertThat(store.get(Tags.LE_DEVICE | 14)).hasSize(60);
        assertThat(btstack().values()).containsKeys(Tags.ER, BOND, Tags.LE_DEVICE | 14, COMPANION + 1);
    }

    @Test
    void manyAtOnceShareBanks() throws Exception {
        var all = new ArrayList<CompletableFuture<?>>();
        for (int i = 0; i < 50; i++) {
            all.add(store.commit(new Transaction().put(0x41410000 + i, new byte[] {(byte) i})).toCompletableFuture());
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
        for (int i = 0; i < 50; i++) {
            assertThat(btstack().get(0x41410000 + i)).containsExactly(i);
        }
    }

    @Test
    void aFullBankFailsTheCommitAndTheStoreGoesOn() throws Exception {
        assertThatThrownBy(() -> commit(new Transaction().put(0x41410000, new byte[2048]).put(0x41410001, new byte[2000])))
                .isInstanceOf(ExecutionException.class).cause().isInstanceOfSatisfying(TlvException.class, e -> {
                    assertThat(e.reason()).isEqualTo(TlvException.Reason.FULL);
                    assertThat(e).hasMessageContaining("flash.bin is full");
                });
        assertThat(store.state()).isEqualTo(TlvState.READY);
        commit(new Transaction().put(Tags.CCC, new byte[8]));
        assertThat(btstack().values()).containsKeys(Tags.ER, BOND, Tags.CCC).doesNotContainKey(0x41410000);
    }

    @Test
    void fromOneImageToAnother() throws Exception {
        commit(new Transaction().put(Tags.CCC, new byte[8]));
        var reached = new CompletableFuture<Void>();
        var listening = store.listen((state, generation) -> {
            if (store.backend().resource().endsWith("other.bin") && state == TlvState.READY) {
                reached.complete(null);
            }
        });
        owner.bind(backend("other.bin"));
        reached.get(20, TimeUnit.SECONDS);
        listening.close();
        commit(new Transaction().put(Tags.CCC + 1, new byte[8]).delete(BOND));
        var other = BtstackModel.open(FlashMode.OVERWRITE, 1, 4096, Files.readAllBytes(folder.resolve("other.bin")));
        assertThat(other.values()).containsKeys(Tags.ER, Tags.CCC, Tags.CCC + 1).doesNotContainKey(BOND);
        assertThat(store.setAside()).isEmpty();
    }
}
