package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;

/** Bonds over a store in the hand of the test, and an event loop that runs when told. */
final class Bench {
    static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);
    static final BondSecurity NUMERIC = new BondSecurity(PairingMethod.NUMERIC_COMPARISON, true, true, 16);

    final TestStore store;
    final BondStore bonds;
    final List<BondEvent> events = new ArrayList<>();
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    Bench(TestStore store, BondOptions options) {
        this.store = store;
        bonds = BondStore.create(store, tasks::add, options);
        bonds.listen(events::add);
        run();
    }

    static Bench on(TestStore store) {
        return new Bench(store, BondOptions.DEFAULT);
    }

    static Bench on(TestStore store, BondOptions options) {
        return new Bench(store, options);
    }

    /** With an empty store that is READY. */
    static Bench fresh() {
        return on(TestStore.ready());
    }

    static Bench fresh(BondOptions options) {
        return on(TestStore.ready(), options);
    }

    void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    <T> T done(CompletionStage<T> stage) {
        run();
        var future = stage.toCompletableFuture();
        assertThat(future).isDone();
        return future.join();
    }

    Throwable failed(CompletionStage<?> stage) {
        run();
        var future = stage.toCompletableFuture();
        assertThat(future).isCompletedExceptionally();
        try {
            future.join();
            throw new AssertionError("completed");
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    /** Makes a bond with peer {@code i}, whose keys are those of pairing {@code pairing} with it. */
    Bond pair(int i, int pairing, BondSecurity security) {
        return done(bonds.commit(newBond(i, pairing, security))).bond();
    }

    Bond pair(int i) {
        return pair(i, 1, JUST_WORKS);
    }

    /** A bench on what is in the store now, as after a restart. */
    Bench restarted() {
        return on(store.restarted());
    }

    Bench restarted(BondOptions options) {
        return on(store.restarted(), options);
    }

    List<BondEvent.Kind> kinds() {
        return events.stream().map(BondEvent::kind).toList();
    }

    static NewBond newBond(int i, int pairing, BondSecurity security) {
        return new NewBond(address(i), security, BondKeys.secureConnections(ltk(i, pairing), irk(i)));
    }

    /** Even peers are public, odd ones static random. */
    static DeviceAddress address(int i) {
        return i % 2 == 0
                ? new DeviceAddress(AddressType.PUBLIC, 0x001bdc070000L + i)
                : new DeviceAddress(AddressType.RANDOM, 0xc0ffee000000L + i);
    }

    static Key irk(int i) {
        return key(0x10, i, 0);
    }

    static Key ltk(int i, int pairing) {
        return key(0x80, i, pairing);
    }

    /** As different from one another as keys are. */
    static Key key(int kind, int i, int pairing) {
        var octets = new byte[16];
        new Random((long) kind << 48 | (long) i << 16 | pairing).nextBytes(octets);
        return Key.of(octets);
    }
}
