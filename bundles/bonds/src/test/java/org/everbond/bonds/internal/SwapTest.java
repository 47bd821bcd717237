package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.newBond;

import java.nio.file.Path;
import java.util.Map;
import java.util.List;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.Lookup;
import org.everbond.faults.LoopInHand;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bonds while the storage behind them comes, goes and changes: nobody pairs again. */
class SwapTest {
    @TempDir
    private Path folder;

    private final LoopInHand loop = new LoopInHand();
    private final TlvStoreOwner owner = TlvStore.create("swap", TlvStoreOwner.Options.DEFAULTS);
    private final BondStore bonds = BondStore.create(owner.store(), loop, BondOptions.DEFAULT);

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void another_backend_gets_everything_and_serves_the_same_bonds() throws Exception {
        owner.bind(file("one.tlv"));
        loop.until(bonds::ready);
        var local = bonds.local();
        var first = loop.await(bonds.commit(newBond(1, 1, JUST_WORKS))).bond();
        owner.bind(file("two.tlv"));
        loop.until(() -> owner.store().backend().resource().endsWith("two.tlv") && bonds.ready());
        assertThat(bonds.list()).containsExactly(first);
        assertThat(bonds.local()).isEqualTo(local);
        var second = loop.await(bonds.commit(newBond(2, 1, JUST_WORKS))).bond();
        assertThat(second.id().serial()).isEqualTo(first.id().serial() + 1);
        bonds.close();
        owner.close();

        var again = TlvStore.create("again", TlvStoreOwner.Options.DEFAULTS);
        again.bind(file("two.tlv"));
        var loaded = BondStore.create(again.store(), loop, BondOptions.DEFAULT);
        loop.until(loaded::ready);
        assertThat(loaded.list()).containsExactly(first, second);
        assertThat(loaded.local()).isEqualTo(local);
        again.close();
    }

    @Test
    void without_a_backend_bonds_serve_and_a_commit_waits_for_the_next_one() throws Exception {
        var one = file("one.tlv");
        owner.bind(one);
        loop.until(bonds::ready);
        var bond = loop.await(bonds.commit(newBond(1, 1, JUST_WORKS))).bond();
        owner.unbind(one);
        loop.until(() -> owner.store().state() == TlvState.NO_BACKEND);
        assertThat(bonds.ready()).isFalse();
        assertThat(bonds.lookup(address(1))).isEqualTo(Lookup.found(List.of(bond)));
        assertThat(bonds.lookup(address(2)).result()).isEqualTo(Lookup.Result.NOT_READY);
        var waiting = bonds.commit(newBond(2, 1, JUST_WORKS));
        assertThat(waiting.toCompletableFuture()).isNotDone();
        owner.bind(file("one.tlv"));
        var committed = loop.await(waiting);
        assertThat(committed.durable()).isTrue();
        loop.until(bonds::ready);
        assertThat(bonds.list()).extracting(Bond::identity).containsExactly(address(1), address(2));
    }

    @Test
    void a_volatile_backend_gets_no_identity_until_a_durable_one_comes() throws Exception {
        owner.bind(new MemoryBackendProvider().create("volatile", Map.of()));
        loop.until(() -> !bonds.reason().isEmpty());
        assertThat(bonds.ready()).isFalse();
        assertThat(bonds.identityAddress()).isEmpty();
        owner.bind(file("one.tlv"));
        loop.until(bonds::ready);
        assertThat(bonds.reason()).isEmpty();
        assertThat(bonds.identityAddress()).isPresent();
    }

    private TlvBackend file(String name) {
        return new FileBackendProvider(folder).create(name, Map.of());
    }
}
