package org.everbond.adapter.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.everbond.adapter.Link;
import org.everbond.gatt.RemoteService;
import org.everbond.host.Advertising;

/** One connection of two gateways, and what people at both ends do with it. Ends when one of their processes does. */
class Visit {
    static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** Of the process of one of the two; thrown out of whatever waited for it. */
    static final class Over extends RuntimeException {
        private static final long serialVersionUID = 1;

        Over() {
            super(null, null, false, false);
        }
    }

    final SimulatedStory story;
    final SimulatedGateway central;
    final SimulatedGateway peripheral;
    final Tie tie;
    /** Why the last thing that failed did. */
    String lastFailure = "";

    private final long lives;

    Visit(SimulatedStory story, SimulatedGateway central, SimulatedGateway peripheral) {
        this.story = story;
        this.central = central;
        this.peripheral = peripheral;
        tie = story.ledger.tie(central, peripheral);
        lives = lives();
    }

    private long lives() {
        return central.boots() + peripheral.boots();
    }

    boolean isOver() {
        return lives != lives() || !tie.isAlive();
    }

    /** Waits for a condition. Whether it came true in time. */
    boolean until(BooleanSupplier condition, Duration limit) {
        boolean came = story.people.until(() -> isOver() || condition.getAsBoolean(), limit);
        if (isOver()) {
            throw new Over();
        }
        return came;
    }

    void pause(Duration time) {
        until(() -> false, time);
    }

    /** The result of a stage; empty when it failed. */
    <T> Optional<T> ended(CompletionStage<T> stage) {
        var future = stage.toCompletableFuture();
        story.people.listen(stage);
        if (!until(future::isDone, PATIENCE)) {
            throw new AssertionError("nothing came of it within " + PATIENCE);
        }
        if (future.isCompletedExceptionally()) {
            lastFailure = String.valueOf(future.handle((value, e) -> e).join());
            story.unspoken.say(lastFailure);
            story.note("failed: %s", lastFailure);
            return Optional.empty();
        }
        return Optional.of(future.join());
    }

    /** For what ends when the controller has told of it: where that was lost, people do not wait for ever. */
    void given(CompletionStage<?> stage) {
        var future = stage.toCompletableFuture();
        story.people.listen(stage);
        until(future::isDone, Duration.ofSeconds(10));
    }

    /** Whether it was done. */
    boolean done(CompletionStage<?> stage) {
        return ended(stage.thenApply(nothing -> true)).isPresent();
    }

    /** Tries again when a command of it got no answer. */
    void advertise() {
        for (int attempt = 0; attempt < 3 && !peripheral.adapter().status().advertising(); attempt++) {
            done(peripheral.adapter().advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20))));
        }
    }

    /** A peer that is bonded is found by its identity, any other by what it is on air with; so is one that has changed its IRK. */
    Optional<Link> connect() {
        advertise();
        var identity = peripheral.identity().orElseThrow();
        var onAir = peripheral.watch.onAir();
        boolean known = onAir == null
                || central.bonds().byIdentity(identity).isPresent() && story.ledger.canKnow(central, peripheral, onAir);
        return ended(central.adapter().connect(known ? identity : onAir, CONNECT));
    }

    /** Just comes and asks for encryption, whatever becomes of it. */
    void knock() {
        try {
            connect().ifPresent(link -> {
                ended(link.encrypt());
                done(link.disconnect());
            });
        } catch (Over e) {
            story.note("%s: over", tie);
        }
    }

    /** The same connection as the other end sees it. */
    Optional<Link> linkAt(SimulatedGateway gateway) {
        var other = gateway == central ? peripheral : central;
        return gateway.adapter().links().stream()
                .filter(link -> story.ledger.at(link.status().peer()).filter(other::equals).isPresent())
                .findFirst();
    }

    SimulatedGateway otherThan(SimulatedGateway gateway) {
        return gateway == central ? peripheral : central;
    }

    boolean encrypted(Link link) {
        return link.status().security().isPresent();
    }

    /** Every gateway serves the same, under the same handles. */
    Optional<RemoteService.Characteristic> characteristic(Link link, UUID uuid) {
        return ended(link.gatt().discover()).flatMap(services -> {
            find(services, Lamp.SIGNED).ifPresent(found -> story.signedHandle = found.valueHandle());
            return find(services, uuid);
        });
    }

    private static Optional<RemoteService.Characteristic> find(List<RemoteService> services, UUID uuid) {
        return services.stream()
                .map(RemoteService::characteristics)
                .flatMap(List::stream)
                .filter(characteristic -> characteristic.uuid().equals(uuid))
                .findFirst();
    }

    /** The protected value of the other end. */
    Optional<String> secret(Link link) {
        return characteristic(link, Lamp.SECRET)
                .flatMap(characteristic -> ended(link.gatt().read(characteristic.valueHandle())))
                .map(value -> new String(value, UTF_8));
    }

    /** As the other end has served it before; nothing is discovered in clear. */
    byte[] writeSigned(Link link) {
        var value = story.freshValue();
        given(link.gatt().writeSigned(story.signedHandle, value));
        story.tally.count("signed writes", "sent");
        return value;
    }
}
