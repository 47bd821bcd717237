package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.adapter.internal.Gateway.get;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.spec.SecretKeySpec;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.Key;
import org.everbond.hci.EventLoop;
import org.everbond.security.IoCapability;
import org.everbond.security.Keypress;
import org.everbond.security.OobData;
import org.everbond.security.PairingPeer;
import org.everbond.security.spi.PairingAgent;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.sealed.internal.SealedBackendProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * THREATS B14, B15: all ways to pair, and what follows, with everything switched on that hands out keys; then each octet string that is a
 * key is searched for where it may not be. The keys are those that the stores hold in the end.
 */
class SecretsTest extends GatewaysOnAir {
    private static final String SEALED = "?keystore=keys.p12&passwordFile=keys.pw";

    private final List<Gateway> gateways = new ArrayList<>();
    private final StringBuilder told = new StringBuilder();
    private SealedBackendProvider sealed;

    @BeforeEach
    void keyOfTheSeal() throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setEntry("everbond", new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[32], "AES")),
                new KeyStore.PasswordProtection("swordfish".toCharArray()));
        try (OutputStream out = Files.newOutputStream(folder.resolve("keys.p12"))) {
            store.store(out, "swordfish".toCharArray());
        }
        Files.writeString(folder.resolve("keys.pw"), "swordfish");
        sealed = new SealedBackendProvider(folder);
        sealed.bindStore(new FileBackendProvider(folder));
    }

    @ParameterizedTest
    @CsvSource({
        "refuse, JUST_WORKS", "refuse, NUMERIC_COMPARISON", "refuse, PASSKEY_ENTRY", "refuse, OUT_OF_BAND", "only, JUST_WORKS",
        "only, PASSKEY_ENTRY", "only, OUT_OF_BAND"
    })
    void b14_noKeyIsInATraceNorInWhatIsTold(String legacy, PairingMethod method) throws Exception {
        tellTheStory(legacy, method, "file:%s.tlv", "false");

        var keys = keys("file:%s.tlv");
        assertThat(keys).as("LTK, previous LTK, IRKs, ER, IR of both at least").hasSizeGreaterThanOrEqualTo(10);
        for (var key : keys) {
            for (var name : List.of("central", "peripheral")) {
                assertThat(holds(folder.resolve(name + ".btsnoop"), key)).as("a key in the trace of " + name).isFalse();
            }
            var hex = HexFormat.of().formatHex(key.octets());
            assertThat(told.toString().toLowerCase(java.util.Locale.ROOT)).doesNotContain(hex).doesNotContain(reversed(hex));
        }
    }

    /** The search finds what is there: the same story with the option that leaves keys readable, and a store in clear. */
    @ParameterizedTest
    @CsvSource({"refuse, JUST_WORKS", "only, JUST_WORKS"})
    void b14_theSearchFindsKeysWhereTheyAre(String legacy, PairingMethod method) throws Exception {
        tellTheStory(legacy, method, "file:%s.tlv", "true");

        assertThat(keys("file:%s.tlv")).anyMatch(key -> holds(folder.resolve("central.btsnoop"), key));
        assertThat(keys("file:%s.tlv")).anyMatch(key -> holds(folder.resolve("central.tlv"), key));
    }

    @ParameterizedTest
    @CsvSource({"refuse, JUST_WORKS", "only, PASSKEY_ENTRY"})
    void b15_noKeyIsInAnyFileOfASealedGateway(String legacy, PairingMethod method) throws Exception {
        tellTheStory(legacy, method, "sealed:file:%s.tlv" + SEALED, "false");

        var keys = keys("sealed:file:%s.tlv" + SEALED);
        assertThat(keys).hasSizeGreaterThanOrEqualTo(10);
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                assertThat(keys).as(file.toString()).noneMatch(key -> holds(file, key));
            }
        }
    }

    /** Pair, come again, start anew and come again, pair again, another IRK. */
    private void tellTheStory(String legacy, PairingMethod method, String store, String keysInTrace) {
        var io = switch (method) {
            case JUST_WORKS, OUT_OF_BAND, UNKNOWN -> IoCapability.NO_INPUT_NO_OUTPUT;
            case NUMERIC_COMPARISON -> IoCapability.DISPLAY_YES_NO;
            case PASSKEY_ENTRY -> IoCapability.KEYBOARD_ONLY;
        };
        for (var name : List.of("central", "peripheral")) {
            var gateway = new Gateway(name, air.controller(), folder)
                    .with("store", store.formatted(name))
                    .with("trace", name + ".btsnoop")
                    .with("trace.keys", keysInTrace)
                    .with("bondable", "on")
                    .with("pairing.legacy", legacy)
                    .with("pairing.signing", "true")
                    .with("privacy", "true");
            gateway.environment.stores().add(sealed, Map.of());
            gateways.add(gateway);
        }
        Optional<OobData> temporaryKey = method == PairingMethod.OUT_OF_BAND && legacy.equals("only")
                ? Optional.of(new OobData(Optional.empty(), Optional.of(Key.of("a temporary key!".getBytes(ISO_8859_1))), Optional.empty()))
                : Optional.empty();
        var central = gateways.get(0);
        var peripheral = gateways.get(1);
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            // Out of band both ways in legacy pairing, one way in LE Secure Connections.
            peripheral.environment.agents().add(new Agent(io, temporaryKey), Map.of());
            central.environment.agents().add(new Agent(io, temporaryKey.or(() -> outOfBand(method, peripheral))), Map.of());
            var link = found(central, peripheral);
            pair(link, method);
            get(link.disconnect());
            get(found(central, peripheral).encrypt());
            note(central, peripheral);
        }
        try (var first = central.startUp(); var second = peripheral.startUp()) {
            central.environment.agents().add(new Agent(io, temporaryKey.or(() -> outOfBand(method, peripheral))),
                    Map.of("service.ranking", 1));
            var link = found(central, peripheral);
            get(link.encrypt());
            pair(link, method);
            peripheral.await(AdapterEvent.Paired.class);
            get(central.adapter().changeIrk());
            note(central, peripheral);
        }
    }

    private static Optional<OobData> outOfBand(PairingMethod method, Gateway peripheral) {
        return method == PairingMethod.OUT_OF_BAND ? Optional.of(get(peripheral.adapter().createOobData())) : Optional.empty();
    }

    private static void pair(Link link, PairingMethod method) {
        assertThat(get(link.pair()).security().method()).isEqualTo(method);
    }

    /** The peer is found as it is on air. */
    private static Link found(Gateway central, Gateway peripheral) {
        get(peripheral.adapter().advertise(advertising()));
        var bonds = central.adapter().bonds();
        if (!bonds.isEmpty()) {
            return get(central.adapter().connect(bonds.get(0).id(), LONG));
        }
        var found = new CompletableFuture<org.everbond.crypto.DeviceAddress>();
        get(central.adapter().scan(false, true, report -> found.complete(report.address())));
        var peer = get(found);
        get(central.adapter().stopScan());
        return get(central.adapter().connect(peer, LONG));
    }

    private void note(Gateway... all) {
        for (var gateway : all) {
            told.append(gateway.events).append(gateway.adapter().status()).append(gateway.adapter().bonds())
                    .append(gateway.adapter().linkStatus());
        }
    }

    /** Every key that the two stores hold, and those that are made from them. */
    private List<Key> keys(String store) throws Exception {
        var keys = new ArrayList<Key>();
        for (var name : List.of("central", "peripheral")) {
            var place = store.formatted(name).replace("sealed:", "").replace(SEALED, "");
            TlvBackend backend = store.startsWith("sealed:")
                    ? sealed.create(place, Map.of("keystore", "keys.p12", "passwordFile", "keys.pw"))
                    : new FileBackendProvider(folder).create(place.replace("file:", ""), Map.of());
            TlvStoreOwner owner = TlvStore.create(name, TlvStoreOwner.Options.DEFAULTS);
            try (var loop = EventLoop.onThread("keys-" + name)) {
                var bonds = BondStore.create(owner.store(), loop, BondOptions.DEFAULT);
                var there = new CompletableFuture<Void>();
                loop.execute(() -> bonds.listen(event -> {
                    if (bonds.local().isPresent()) {
                        there.complete(null);
                    }
                }));
                owner.bind(backend);
                there.get(20, TimeUnit.SECONDS);
                var read = new CompletableFuture<List<Key>>();
                loop.execute(() -> read.complete(keys(bonds)));
                keys.addAll(read.get(20, TimeUnit.SECONDS));
            } finally {
                owner.close();
            }
        }
        return keys;
    }

    private static List<Key> keys(BondStore bonds) {
        var local = bonds.local().orElseThrow();
        var keys = new ArrayList<>(List.of(local.er(), local.ir(), local.irk(), local.dhk()));
        for (var bond : bonds.list()) {
            var own = bonds.keys(bond.id()).orElseThrow();
            keys.addAll(java.util.Arrays.asList(own.ltk(), own.irk(), own.remoteCsrk(), own.localCsrk()));
            if (own.legacy() != null) {
                keys.add(local.ltk(own.legacy()));
            }
            bonds.previousLtk(bond.id()).ifPresent(previous -> keys.add(previous.ltk()));
        }
        keys.removeIf(key -> key == null || key.isZero());
        return keys;
    }

    private static boolean holds(Path file, Key key) {
        try {
            var hex = HexFormat.of().formatHex(Files.readAllBytes(file));
            var wanted = HexFormat.of().formatHex(key.octets());
            return hex.contains(wanted) || hex.contains(reversed(wanted));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String reversed(String hex) {
        var octets = new StringBuilder();
        for (int i = hex.length() - 2; i >= 0; i -= 2) {
            octets.append(hex, i, i + 2);
        }
        return octets.toString();
    }

    private record Agent(IoCapability io, Optional<OobData> data) implements PairingAgent {
        @Override
        public IoCapability ioCapability(PairingPeer peer) {
            return io;
        }

        @Override
        public CompletionStage<Boolean> authorize(PairingPeer peer) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<Boolean> confirmJustWorks(PairingPeer peer) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<Boolean> confirmNumber(PairingPeer peer, int number) {
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<Optional<Integer>> requestPasskey(PairingPeer peer, Consumer<Keypress> typed) {
            return CompletableFuture.completedFuture(Optional.of(12_345));
        }

        @Override
        public Optional<OobData> oobData(PairingPeer peer) {
            return data;
        }
    }
}
