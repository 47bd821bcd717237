package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.bonds.internal.Bench.JUST_WORKS;
import static org.everbond.bonds.internal.Bench.address;
import static org.everbond.bonds.internal.Bench.newBond;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.faults.LoopInHand;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Places come, go, take over, are left behind and come back; the gateway starts again on any of them, also on one that has missed the
 * latest. In the end every bond that was acknowledged is there, and nobody who was forgotten.
 */
@Timeout(120)
class GeneratedSwapsTest {
    private static final int STEPS = 60;
    private static final BondOptions OPTIONS = BondOptions.DEFAULT.withVolatileIdentity(true);

    @TempDir
    private Path folder;

    private final List<String> history = new ArrayList<>();
    private final LoopInHand loop = new LoopInHand(history::toString);
    private final Map<String, TlvBackend> memories = new HashMap<>();
    private final TreeSet<Integer> acknowledged = new TreeSet<>();
    private final TreeSet<Integer> forgotten = new TreeSet<>();
    private final TreeSet<Integer> forgottenInThisRun = new TreeSet<>();
    private TlvStoreOwner owner;
    private BondStore bonds;
    private TlvBackend bound;

    @AfterEach
    void close() {
        owner.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void nothingAcknowledgedIsLostAndNobodyForgottenComesBack(int seed) throws Exception {
        var random = new Random(seed);
        var places = List.of("a", "b", "c", "d");
        var used = new ArrayList<String>();
        start();
        swap("a");
        used.add("a");
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> pair(acknowledged.size() + 1);
                case 3 -> {
                    var present = bonds.list();
                    if (!present.isEmpty()) {
                        forget(present.get(random.nextInt(present.size())));
                    }
                }
                case 4, 5, 6 -> {
                    var place = places.get(random.nextInt(places.size()));
                    swap(place);
                    if (!used.contains(place)) {
                        used.add(place);
                    }
                }
                case 7 -> {
                    history.add("none");
                    owner.unbind(bound);
                    bound = null;
                    swap(used.get(random.nextInt(used.size())));
                }
                default -> {
                    var place = used.get(random.nextInt(used.size()));
                    history.add("restart on");
                    bonds.close();
                    owner.close();
                    loop.clear();
                    forgottenInThisRun.clear();
                    start();
                    swap(place);
                }
            }
            // An older copy may still show a bond after a restart, but no swap brings one back.
            assertThat(peers()).as("seed %d: %s", seed, history).noneMatch(addresses(forgottenInThisRun)::contains);
        }
        used.forEach(this::swapQuietly);
        var expected = new TreeSet<>(acknowledged);
        expected.removeAll(forgotten);
        assertThat(peers()).as("seed %d: %s", seed, history).containsExactlyInAnyOrderElementsOf(addresses(expected));
        assertThat(bonds.list()).extracting(Bond::id).doesNotHaveDuplicates();
        expected.forEach(peer -> {
            var bond = bonds.byIdentity(address(peer)).orElseThrow();
            assertThat(bonds.keys(bond.id()).orElseThrow().ltk()).isEqualTo(Bench.ltk(peer, 1));
        });
    }

    private static List<Object> addresses(TreeSet<Integer> peers) {
        return peers.stream().<Object>map(Bench::address).toList();
    }

    private List<Object> peers() {
        return bonds.list().stream().<Object>map(Bond::identity).toList();
    }

    private void start() {
        owner = TlvStore.create("swaps", TlvStoreOwner.Options.DEFAULTS, BondStore.merge(OPTIONS), content -> "the attic");
        bonds = BondStore.create(owner.store(), loop, OPTIONS);
        bound = null;
    }

    private void pair(int peer) throws Exception {
        history.add("+" + peer);
        loop.await(bonds.commit(newBond(peer, 1, JUST_WORKS)));
        acknowledged.add(peer);
    }

    private void forget(Bond bond) throws Exception {
        int peer = acknowledged.stream().filter(each -> address(each).equals(bond.identity())).findFirst().orElseThrow();
        history.add("-" + peer);
        loop.await(bonds.forget(bond.id()));
        forgotten.add(peer);
        forgottenInThisRun.add(peer);
    }

    private void swapQuietly(String place) {
        try {
            swap(place);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void swap(String place) throws Exception {
        history.add(place);
        // Half of the places are files, the others keep their content in the test's hand.
        var next = place.compareTo("c") < 0
                ? new FileBackendProvider(folder).create(place, Map.of())
                : memories.computeIfAbsent(place, name -> new MemoryBackendProvider().create(name, Map.of()));
        if (next == bound) {
            return;
        }
        var before = bound;
        owner.bind(next);
        bound = next;
        loop.until(() -> owner.store().state() == TlvState.READY
                && owner.store().backend().resource().equals(next.info().resource())
                && bonds.ready());
        if (before != null) {
            owner.unbind(before);
        }
        loop.until(() -> owner.store().state() == TlvState.READY && bonds.ready());
    }
}
