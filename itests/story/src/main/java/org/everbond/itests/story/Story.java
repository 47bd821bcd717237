package org.everbond.itests.story;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.adapter.LinkStatus;
import org.everbond.host.Advertising;

/**
 * The whole path between two adapters on one air. Without bonds: connect, pair, bond, read the encrypted characteristic. With
 * bonds: connect to the bond, encrypt with the stored key, read, and nobody pairs.
 */
final class Story {
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 5;
    private static final byte[] FLAGS = {2, 1, 6};

    private final Adapter central;
    private final Adapter peripheral;
    private final Queue<AdapterEvent> pairings = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<AdapterEvent> peripheralPaired = new CompletableFuture<>();

    Story(Adapter central, Adapter peripheral) {
        this.central = central;
        this.peripheral = peripheral;
    }

    /** @return one line that says what happened */
    String run() throws Exception {
        try (var heard = central.listen(this::note);
                var heardThere = peripheral.listen(this::noteThere);
                var served = get(peripheral.server().add(new SecretService()))) {
            var link = connect();
            String outcome = link.status().bond().isPresent() ? reconnect(link) : pair(link);
            get(link.disconnect());
            get(peripheral.stopAdvertising());
            return outcome;
        }
    }

    /** Connects. An adapter whose bundles have just changed may be lost once more after it was up: then again. */
    private Link connect() throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                get(central.up(DEADLINE));
                get(peripheral.up(DEADLINE));
                boolean bonded = bonded();
                get(peripheral.bondable(!bonded));
                get(peripheral.advertise(new Advertising(FLAGS, new byte[0], Duration.ofMillis(20))));
                return get(
                        bonded
                                ? central.connect(central.bonds().get(0).id(), DEADLINE)
                                : central.connect(peripheral.status().identity().orElseThrow(), DEADLINE));
            } catch (ExecutionException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private boolean bonded() {
        int here = central.bonds().size();
        int there = peripheral.bonds().size();
        if (here != there || here > 1) {
            throw new IllegalStateException("the central has " + here + " bonds, the peripheral " + there);
        }
        return here == 1;
    }

    private String pair(Link link) throws Exception {
        var result = get(link.pair());
        get(peripheralPaired); // the responder stores last, when it has our keys
        String value = secret(link);
        return "paired bonding=" + result.bonding() + " level=" + result.security().level().number() + " keySize="
                + result.security().keySize() + " sc=" + result.security().secureConnections() + " bonds="
                + central.bonds().size() + "+" + peripheral.bonds().size() + " value=" + value;
    }

    private String reconnect(Link link) throws Exception {
        LinkStatus encrypted = get(link.encrypt());
        String value = secret(link);
        if (!pairings.isEmpty()) {
            throw new IllegalStateException("somebody paired: " + pairings);
        }
        return "reconnected level=" + encrypted.security().orElseThrow().level().number() + " value=" + value;
    }

    private static String secret(Link link) throws Exception {
        var secret = get(link.gatt().discover()).stream()
                .filter(service -> service.uuid().equals(SecretService.SERVICE))
                .flatMap(service -> service.characteristics().stream())
                .filter(characteristic -> characteristic.uuid().equals(SecretService.SECRET))
                .toList();
        if (secret.size() != 1) {
            throw new IllegalStateException("discovered " + secret);
        }
        return new String(get(link.gatt().read(secret.get(0).valueHandle())), StandardCharsets.UTF_8);
    }

    private void note(AdapterEvent event) {
        if (List.of(AdapterEvent.PairingStarted.class, AdapterEvent.Paired.class, AdapterEvent.PairingFailed.class)
                .contains(event.getClass())) {
            pairings.add(event);
        }
    }

    private void noteThere(AdapterEvent event) {
        note(event);
        if (event instanceof AdapterEvent.Paired) {
            peripheralPaired.complete(event);
        }
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        CompletableFuture<T> future = stage.toCompletableFuture();
        return future.get(DEADLINE.toSeconds() + 5, TimeUnit.SECONDS);
    }
}
