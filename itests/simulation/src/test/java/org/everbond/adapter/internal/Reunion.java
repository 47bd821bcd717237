package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.bonds.SecurityLevel;
import org.everbond.security.SecurityEvent.BondLost.Cause;

/** Two gateways that were told that they are bonded meet, and nothing goes wrong any more. */
final class Reunion extends Visit {
    private static final Duration SOON = Duration.ofSeconds(3);

    private final boolean signs;
    private final boolean asks;
    private final boolean swaps;

    Reunion(SimulatedStory story, SimulatedGateway central, SimulatedGateway peripheral) {
        super(story, central, peripheral);
        signs = story.random.nextBoolean();
        // Whoever just reads is protected without asking for it.
        asks = story.random.nextBoolean();
        swaps = story.random.nextInt(5) == 0;
    }

    /** Undisturbed: the old key of either may be the one that fits, and four attempts bring each of the one together with each of the other. */
    void hold() {
        if (!wouldKnowEachOther()) {
            meetAsStrangers();
        }
        var strict = wantingMore();
        if (!strict.isEmpty()) {
            refusedBy(strict);
            if (!asks) {
                return;
            }
            strict.forEach(gateway -> gateway.reconfigure("security.scOnlyMode", "false"));
            pause(SOON);
        }
        hold(new int[] {central.events.size(), peripheral.events.size()});
    }

    private boolean wouldKnowEachOther() {
        return story.ledger.wouldKnow(central, peripheral) && story.ledger.wouldKnow(peripheral, central);
    }

    /** Who holds a former IRK sees a stranger, and the bond stays: without private addresses it serves again. */
    private void meetAsStrangers() {
        story.tally.count("peers with our IRK", "met as strangers");
        if (asks) {
            knock();
            until(() -> linkAt(central).isEmpty() && linkAt(peripheral).isEmpty(), PATIENCE);
        }
        for (var gateway : List.of(central, peripheral)) {
            if (!story.ledger.wouldKnow(otherThan(gateway), gateway)) {
                story.note("%s is on air with its identity address from now on", gateway.name);
                gateway.reconfigure("privacy", "false");
            }
        }
        pause(SOON);
    }

    /** Those in Secure Connections Only Mode for whom the bond is not good enough. */
    private List<SimulatedGateway> wantingMore() {
        return Stream.of(central, peripheral)
                .filter(SimulatedGateway::wantsLevel4Only)
                .filter(gateway -> story.ledger.side(gateway, otherThan(gateway)).now().orElseThrow().security().level() != SecurityLevel.SECURE)
                .toList();
    }

    /** In Secure Connections Only Mode nothing is encrypted with a key below level 4, it is said so, and the bond is kept at both. */
    private void refusedBy(List<SimulatedGateway> strict) {
        int[] before = {central.events.size(), peripheral.events.size()};
        knock();
        until(() -> linkAt(central).isEmpty() && linkAt(peripheral).isEmpty(), PATIENCE);
        neverUnbonded(before);
        for (var gateway : List.of(central, peripheral)) {
            assertThat(since(before, gateway)).as("P7: %s in Secure Connections Only Mode", gateway.name)
                    .noneMatch(event -> event instanceof AdapterEvent.EncryptionChanged changed && changed.security().isPresent());
        }
        assertThat(strict.stream().flatMap(gateway -> since(before, gateway).stream())).as("what %s say", strict)
                .anyMatch(AdapterEvent.EncryptionRefused.class::isInstance);
        story.tally.count("bonds in Secure Connections Only Mode", "not used, and kept");
    }

    private List<AdapterEvent> since(int[] before, SimulatedGateway gateway) {
        return gateway.events.subList(before[gateway == central ? 0 : 1], gateway.events.size());
    }

    private void hold(int[] before) {
        var failures = new ArrayList<String>();
        for (int attempt = 0; attempt < 4; attempt++) {
            // Data that comes at once after the end of a link with the same handle counts as that link's.
            pause(Duration.ofMillis(150));
            var link = connect();
            if (link.isEmpty()) {
                failures.add("attempt " + attempt + ", to connect: " + lastFailure);
                continue;
            }
            if (signs && attempt == 0) {
                signedWritesArrive(link.get());
            }
            if ((asks ? ended(link.get().encrypt()) : ended(link.get().gatt().discover())).isPresent()) {
                together(link.get());
                neverUnbonded(before);
                story.tally.count("reconnections encrypted", story.ledger.side(central, peripheral).now().orElseThrow().security()
                        .method().name().toLowerCase().replace('_', ' '));
                return;
            }
            failures.add("attempt " + attempt + ": " + lastFailure);
            until(() -> linkAt(central).isEmpty() && linkAt(peripheral).isEmpty(), PATIENCE);
        }
        var strict = Stream.of(central, peripheral).filter(SimulatedGateway::wantsLevel4Only).toList();
        if (strict.isEmpty()) {
            throw new AssertionError(tie + ": two bonded gateways cannot encrypt: " + failures);
        }
        // The key that both have may be one from before, which is below level 4 where the present one is not.
        strict.forEach(gateway -> gateway.reconfigure("security.scOnlyMode", "false"));
        pause(SOON);
        hold(new int[] {central.events.size(), peripheral.events.size()});
    }

    private void together(Link link) {
        assertThat(encrypted(link)).as("encrypted").isTrue();
        assertThat(until(() -> linkAt(peripheral).filter(this::encrypted).isPresent(), SOON)).as("encrypted at the peripheral").isTrue();
        for (var server : List.of(central, peripheral)) {
            for (var uuid : List.of(Lamp.NOTIFIED, Lamp.INDICATED)) {
                subscriptionsAreAsTheyWere(server, uuid);
            }
        }
        if (swaps) {
            linkOutlivesSwap(link);
        }
        assertThat(secret(link)).contains(Lamp.VALUE);
        assertThat(done(link.disconnect())).isTrue();
    }

    /** What a client was told of goes on by itself; nothing else does. */
    private void subscriptionsAreAsTheyWere(SimulatedGateway server, UUID uuid) {
        var client = otherThan(server);
        var side = story.ledger.side(server, client);
        var expected = side.subscribed(uuid);
        var value = "reunion " + story.freshNumber();
        var came = new ArrayList<String>();
        story.ledger.values = (of, heard) -> {
            if (of.gateway == client && of.peer == server && heard.equals(value)) {
                came.add(heard);
                story.people.ring();
            }
        };
        given(server.lamp.send(uuid, value));
        switch (expected) {
            case YES -> {
                if (!until(() -> !came.isEmpty(), SOON)) {
                    throw new AssertionError("P6: " + client.name + " was told that it is subscribed at " + server.name + " and hears nothing");
                }
                story.tally.count("subscriptions", "went on after a reconnection");
            }
            case NO -> {
                pause(Duration.ofMillis(100));
                assertThat(came).as("P6: %s hears of %s what it never subscribed to", client.name, server.name).isEmpty();
                story.tally.count("subscriptions", "nobody has, and nobody hears");
            }
            default -> {}
        }
        story.ledger.values = (of, heard) -> {};
    }

    /** With signing keys on both sides a signed write reaches the service, whatever happened to counters. */
    private void signedWritesArrive(Link link) {
        var server = story.ledger.side(peripheral, central);
        var client = story.ledger.side(central, peripheral);
        boolean canSign = client.now().map(Version::localCsrk).filter(key -> !key.isZero()).isPresent();
        boolean same = canSign && client.now().map(Version::localCsrk).equals(server.now().map(Version::remoteCsrk));
        if (!same || story.signedHandle == 0) {
            return;
        }
        var value = HexFormat.of().formatHex(writeSigned(link));
        if (link.isOpen() && !until(() -> server.wasDelivered(value), SOON)) {
            throw new AssertionError("P6: a signed write of " + central.name + " does not arrive: " + lastFailure);
        }
    }

    /** The place of the store changes under a link that is encrypted. */
    private void linkOutlivesSwap(Link link) {
        var gateway = story.random.nextBoolean() ? central : peripheral;
        int[] before = {central.events.size(), peripheral.events.size()};
        var place = story.anotherPlace();
        story.note("calm swap of %s to %s", gateway.name, place);
        gateway.swap(place);
        pause(Duration.ofSeconds(2));
        until(() -> gateway.bonds().ready(), PATIENCE);
        assertThat(link.isOpen()).as("P3: the link is there after a swap").isTrue();
        assertThat(encrypted(link)).as("P3: it is encrypted").isTrue();
        for (var each : List.of(central, peripheral)) {
            assertThat(since(before, each))
                    .as("P3: what %s hears during a swap", each.name)
                    .noneMatch(event -> event instanceof AdapterEvent.EncryptionChanged || event instanceof AdapterEvent.Disconnected);
        }
        story.tally.count("swaps", "under a live link");
    }

    private void neverUnbonded(int[] before) {
        for (var each : List.of(central, peripheral)) {
            assertThat(since(before, each)).as("%s", each).noneMatch(event ->
                    event instanceof AdapterEvent.PairingStarted
                            || event instanceof AdapterEvent.BondLost lost
                                    && (lost.cause() == Cause.PEER_FORGOT || lost.cause() == Cause.WE_FORGOT));
        }
    }
}
