package org.everbond.tlv.sealed.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.sealed.spi.StoreKeyProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedBackendTest {
    private static final StoreId ID = new StoreId(new UUID(1, 2), new UUID(3, 4));
    private static final byte[] LTK = "a key to be found".getBytes(US_ASCII);
    private static final String PASSWORD = "swordfish";

    @TempDir
    Path folder;

    private SealedBackendProvider provider;
    private long sequence;

    @BeforeEach
    void keyStore() throws Exception {
        provider = new SealedBackendProvider(folder);
        provider.bindStore(new FileBackendProvider(folder));
        Files.writeString(folder.resolve("keys.pw"), PASSWORD + "\nthis is not part of it\n", UTF_8);
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (String alias : List.of("everbond", "other", "new")) {
            store.setEntry(alias, new KeyStore.SecretKeyEntry(new SecretKeySpec(Arrays.copyOf(alias.getBytes(UTF_8), 32), "AES")),
                    new KeyStore.PasswordProtection(PASSWORD.toCharArray()));
        }
        try (OutputStream out = Files.newOutputStream(folder.resolve("keys.p12"))) {
            store.store(out, PASSWORD.toCharArray());
        }
    }

    private TlvBackend sealed(String... more) {
        var options = new HashMap<>(Map.of("keystore", "keys.p12", "passwordFile", "keys.pw"));
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return provider.create("file:bonds.tlv", options);
    }

    private void commit(TlvBackend backend, Change... changes) throws TlvException {
        backend.commit(new TlvBackend.Batch(ID, ++sequence, List.of(changes)));
    }

    private Map<Integer, byte[]> contents(TlvBackend backend) throws TlvException {
        try {
            return backend.open().values();
        } finally {
            backend.close();
        }
    }

    @Test
    void nothingInTheFileCanBeRead() throws Exception {
        var backend = sealed();
        backend.open();
        commit(backend, new Change(Tags.ER, LTK), new Change(Tags.LE_DEVICE | 15, LTK));
        backend.close();
        var file = new String(Files.readAllBytes(folder.resolve("bonds.tlv")), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(file).startsWith("BTstack").doesNotContain("a key").doesNotContain("SMER").doesNotContain("BTD");
        var again = contents(sealed());
        assertThat(again).containsOnlyKeys(Tags.ER, Tags.LE_DEVICE | 15);
        assertThat(again.get(Tags.ER)).isEqualTo(LTK);
    }

    @Test
    void anotherKeyIsAClearStateAndNeverAnEmptyStore() throws Exception {
        var backend = sealed();
        backend.open();
        commit(backend, new Change(1, LTK));
        backend.close();
        var before = Files.readAllBytes(folder.resolve("bonds.tlv"));
        refused(sealed("key", "other"), "bonds.tlv is sealed with another key than 'other' of", "configure the key");
        refused(sealed("key", "none"), "has no secret key 'none'");
        refused(sealed("keystore", "elsewhere.p12"), "elsewhere.p12 does not exist");
        Files.writeString(folder.resolve("keys.pw"), "wrong");
        refused(sealed(), "cannot be read with the password");
        assertThat(Files.readAllBytes(folder.resolve("bonds.tlv"))).isEqualTo(before);
    }

    @Test
    void withoutTheWrapperASealedStoreIsNotTakenForANewOne() throws Exception {
        var backend = sealed();
        backend.open();
        commit(backend, new Change(1, LTK));
        backend.close();
        var owner = TlvStore.create("test", Options.DEFAULTS);
        var told = new java.util.concurrent.LinkedBlockingQueue<TlvState>();
        try (var subscription = owner.store().listen((state, generation) -> told.add(state))) {
            owner.bind(new FileBackendProvider(folder).create("bonds.tlv", Map.of()));
            TlvState state;
            do {
                state = told.take();
            } while (state == TlvState.LOADING);
            assertThat(state).isEqualTo(TlvState.DEGRADED);
            assertThat(owner.store().stateReason()).contains("is sealed; configure it as store=sealed:file:");
        }
        owner.close();
    }

    @Test
    void aStoreInClearIsNotTouched() throws Exception {
        var clear = new FileBackendProvider(folder).create("bonds.tlv", Map.of());
        clear.open();
        commit(clear, new Change(1, LTK));
        clear.close();
        refused(sealed(), "is not sealed", "with another place");
    }

    @Test
    void whatWasChangedOrMovedDoesNotOpenAndIsKept() throws Exception {
        var backend = sealed();
        backend.open();
        commit(backend, new Change(1, LTK), new Change(2, new byte[] {2}));
        backend.close();
        var below = new FileBackendProvider(folder).create("bonds.tlv", Map.of());
        var values = below.open().values();
        var places = values.keySet().stream().filter(Vault::isPlace).toList();
        var one = values.get(places.get(0));
        var other = values.get(places.get(1));
        // Exchanged with each other.
        below.commit(new TlvBackend.Batch(ID, ++sequence, List.of(
                new Change(places.get(0), other), new Change(places.get(1), one), new Change(77, new byte[] {1}))));
        below.close();
        var damaged = sealed();
        var image = damaged.open();
        assertThat(image.values()).isEmpty();
        assertThat(image.setAside()).hasSize(2).anyMatch(note -> note.contains("2 sealed values are damaged"))
                .anyMatch(note -> note.contains("1 values were written into the sealed store by another program"));
        commit(damaged, new Change(1, new byte[] {9}));
        damaged.close();
        values = contents(new FileBackendProvider(folder).create("bonds.tlv", Map.of()));
        assertThat(values.get(places.get(0))).isEqualTo(other);
        assertThat(values.get(places.get(1))).isEqualTo(one);
        assertThat(contents(sealed()).get(1)).containsExactly(9);
    }

    @Test
    void aNewKeyTakesTheStoreOverInOneStep() throws Exception {
        var backend = sealed();
        backend.open();
        for (int i = 0; i < 20; i++) {
            commit(backend, new Change(i, LTK));
        }
        backend.close();
        assertThat(contents(sealed("key", "new", "oldKey", "everbond"))).hasSize(20);
        refused(sealed(), "is sealed with another key");
        assertThat(contents(sealed("key", "new"))).hasSize(20).allSatisfy((tag, value) -> assertThat(value).isEqualTo(LTK));
    }

    @Test
    void everyPrefixOfARekeyingOpensWithAllValuesAndLeavesNothingBehind() throws Exception {
        var full = new Recorder();
        var keys = new TestKeys();
        var backend = new SealedBackend("x", full, () -> full, keys, "a", null);
        backend.open();
        commit(backend, new Change(1, LTK), new Change(2, new byte[2048]), new Change(3, new byte[] {3}));
        backend.close();
        var before = new TreeMap<>(full.values);
        new SealedBackend("x", full, () -> full, keys, "b", "a").open();
        var changes = full.last().changes();
        for (int length = 0; length <= changes.size(); length++) {
            var torn = new Recorder();
            torn.values.putAll(before);
            torn.id = ID;
            changes.subList(0, length).forEach(torn::apply);
            var again = new SealedBackend("x", torn, () -> torn, keys, "b", "a");
            var image = again.open();
            assertThat(image.values()).as("%d of %d", length, changes.size()).containsOnlyKeys(1, 2, 3);
            assertThat(image.values().get(2)).hasSize(2048);
            assertThat(image.setAside()).isEmpty();
            again.close();
            assertThat(torn.values).as("nothing is left over").hasSize(6);
            assertThat(new SealedBackend("x", torn, () -> torn, keys, "b", null).open().values()).hasSize(3);
        }
    }

    @Test
    void generatedChangesAreThereAfterEveryReopeningInAllSizesAndEveryPrefixIsConsistent() throws Exception {
        var random = new Random(1);
        var below = new Recorder();
        var keys = new TestKeys();
        var model = new HashMap<Integer, byte[]>();
        var backend = new SealedBackend("x", below, () -> below, keys, "a", null);
        backend.open();
        for (int i = 0; i < 600; i++) {
            int tag = random.nextInt(12) * 0x01010101;
            byte[] value = random.nextInt(4) == 0 ? null : new byte[1 + random.nextInt(2048)];
            if (value != null) {
                random.nextBytes(value);
            }
            var before = new TreeMap<>(below.values);
            commit(backend, new Change(tag, value));
            if (i > 0) {
                for (int length = 0; length < below.last().changes().size(); length++) {
                    var torn = new Recorder();
                    torn.values.putAll(before);
                    torn.id = ID;
                    below.last().changes().subList(0, length).forEach(torn::apply);
                    var found = new SealedBackend("x", torn, () -> torn, keys, "a", null).open();
                    assertThat(found.setAside()).isEmpty();
                    var now = found.values().get(tag);
                    assertThat(Arrays.equals(now, model.get(tag)) || Arrays.equals(now, value)).isTrue();
                }
            }
            if (value == null) {
                model.remove(tag);
            } else {
                model.put(tag, value);
            }
            if (i % 50 == 0) {
                backend.close();
                backend = new SealedBackend("x", below, () -> below, keys, "a", null);
                var found = backend.open().values();
                assertThat(found.keySet()).isEqualTo(model.keySet());
                found.forEach((each, content) -> assertThat(content).isEqualTo(model.get(each)));
            }
        }
        assertThat(below.values.values()).allMatch(value -> value.length <= Transaction.MAX_VALUE);
    }

    @Test
    void underAnotherStoreIdEverythingIsSealedAnew() throws Exception {
        var backend = sealed();
        backend.open();
        commit(backend, new Change(1, LTK), new Change(2, LTK));
        var other = new StoreId(new UUID(9, 9), new UUID(8, 8));
        backend.commit(new TlvBackend.Batch(other, ++sequence, List.of(new Change(2, null), new Change(3, LTK))));
        backend.close();
        var again = sealed();
        var image = again.open();
        assertThat(image.id()).isEqualTo(other);
        assertThat(image.values()).containsOnlyKeys(1, 3);
        assertThat(image.setAside()).isEmpty();
        again.close();
    }

    @Test
    void keysMayComeFromAService() throws Exception {
        var backend = provider.create("file:bonds.tlv", Map.of("provider", "tpm"));
        refused(backend, "no bundle offers the key provider 'tpm'");
        provider.bindKeys(new StoreKeyProvider() {
            @Override
            public String name() {
                return "tpm";
            }

            @Override
            public byte[] key(String alias) {
                return alias.equals("everbond") ? new byte[32] : null;
            }
        });
        backend.open();
        commit(backend, new Change(1, LTK));
        backend.close();
        assertThat(contents(backend)).containsOnlyKeys(1);
        refused(provider.create("file:bonds.tlv", Map.of("provider", "tpm", "key", "none")), "has no key 'none'");
    }

    @Test
    void theBundleOfTheStoreInsideMayComeLaterAndGo() throws Exception {
        var late = provider.create("memory:inside", Map.of("keystore", "keys.p12", "passwordFile", "keys.pw"));
        refused(late, "no bundle answers to store=memory:");
        var memory = new MemoryBackendProvider();
        provider.bindStore(memory);
        late.open();
        commit(late, new Change(1, LTK));
        provider.unbindStore(memory);
        assertThatThrownBy(() -> commit(late, new Change(2, LTK))).isInstanceOfSatisfying(
                TlvException.class, e -> assertThat(e.reason()).isEqualTo(TlvException.Reason.CHANGED));
        late.close();
        refused(late, "no bundle answers");
    }

    @Test
    void optionsThatMakeNoSenseAreNamed() {
        assertThatThrownBy(() -> provider.create("bonds.tlv", Map.of())).hasMessageContaining("store=sealed:file:bonds.tlv");
        assertThatThrownBy(() -> provider.create("file:bonds.tlv", Map.of("keystore", "x"))).hasMessageContaining("passwordFile");
        assertThatThrownBy(() -> sealed("bogus", "1")).hasMessageContaining("bogus");
    }

    private static void refused(TlvBackend backend, String... sentence) {
        assertThatThrownBy(backend::open).isInstanceOfSatisfying(TlvException.class, e -> {
            assertThat(e.reason()).isEqualTo(TlvException.Reason.UNUSABLE);
            assertThat(e.getMessage()).contains(sentence);
        });
        backend.close();
    }
}
