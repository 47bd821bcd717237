package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody removes the file of a running store, or puts another one in its place: the next commit sees it, everything is written again, what was
 * there is kept, and it is told once.
 */
@Timeout(60)
class SeizedFileTest {
    private static final int COMPANION = 0xe9000000;
    private static final int BOND = Tags.LE_DEVICE | 15;

    @TempDir
    private Path folder;

    private final List<TlvBackend.Batch> attic = new CopyOnWriteArrayList<>();
    private final TlvStoreOwner owner = TlvStore.create("gateway", Options.DEFAULTS, Merge.byTag(), content -> {
        attic.add(content);
        return "the attic";
    });
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
    void aFileThatWasRemovedIsWrittenAnewWithEverything() throws Exception {
        Files.delete(file);
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        assertThat(Files.size(file)).as("on the disk before the answer").isGreaterThan(500);
        told("bonds.tlv was removed while the store was in use: everything that it holds was written there anew, and no bond is lost");
        commit(new Transaction().put(COMPANION + 2, new byte[200]));
        assertThat(store.notices()).as("once").hasSize(1);
        assertThat(afterwards()).containsOnlyKeys(Tags.ER, COMPANION, COMPANION + 1, COMPANION + 2, BOND, Tags.HISTORY);
        assertThat(attic).isEmpty();
    }

    @Test
    void aFolderThatWasMovedAwayWithItsFileIsMadeAnew() throws Exception {
        var inside = folder.resolve("data").resolve("inside.tlv");
        owner.bind(new FileBackendProvider(folder).create("data/inside.tlv", Map.of()));
        while (!store.backend().resource().endsWith("inside.tlv")) {
            commit(new Transaction().put(COMPANION + 1, new byte[200]));
        }
        Files.move(folder.resolve("data"), folder.resolve("moved"));
        commit(new Transaction().put(COMPANION + 2, new byte[200]));
        file = inside;
        assertThat(afterwards()).containsKeys(Tags.ER, COMPANION, COMPANION + 1, COMPANION + 2, BOND);
    }

    @Test
    void anotherStoreInItsPlaceIsKeptAsideAndNotMerged() throws Exception {
        var another = anotherStore();
        Files.move(another, file, StandardCopyOption.REPLACE_EXISTING);
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        told("bonds.tlv was replaced while the store was in use: it was written there again, and what was there is kept as the attic");
        assertKeptAside();
    }

    /** A copy has the same file key as before, and may be longer or shorter. */
    @Test
    void anotherStoreCopiedOverItIsKeptAsideAndNotMerged() throws Exception {
        for (int length : new int[] {1, 2000}) {
            attic.clear();
            var another = anotherStore(length);
            Files.write(file, Files.readAllBytes(another));
            Files.delete(another);
            commit(new Transaction().put(COMPANION + 1, new byte[200 + length % 100]));
            assertThat(store.notices()).last().asString()
                    .contains("while the store was in use: it was written there again, and what was there is kept as the attic");
            assertThat(attic).singleElement().satisfies(
                    kept -> assertThat(kept.changes()).anyMatch(change -> change.tag() == 0x41414141 && change.value().length == length));
        }
        assertThat(afterwards()).containsOnlyKeys(Tags.ER, COMPANION, COMPANION + 1, BOND, Tags.HISTORY);
    }

    @Test
    void whatIsNoStoreIsKeptAsItIsAndTheStoreWrittenAnew() throws Exception {
        var garbage = folder.resolve("garbage");
        Files.writeString(garbage, "this is no store at all, but somebody's letter");
        Files.move(garbage, file, StandardCopyOption.REPLACE_EXISTING);
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        told("bonds.tlv was replaced while the store was in use: everything that it holds was written there anew");
        assertThat(folder.resolve("bonds.tlv.damaged-1")).hasContent("this is no store at all, but somebody's letter");
        assertThat(afterwards()).containsOnlyKeys(Tags.ER, COMPANION, COMPANION + 1, BOND, Tags.HISTORY);
    }

    @Test
    void whatIsNoStoreAndWasCopiedOverItLikewise() throws Exception {
        var letter = "this is no store at all, but somebody's letter, and a long one".repeat(100);
        Files.writeString(file, letter);
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        told("bonds.tlv was overwritten while the store was in use: everything that it holds was written there anew");
        assertThat(folder.resolve("bonds.tlv.damaged-1")).hasContent(letter);
        assertThat(afterwards()).containsOnlyKeys(Tags.ER, COMPANION, COMPANION + 1, BOND, Tags.HISTORY);
    }

    @Test
    void aFileThatWasEmptiedIsWrittenAnew() throws Exception {
        Files.write(file, new byte[0]);
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        told("bonds.tlv was cut while the store was in use: everything that it holds was written there anew");
        assertThat(afterwards()).containsOnlyKeys(Tags.ER, COMPANION, COMPANION + 1, BOND, Tags.HISTORY);
    }

    @Test
    void whatBtstackAppendsIsNoSeizure() throws Exception {
        Files.write(file, org.everbond.faults.BtstackModel.record(Tags.LE_DEVICE | 14, new byte[60]), java.nio.file.StandardOpenOption.APPEND);
        commit(new Transaction().put(COMPANION + 1, new byte[200]));
        assertThat(store.notices()).isEmpty();
        assertThat(store.get(Tags.LE_DEVICE | 14)).hasSize(60);
    }

    private void assertKeptAside() throws Exception {
        assertThat(attic).singleElement().satisfies(
                kept -> assertThat(kept.changes()).anyMatch(change -> change.tag() == 0x41414141));
        assertThat(store.get(0x41414141)).isNull();
        assertThat(afterwards()).containsOnlyKeys(Tags.ER, COMPANION, COMPANION + 1, BOND, Tags.HISTORY);
    }

    private Path anotherStore() throws Exception {
        return anotherStore(300);
    }

    private Path anotherStore(int length) throws Exception {
        var another = TlvStore.create("another", Options.DEFAULTS);
        another.bind(new FileBackendProvider(folder).create("another.tlv", Map.of()));
        another.store().commit(new Transaction().put(0x41414141, new byte[length])).toCompletableFuture().get(20, TimeUnit.SECONDS);
        another.close();
        return folder.resolve("another.tlv");
    }

    private void told(String sentence) {
        assertThat(store.state()).isEqualTo(TlvState.READY);
        assertThat(store.notices()).singleElement().asString().contains(sentence).endsWith("; if that was not on purpose, look who touches the file");
        assertThat(store.setAside()).allMatch(each -> each.contains("damaged-N"));
    }

    private void commit(Transaction transaction) throws Exception {
        store.commit(transaction).toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** What the next run of the gateway finds. */
    private Map<Integer, byte[]> afterwards() throws Exception {
        owner.close();
        var backend = new FileBackend(Disk.system(), file);
        var image = backend.open();
        backend.close();
        assertThat(image.setAside()).isEmpty();
        return image.values();
    }
}
