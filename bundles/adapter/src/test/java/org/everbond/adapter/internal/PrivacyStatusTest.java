package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.adapter.internal.Gateway.get;

import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.PrivacyStatus;
import org.everbond.bonds.BondId;
import org.everbond.bonds.PrivacyMode;
import org.everbond.hci.virtual.VirtualController;
import org.junit.jupiter.api.Test;

/** What an adapter says of its privacy, and what becomes of the privacy mode of a bond. */
class PrivacyStatusTest extends GatewaysOnAir {
    private final VirtualController controller = air.controller();

    private Gateway gateway(String store) {
        return new Gateway("main", controller, folder)
                .with("store", "file:" + store)
                .with("bondable", "on")
                .with("pairing.justWorks", "accept");
    }

    private void bond(Gateway main) {
        try (var peer = new Gateway("peer", air.controller(), folder).startUp()) {
            var link = connected(peer, main);
            get(link.pair());
            main.await(AdapterEvent.Paired.class);
        }
    }

    private static PrivacyStatus privacy(Gateway main) {
        return get(main.adapter().privacy());
    }

    /** The controller's list follows a moment later. */
    private static void awaitResolvedByController(Gateway main, int peers) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (privacy(main).resolvedByController() != peers && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(privacy(main).resolvedByController()).isEqualTo(peers);
    }

    @Test
    void itSaysWhichAddressIsOnAirAndWhoIsFound() {
        try (var main = gateway("main.tlv").startUp()) {
            var identity = main.adapter().status().identity().orElseThrow();
            var before = privacy(main);
            assertThat(before.privateAddresses()).isFalse();
            assertThat(before.onAir()).contains(identity);
            assertThat(before.mode()).isEqualTo(PrivacyMode.DEVICE);
            assertThat(before.resolvable()).isZero();
            bond(main);
            assertThat(privacy(main).resolvable()).isEqualTo(1);
            awaitResolvedByController(main, 1);

            main.with("privacy", true).with("privacy.lifetime", 60).with("privacy.mode", "network").reconfigure();
            var status = privacy(main);
            assertThat(status.privateAddresses()).isTrue();
            assertThat(status.lifetime()).isEqualTo(Duration.ofMinutes(1));
            assertThat(status.mode()).isEqualTo(PrivacyMode.NETWORK);
            assertThat(status.onAir().orElseThrow().isResolvable()).isTrue();
            get(main.adapter().renewAddress());
            assertThat(privacy(main).onAir()).isNotEqualTo(status.onAir());
            get(main.adapter().changeIrk());
            assertThat(privacy(main).withFormerIrk()).isEqualTo(main.adapter().bonds());
        }
    }

    @Test
    void theModeOfABondIsKeptOverRestartsAndASwap() {
        try (var main = gateway("main.tlv").startUp()) {
            bond(main);
            var bond = main.adapter().bonds().get(0).id();
            get(main.adapter().privacyMode(bond, Optional.of(PrivacyMode.NETWORK)));
            assertThat(main.adapter().bonds().get(0).privacyMode()).contains(PrivacyMode.NETWORK);
            main.with("store", "file:other.tlv").reconfigure();
            main.awaitStore("other.tlv");
            assertThat(main.adapter().bonds().get(0).privacyMode()).contains(PrivacyMode.NETWORK);
        }
        try (var main = gateway("other.tlv").startUp()) {
            var bond = main.adapter().bonds().get(0);
            assertThat(bond.privacyMode()).contains(PrivacyMode.NETWORK);
            get(main.adapter().privacyMode(bond.id(), Optional.empty()));
        }
        try (var main = gateway("other.tlv").startUp()) {
            assertThat(main.adapter().bonds().get(0).privacyMode()).isEmpty();
            var nobody = main.adapter().privacyMode(new BondId(new UUID(0, 0), 1), Optional.of(PrivacyMode.DEVICE));
            Assertions.assertThatThrownBy(() -> nobody.toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class).hasCauseInstanceOf(NoSuchElementException.class);
        }
    }
}
