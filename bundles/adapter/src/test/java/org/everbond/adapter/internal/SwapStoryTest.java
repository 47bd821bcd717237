package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.adapter.internal.Gateway.get;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.AdapterState;
import org.everbond.adapter.AdapterStatus;
import org.everbond.adapter.Link;
import org.everbond.gatt.Access;
import org.everbond.gatt.CharacteristicDefinition;
import org.everbond.gatt.GattPeer;
import org.everbond.gatt.Property;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.host.Advertising;
import org.everbond.security.IoCapability;
import org.everbond.security.PairingPeer;
import org.everbond.security.PairingResult;
import org.everbond.security.spi.PairingAgent;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.sealed.internal.SealedBackendProvider;
import org.everbond.tlv.sealed.spi.StoreKeyProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The storage behind a gateway changes while a link is up and its peer reads: nobody notices but the store. */
@Timeout(120)
class SwapStoryTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final UUID SERVICE = UUID.fromString("A5A5A5A5-FFFF-9999-1111-5A5A5A5A5A5A");
    private static final UUID SECRET = UUID.fromString("00000000-1111-2222-3333-444444444444");

    @TempDir
    Path folder;

    private final EventLoop.OnThread airLoop = EventLoop.onThread("test-air");
    private final VirtualAir air = VirtualAir.on(airLoop);
    private Gateway central;
    private Gateway peripheral;
    private int handle;

    @BeforeEach
    void twoGateways() {
        central = new Gateway("central", air.controller(), folder);
        peripheral = new Gateway("peripheral", air.controller(), folder).with("bondable", "on").with("pairing.justWorks", "accept");
        peripheral.environment.services().add(new SecretService(), Map.of());
    }

    @AfterEach
    void end() {
        airLoop.close();
    }

    @Test
    void storeIsReconfiguredFromFileToMemoryToFile() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = bonded();
            try (var traffic = new Traffic(link)) {
                for (String store : List.of("file:two.tlv", "memory:three", "file:central.tlv", "file:two.tlv")) {
                    traffic.goesOnWhile(() -> {
                        peripheral.with("store", store.replace("central", "peripheral-2")).reconfigure();
                        central.with("store", store.replace("two", "central-2")).reconfigure();
                        serves(central, store.substring(store.indexOf(':') + 1).replace("two", "central-2"));
                    });
                }
            }
            stillBonded(link);
            reconnects();
        }
    }

    @Test
    void aStoreIsSealedAndGetsANewKeyUnderALink() throws Exception {
        var keys = Map.of("old", new byte[32], "new", "a key of sixteen octets or more".getBytes());
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = bonded();
            var sealed = new SealedBackendProvider(folder);
            sealed.bindStore(new FileBackendProvider(folder));
            sealed.bindKeys(new StoreKeyProvider() {
                @Override
                public String name() {
                    return "test";
                }

                @Override
                public byte[] key(String alias) {
                    return keys.get(alias);
                }
            });
            central.environment.stores().add(sealed, Map.of());
            try (var traffic = new Traffic(link)) {
                traffic.goesOnWhile(() -> {
                    central.with("store", "sealed:file:sealed.tlv?provider=test&key=old").reconfigure();
                    serves(central, "sealed.tlv");
                });
                var before = Files.readAllBytes(folder.resolve("sealed.tlv"));
                traffic.goesOnWhile(() -> {
                    central.with("store", "sealed:file:sealed.tlv?provider=test&key=new&oldKey=old").reconfigure();
                    central.await(AdapterEvent.StoreChanged.class, event -> event.state() == TlvState.READY
                            && !Arrays.equals(before, octets("sealed.tlv")));
                });
            }
            stillBonded(link);
            reconnects();
        }
        var image = new FileBackendProvider(folder).create("central.tlv", Map.of()).open();
        var secrets = image.values().values().stream().filter(value -> value.length >= 16).toList();
        var file = new String(octets("sealed.tlv"), ISO_8859_1);
        assertThat(secrets).hasSizeGreaterThan(3);
        for (var secret : secrets) {
            assertThat(file).doesNotContain(new String(Arrays.copyOf(secret, 16), ISO_8859_1));
        }
    }

    private byte[] octets(String name) {
        try {
            return Files.readAllBytes(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theBundleOfTheStoreIsStoppedAndReplaced() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = bonded();
            var provider = (FileBackendProvider) central.environment.store("file").orElseThrow();
            try (var traffic = new Traffic(link)) {
                traffic.goesOnWhile(() -> {
                    central.environment.stores().remove(provider);
                    until(central, status -> status.storeState() == TlvState.NO_BACKEND);
                });
                // Without a backend the bond serves from memory.
                assertThat(central.adapter().bonds()).hasSize(1);
                traffic.goesOnWhile(() -> {
                    central.environment.stores().add(new FileBackendProvider(folder), Map.of());
                    serves(central, "central.tlv");
                });
            }
            stillBonded(link);
            reconnects();
        }
    }

    @Test
    void whileNoBackendIsBoundABondedPeerIsServedAndNeverToldThatItsKeyIsGone() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = bonded();
            var provider = (FileBackendProvider) peripheral.environment.store("file").orElseThrow();
            peripheral.environment.stores().remove(provider);
            until(peripheral, status -> status.storeState() == TlvState.NO_BACKEND);
            get(link.disconnect());
            // The peripheral answers the LTK request from memory.
            get(peripheral.adapter().advertise(advertising()));
            var again = get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG));
            get(again.encrypt());
            assertThat(secret(again)).isEqualTo("encrypted");
            assertThat(central.events).noneMatch(AdapterEvent.BondLost.class::isInstance);
            central.events.clear();
            peripheral.environment.stores().add(new FileBackendProvider(folder), Map.of());
            serves(peripheral, "peripheral.tlv");
            stillBonded(again);
        }
    }

    @Test
    void aPairingThatLosesItsBackendIsBondedOnceOneComes() throws Exception {
        var agent = new SlowAgent();
        peripheral.environment.agents().add(agent, Map.of());
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var pairing = connected().pair().toCompletableFuture();
            agent.asked.join();
            var provider = (FileBackendProvider) central.environment.store("file").orElseThrow();
            central.environment.stores().remove(provider);
            until(central, status -> status.storeState() == TlvState.NO_BACKEND);
            agent.answer.complete(true);
            // Our last key is sent only when the bond is durable, so that neither side has it yet.
            assertThat(pairing).isNotDone();
            assertThat(central.adapter().bonds()).isEmpty();
            assertThat(peripheral.adapter().bonds()).isEmpty();
            central.environment.stores().add(new FileBackendProvider(folder), Map.of());
            assertThat(get(pairing).bonding()).isEqualTo(PairingResult.Bonding.BONDED);
        }
        try (var again = central.startUp()) {
            assertThat(central.adapter().bonds()).hasSize(1);
        }
    }

    @Test
    void twoBackendServicesComeAndGo() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = bonded();
            var one = new FileBackendProvider(folder).create("one.tlv", Map.of());
            var two = new MemoryBackendProvider().create("two", Map.of());
            try (var traffic = new Traffic(link)) {
                traffic.goesOnWhile(() -> {
                    central.environment.backends().add(one, Map.of(Environment.STORE, "central"));
                    serves(central, "one.tlv");
                });
                traffic.goesOnWhile(() -> {
                    central.environment.backends().add(two, Map.of(Environment.STORE, "central", "service.ranking", 5));
                    serves(central, "memory:two");
                });
                traffic.goesOnWhile(() -> {
                    central.environment.backends().remove(one);
                    central.environment.backends().remove(two);
                    serves(central, "central.tlv");
                });
            }
            stillBonded(link);
            reconnects();
        }
    }

    @Test
    void aBackendThatIsTooSmallIsRefusedWithAReasonAndTheOldOneServesOn() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = bonded();
            var small = new Wrapped(new MemoryBackendProvider().create("small", Map.of()));
            small.maxTags = 2;
            try (var traffic = new Traffic(link)) {
                traffic.goesOnWhile(() -> {
                    central.environment.backends().add(small, Map.of(Environment.STORE, "central"));
                    until(central, status -> status.storeReason().contains("is too small"));
                });
            }
            assertThat(central.adapter().status().storeState()).isEqualTo(TlvState.READY);
            assertThat(central.adapter().status().backend().resource()).endsWith("central.tlv");
            stillBonded(link);
        }
    }

    @Test
    void aBackendThatAppearsLateOrHangsHoldsUpNobody() {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = bonded();
            var late = new Wrapped(new FileBackendProvider(folder).create("late.tlv", Map.of()));
            late.opening = new CountDownLatch(1);
            central.environment.backends().add(late, Map.of(Environment.STORE, "central"));
            // It hangs in open, and the other one commits.
            assertThat(get(link.pair()).bonding()).isEqualTo(PairingResult.Bonding.BONDED);
            try (var traffic = new Traffic(link)) {
                traffic.goesOnWhile(() -> {
                    late.opening.countDown();
                    serves(central, "late.tlv");
                });
            }
            stillBonded(link);
            reconnects();
        }
    }

    @Test
    void aBackendThatHangsInFlushFailsThePairingHonestlyAndKeepsTheBondThatWas() {
        try (var first = central.with("store.wait", 1).startUp(); var second = peripheral.startUp()) {
            var link = bonded();
            var hanging = new Wrapped(new FileBackendProvider(folder).create("hanging.tlv", Map.of()));
            central.environment.backends().add(hanging, Map.of(Environment.STORE, "central"));
            serves(central, "hanging.tlv");
            hanging.flushing = new CountDownLatch(1);
            hanging.committing = new CountDownLatch(1);
            var pairing = link.pair().toCompletableFuture();
            Wrapped.await(hanging.committing);
            central.environment.backends().remove(hanging);
            assertThat(pairing).failsWithin(LONG);
            serves(central, "central.tlv");
            hanging.flushing.countDown();
            assertThat(central.adapter().bonds()).hasSize(1);
            // Neither side has given up the bond that was.
            central.adapter().links().forEach(open -> get(open.disconnect()));
            connectsWithTheStoredKey();
        }
    }

    @Test
    void aConflictWaitsForADecisionAndNothingIsLostEitherWay() throws Exception {
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            bonded();
        }
        // The central starts anew elsewhere, gets another identity and bonds with the same peer.
        var mine = identity(central);
        central.with("store", "file:elsewhere.tlv");
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            var link = bonded();
            var elsewhere = central.adapter().status().identity();
            central.with("store", "file:central.tlv").reconfigure();
            until(central, status -> status.storeReason().contains("ble:store adopt"));
            assertThat(central.adapter().status().storeState()).isEqualTo(TlvState.READY);
            assertThat(central.adapter().status().storeReason()).contains("with 1 bond").contains(mine);
            assertThat(secret(link)).isEqualTo("encrypted");

            var kept = get(central.adapter().resolveStore(Resolution.ADOPT));
            assertThat(kept).endsWith("central.aside-1.tlv");
            serves(central, "central.tlv");
            until(central, status -> status.state() == AdapterState.UP && status.identity().toString().contains(mine));

            // What lost is a store like any other.
            central.with("store", "file:central.aside-1.tlv").reconfigure();
            until(central, status -> status.storeReason().contains("ble:store adopt"));
            get(central.adapter().resolveStore(Resolution.ADOPT));
            until(central, status -> status.state() == AdapterState.UP && status.identity().equals(elsewhere));
            assertThat(central.adapter().bonds()).hasSize(1);
        }
    }

    /** Whatever the order in which places serve, also with copies left behind: who was forgotten does not come back. */
    @Test
    void aForgottenBondStaysForgottenThroughEveryOrderOfSwaps() {
        for (int seed = 1; seed <= 6; seed++) {
            var random = new Random(seed);
            int round = seed;
            central.with("store", "file:a" + round + ".tlv");
            try (var first = central.startUp(); var second = peripheral.startUp()) {
                bonded();
                var places = List.of("file:a" + round + ".tlv", "file:b" + round + ".tlv", "memory:c" + round, "file:d" + round + ".tlv");
                var order = new ArrayList<String>();
                int forgetAt = random.nextInt(6);
                for (int i = 0; i < 8; i++) {
                    var store = places.get(random.nextInt(places.size()));
                    order.add(store);
                    central.with("store", store).reconfigure();
                    serves(central, store.substring(store.indexOf(':') + 1));
                    if (i == forgetAt) {
                        order.add("forget");
                        get(central.adapter().forget(central.adapter().bonds().get(0).id()));
                    }
                    assertThat(central.adapter().bonds()).as("seed %d: %s", seed, order).hasSize(i < forgetAt ? 1 : 0);
                }
            }
        }
    }

    private String identity(Gateway gateway) {
        try (var started = gateway.startUp()) {
            return gateway.adapter().status().identity().orElseThrow().toString();
        }
    }

    /** Waits for what the status says; the store tells of each change. */
    private static void until(Gateway gateway, Predicate<AdapterStatus> wanted) {
        if (!wanted.test(gateway.adapter().status())) {
            gateway.await(AdapterEvent.class, event -> wanted.test(gateway.adapter().status()));
        }
    }

    private static void serves(Gateway gateway, String place) {
        until(gateway, status -> status.storeState() == TlvState.READY && status.backend().resource().endsWith(place));
    }

    private Link bonded() {
        var link = connected();
        assertThat(get(link.pair()).bonding()).isEqualTo(PairingResult.Bonding.BONDED);
        peripheral.await(AdapterEvent.Paired.class);
        assertThat(secret(link)).isEqualTo("encrypted");
        central.events.clear();
        peripheral.events.clear();
        return link;
    }

    private Link connected() {
        get(peripheral.adapter().advertise(advertising()));
        return get(central.adapter().connect(peripheral.adapter().status().identity().orElseThrow(), LONG));
    }

    private void stillBonded(Link link) {
        assertThat(link.isOpen()).isTrue();
        assertThat(link.status().security()).isPresent();
        assertThat(central.adapter().bonds()).hasSize(1);
        assertThat(central.events).noneMatch(AdapterEvent.Disconnected.class::isInstance);
        assertThat(central.events).noneMatch(AdapterEvent.BondLost.class::isInstance);
        assertThat(peripheral.events).noneMatch(AdapterEvent.BondLost.class::isInstance);
    }

    /** With the stored key, without pairing. */
    private void reconnects() {
        get(central.adapter().links().get(0).disconnect());
        connectsWithTheStoredKey();
    }

    private void connectsWithTheStoredKey() {
        central.events.clear();
        get(peripheral.adapter().advertise(advertising()));
        var link = get(central.adapter().connect(central.adapter().bonds().get(0).id(), LONG));
        get(link.encrypt());
        assertThat(secret(link)).isEqualTo("encrypted");
        assertThat(central.events).noneMatch(AdapterEvent.PairingStarted.class::isInstance);
        assertThat(central.events).noneMatch(AdapterEvent.BondLost.class::isInstance);
    }

    private static Advertising advertising() {
        return new Advertising(new byte[] {2, 1, 6}, new byte[0], Duration.ofMillis(20));
    }

    private String secret(Link link) {
        if (handle == 0) {
            handle = get(link.gatt().discover()).stream()
                    .filter(service -> service.uuid().equals(SERVICE))
                    .flatMap(service -> service.characteristics().stream())
                    .filter(found -> found.uuid().equals(SECRET))
                    .findFirst()
                    .orElseThrow()
                    .valueHandle();
        }
        return new String(get(link.gatt().read(handle)));
    }

    /** Reads the protected value over the link again and again. */
    private final class Traffic implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicInteger reads = new AtomicInteger();
        private final CompletableFuture<Void> running;

        Traffic(Link link) {
            running = CompletableFuture.runAsync(() -> {
                while (!stop.get()) {
                    assertThat(secret(link)).isEqualTo("encrypted");
                    synchronized (reads) {
                        reads.incrementAndGet();
                        reads.notifyAll();
                    }
                }
            });
        }

        /** At least three reads end after the action has begun. */
        void goesOnWhile(Runnable action) {
            int before = reads.get();
            action.run();
            synchronized (reads) {
                while (reads.get() < before + 3 && !running.isDone()) {
                    try {
                        reads.wait(100);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
            assertThat(running).isNotDone();
        }

        @Override
        public void close() {
            stop.set(true);
            get(running);
        }
    }

    /** A backend that hangs where it is told, or says that it is small. */
    private static final class Wrapped implements TlvBackend {
        private final TlvBackend inner;
        volatile CountDownLatch opening = new CountDownLatch(0);
        volatile CountDownLatch committing = new CountDownLatch(0);
        volatile CountDownLatch flushing = new CountDownLatch(0);
        long maxTags = Long.MAX_VALUE;

        Wrapped(TlvBackend inner) {
            this.inner = inner;
        }

        @Override
        public BackendInfo info() {
            var info = inner.info();
            return new BackendInfo(info.kind(), info.resource(), Math.min(maxTags, info.maxTags()), info.maxOctets(),
                    info.atomicBatch(), info.durable());
        }

        @Override
        public Image open() throws TlvException {
            await(opening);
            return inner.open();
        }

        @Override
        public void commit(Batch batch) throws TlvException {
            committing.countDown();
            await(flushing);
            inner.commit(batch);
        }

        @Override
        public void close() {
            inner.close();
        }

        private static void await(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Answers when the test does. */
    private static final class SlowAgent implements PairingAgent {
        final CompletableFuture<Void> asked = new CompletableFuture<>();
        final CompletableFuture<Boolean> answer = new CompletableFuture<>();

        @Override
        public IoCapability ioCapability(PairingPeer peer) {
            return IoCapability.NO_INPUT_NO_OUTPUT;
        }

        @Override
        public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
            asked.complete(null);
            return answer;
        }
    }

    private static final class SecretService implements GattService {
        @Override
        public UUID uuid() {
            return SERVICE;
        }

        @Override
        public List<CharacteristicDefinition> characteristics() {
            return List.of(new CharacteristicDefinition(SECRET, Set.of(Property.READ), Access.ENCRYPTED, Access.NONE));
        }

        @Override
        public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
            return CompletableFuture.completedFuture("encrypted".getBytes());
        }

        @Override
        public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
            return CompletableFuture.failedFuture(new IllegalStateException("not writable"));
        }
    }
}
