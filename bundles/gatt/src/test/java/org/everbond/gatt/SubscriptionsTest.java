package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Client Characteristic Configurations: whose they are, how long, and for which table (Vol 3, Part G, 3.3.3.3, 7.1). */
class SubscriptionsTest {
    private static final Bond BOND = Device.bond(2, Device.JUST_WORKS);
    private static final Bond OTHER = Device.bond(3, Device.JUST_WORKS);
    /** Configurations of the lamp and of Service Changed. */
    private static final String SECRET = "1300";
    private static final String ALARM = "1600";
    private static final String TICK = "1900";
    private static final String SERVICE_CHANGED = "0b00";

    private final SimulatedLoop loop = new SimulatedLoop();
    private final Device device = new Device(loop);
    private final Lamp lamp = new Lamp();
    private Runnable removeLamp;

    @BeforeEach
    void serve() {
        removeLamp = device.serve(lamp);
    }

    private FakeConnection bonded(Bond bond) {
        var peer = device.connect(bond);
        device.encrypted(peer, bond.security());
        return peer;
    }

    private void subscribe(FakeConnection peer, String configuration, String value) {
        assertThat(device.exchange(peer, "12" + configuration + value)).containsExactly("13");
    }

    /** The bonded client subscribed on an earlier connection. */
    private void tickWasSubscribed() {
        var peer = bonded(BOND);
        subscribe(peer, TICK, "0100");
        device.disconnect(peer);
    }

    private void assertStored(Map<Integer, Integer> subscriptions) {
        assertThat(device.stored.get(BOND.id()).values()).isEqualTo(subscriptions);
    }

    private int tick() {
        return device.get(lamp.notifier.send(Lamp.TICK, new byte[] {7}));
    }

    @Test
    void aValueGoesToThoseWhoSubscribed() {
        var one = device.connect();
        var two = device.connect();
        subscribe(one, TICK, "0100");
        assertThat(tick()).isEqualTo(1);
        assertThat(one.taken()).containsExactly("1b180007");
        assertThat(two.taken()).isEmpty();
        subscribe(one, TICK, "0000");
        assertThat(tick()).isZero();
        assertThat(lamp.told).containsExactly("subscribed TICK", "unsubscribed TICK");
    }

    @Test
    void aValueIsCutToTheMtu() {
        var peer = device.connect();
        subscribe(peer, TICK, "0100");
        device.get(lamp.notifier.send(Lamp.TICK, new byte[100]));
        assertThat(peer.sent.get(0)).hasSize(23);
    }

    @Test
    void theConfigurationIsReadBack() {
        var peer = device.connect();
        assertThat(device.exchange(peer, "0a" + TICK)).containsExactly("0b0000");
        subscribe(peer, TICK, "0100");
        assertThat(device.exchange(peer, "0a" + TICK)).containsExactly("0b0100");
    }

    @Test
    void valuesThatTheConfigurationCannotHaveAreRefused() {
        var peer = device.connect();
        assertThat(device.exchange(peer, "12 1900 0200")).containsExactly("01121900fd");
        assertThat(device.exchange(peer, "12 1600 0100")).containsExactly("01121600fd");
        assertThat(device.exchange(peer, "12 1900 0001")).containsExactly("01121900fd");
        assertThat(device.exchange(peer, "12 1900 01")).containsExactly("011219000d");
        assertThat(device.exchange(peer, "12 1900 010000")).containsExactly("011219000d");
        assertThat(tick()).isZero();
    }

    @Test
    void indicationsGoOneAtATimeAndCountWhenConfirmed() {
        var peer = device.connect();
        subscribe(peer, ALARM, "0200");
        peer.taken();
        var first = lamp.notifier.send(Lamp.ALARM, new byte[] {1}).toCompletableFuture();
        var second = lamp.notifier.send(Lamp.ALARM, new byte[] {2}).toCompletableFuture();
        loop.runUntilIdle();
        assertThat(peer.taken()).containsExactly("1d150001");
        assertThat(first).isNotDone();
        assertThat(device.exchange(peer, "1e")).containsExactly("1d150002");
        assertThat(first).isCompletedWithValue(1);
        device.exchange(peer, "1e");
        assertThat(second).isCompletedWithValue(1);
        assertThat(device.exchange(peer, "1e")).isEmpty();
    }

    @Test
    void anIndicationThatIsNotConfirmedEndsTheBearer() {
        var peer = device.connect();
        subscribe(peer, ALARM, "0200");
        var sent = lamp.notifier.send(Lamp.ALARM, new byte[] {1}).toCompletableFuture();
        loop.advance(Duration.ofSeconds(29));
        assertThat(peer.open).isTrue();
        loop.advance(Duration.ofSeconds(2));
        assertThat(peer.disconnectedWith).isEqualTo(0x13);
        assertThat(sent).isCompletedWithValue(0);
    }

    @Test
    void aClientThatLeavesIsUnsubscribedAndNotWaitedFor() {
        var peer = device.connect();
        subscribe(peer, TICK, "0100");
        peer.stalled = true;
        var sent = lamp.notifier.send(Lamp.TICK, new byte[] {1}).toCompletableFuture();
        loop.runUntilIdle();
        assertThat(sent).isNotDone();
        device.disconnect(peer);
        assertThat(sent).isCompletedWithValue(0);
        assertThat(lamp.told).containsExactly("subscribed TICK", "unsubscribed TICK");
        assertThat(device.stored).isEmpty();
    }

    @Test
    void aBondedClientFindsItsSubscriptionsAgainOnceItHasShownItsKey() {
        var peer = bonded(BOND);
        subscribe(peer, TICK, "0100");
        subscribe(peer, SECRET, "0100");
        device.disconnect(peer);
        lamp.told.clear();

        var again = device.connect(BOND);
        assertThat(device.exchange(again, "0a" + TICK)).containsExactly("0b0000");
        assertThat(tick()).isZero();
        assertThat(again.taken()).isEmpty();
        device.encrypted(again, BOND.security());
        assertThat(lamp.told).containsExactlyInAnyOrder("subscribed TICK", "subscribed SECRET");
        assertThat(tick()).isEqualTo(1);
        assertThat(device.get(lamp.notifier.send(Lamp.SECRET, new byte[] {8}))).isEqualTo(1);
        assertThat(again.taken()).containsExactly("1b180007", "1b120008");
    }

    @Test
    void nobodyElseInheritsThem() {
        tickWasSubscribed();

        device.disconnect(bonded(OTHER));
        assertThat(tick()).isZero();
        var stranger = device.connect();
        device.encrypted(stranger, Device.JUST_WORKS);
        assertThat(tick()).isZero();
        assertThat(device.stored).containsOnlyKeys(BOND.id());
    }

    @Test
    void anImpostorThatPairsUnderTheAddressOfABondInheritsNothing() {
        tickWasSubscribed();

        var impostor = device.connect(BOND);
        impostor.link.pairing = true;
        device.encrypted(impostor, Device.JUST_WORKS);
        assertThat(tick()).isZero();
        assertThat(device.stored.get(BOND.id()).values()).hasSize(1);
    }

    @Test
    void anImpostorThatPairsUnderTheAddressOfABondChangesNothing() {
        tickWasSubscribed();

        var impostor = device.connect(BOND);
        impostor.link.pairing = true;
        device.encrypted(impostor, Device.JUST_WORKS);
        subscribe(impostor, ALARM, "0200");
        loop.advance(Duration.ofSeconds(5));
        device.disconnect(impostor);
        assertStored(Map.of(0x19, 1));
    }

    @Test
    void whatWasWrittenBeforeTheBondWasKnownDoesNotGetIntoIt() {
        var early = device.connect();
        subscribe(early, ALARM, "0200");
        early.link.bond = Optional.of(BOND);
        loop.advance(Duration.ofSeconds(5));
        assertThat(device.stored).isEmpty();
        device.encrypted(early, BOND.security());
        device.disconnect(early);
        assertThat(device.stored).isEmpty();
    }

    @Test
    void whatWasWrittenJustBeforeTheLinkLostItsEncryptionIsStored() {
        var peer = bonded(BOND);
        subscribe(peer, TICK, "0100");
        peer.link.security = Optional.empty();
        device.disconnect(peer);
        assertStored(Map.of(0x19, 1));
    }

    @Test
    void aNewBondHasWhatItsClientSubscribedToAndNothingOlder() {
        tickWasSubscribed();

        var again = device.connect(BOND);
        again.link.pairing = true;
        device.encrypted(again, Device.NUMERIC);
        subscribe(again, ALARM, "0200");
        device.paired(again, BOND);
        assertStored(Map.of(0x16, 2));
    }

    @Test
    void aReplacedBondForgetsTheSubscriptionsOfTheOldOneAlsoAfterATableChange() {
        tickWasSubscribed();
        var again = device.connect(BOND);
        again.link.pairing = true;
        device.encrypted(again, Device.NUMERIC);
        device.serve(new Lamp());
        device.paired(again, BOND);
        assertStored(Map.of());
    }

    @Test
    void aClientThatBondsKeepsWhatItSubscribedToBefore() {
        var peer = device.connect();
        subscribe(peer, TICK, "0100");
        assertThat(device.stored).isEmpty();
        peer.link.pairing = true;
        device.encrypted(peer, Device.JUST_WORKS);
        device.paired(peer, BOND);
        assertStored(Map.of(0x19, 1));
    }

    /** Whatever a power cut leaves: the client that has the bond is not without what it was told that it subscribed to. */
    @Test
    void aNewBondIsCommittedTogetherWithWhatItsClientSubscribedTo() {
        var peer = device.connect();
        subscribe(peer, TICK, "0100");
        pairs(peer);
        device.commits(peer, BOND);
        assertStored(Map.of(0x19, 1));
        device.paired(peer, BOND);
        assertThat(device.saves).as("nothing is written twice").isZero();
    }

    @Test
    void aChangeWhileTheBondIsBeingCommittedIsAnsweredOnceItBelongsToIt() {
        var peer = device.connect();
        pairs(peer);
        device.commits(peer, BOND);
        assertThat(device.exchange(peer, "12" + ALARM + "0200")).isEmpty();
        device.disk = new CompletableFuture<>();
        device.paired(peer, BOND);
        assertThat(peer.taken()).isEmpty();
        device.onLoop(() -> device.disk.complete(null));
        assertThat(peer.taken()).containsExactly("13");
        assertStored(Map.of(0x16, 2));
    }

    @Test
    void aChangeDuringAPairingThatFailsIsAnsweredAndHoldsForTheLink() {
        var peer = device.connect();
        pairs(peer);
        device.commits(peer, BOND);
        device.stored.clear();
        assertThat(device.exchange(peer, "12" + TICK + "0100")).isEmpty();
        device.pairingFailed(peer);
        assertThat(peer.taken()).containsExactly("13");
        assertThat(tick()).isEqualTo(1);
        assertThat(device.stored).isEmpty();
        subscribe(peer, TICK, "0000");
    }

    private void pairs(FakeConnection peer) {
        peer.link.pairing = true;
        device.encrypted(peer, Device.JUST_WORKS);
    }

    @Test
    void aChangeIsDurableBeforeItIsAnswered() {
        var peer = bonded(BOND);
        device.disk = new CompletableFuture<>();
        assertThat(device.exchange(peer, "12" + TICK + "0100")).isEmpty();
        assertThat(device.stored).isEmpty();
        device.onLoop(() -> device.disk.complete(null));
        assertThat(peer.taken()).containsExactly("13");
        assertStored(Map.of(0x19, 1));
    }

    @Test
    void aChangeThatCannotBeStoredIsRefusedAndChangesNothing() {
        var peer = bonded(BOND);
        subscribe(peer, TICK, "0100");
        device.disk = CompletableFuture.failedFuture(new IOException("the disk is full"));
        assertThat(device.exchange(peer, "12" + TICK + "0000")).containsExactly("011219000e");
        assertThat(device.exchange(peer, "0a" + TICK)).containsExactly("0b0100");
        assertStored(Map.of(0x19, 1));
    }

    @Test
    void whatDoesNotChangeIsNotStoredAgain() {
        var peer = bonded(BOND);
        subscribe(peer, TICK, "0100");
        subscribe(peer, TICK, "0100");
        device.disconnect(peer);
        assertThat(device.saves).isEqualTo(1);
    }

    @Test
    void inClearABondedClientChangesNothing() {
        tickWasSubscribed();
        var impostor = device.connect(BOND);
        assertThat(device.exchange(impostor, "12 1900 0000")).containsExactly("011219000f");
        assertThat(device.exchange(impostor, "16 1900 0000 0000")).containsExactly("011619000f");
        assertThat(device.exchange(impostor, "52 1900 0000")).isEmpty();
        device.disconnect(impostor);
        assertStored(Map.of(0x19, 1));
    }

    @Test
    void afterATableChangeOnlyServiceChangedIsLeftAndTellsSo() {
        var peer = bonded(BOND);
        subscribe(peer, TICK, "0100");
        subscribe(peer, SERVICE_CHANGED, "0200");
        device.disconnect(peer);
        var before = device.stored.get(BOND.id());

        device.serve(new Lamp());
        var again = device.connect(BOND);
        assertThat(again.taken()).isEmpty();
        device.encrypted(again, BOND.security());
        assertThat(again.taken()).containsExactly("1d0a000100ffff");
        assertThat(tick()).isZero();
        assertThat(device.stored.get(BOND.id())).isSameAs(before);
        device.exchange(again, "1e");
        assertStored(Map.of(0x0b, 2));
        assertThat(device.stored.get(BOND.id()).databaseHash()).isNotEqualTo(before.databaseHash());
        device.disconnect(again);

        var third = bonded(BOND);
        assertThat(third.taken()).isEmpty();
    }

    @Test
    void aClientThatLeavesBeforeItConfirmsIsToldAgain() {
        var peer = bonded(BOND);
        subscribe(peer, SERVICE_CHANGED, "0200");
        device.disconnect(peer);
        device.serve(new Lamp());
        var again = bonded(BOND);
        assertThat(again.taken()).containsExactly("1d0a000100ffff");
        subscribe(again, TICK, "0100");
        device.disconnect(again);

        assertThat(bonded(BOND).taken()).containsExactly("1d0a000100ffff");
    }

    @Test
    void subscriptionsComeBackWithTheTableThatTheyBelongTo() {
        tickWasSubscribed();
        removeLamp.run();

        var again = bonded(BOND);
        removeLamp = device.serve(lamp);
        assertThat(tick()).isEqualTo(1);
        assertThat(again.taken()).containsExactly("1b180007");
    }

    @Test
    void aServiceThatIsRestartedUnderALinkKeepsItsSubscribers() {
        var peer = device.connect();
        subscribe(peer, TICK, "0100");
        removeLamp.run();
        device.serve(lamp);
        assertThat(tick()).isEqualTo(1);
    }

    @Test
    void connectedClientsHearOfAChangeAndOfTheNextAfterTheyConfirmed() {
        var peer = device.connect();
        subscribe(peer, SERVICE_CHANGED, "0200");
        peer.taken();
        var second = device.serve(new Lamp());
        assertThat(peer.taken()).containsExactly("1d0a000100ffff");
        device.serve(new Lamp());
        assertThat(peer.taken()).isEmpty();
        assertThat(device.exchange(peer, "1e")).containsExactly("1d0a000100ffff");
        assertThat(device.exchange(peer, "1e")).isEmpty();
        second.run();
        assertThat(peer.taken()).containsExactly("1d0a000100ffff");
    }

    @Test
    void storedNonsenseIsNotBelieved() {
        tickWasSubscribed();
        var hash = device.stored.get(BOND.id()).databaseHash();
        device.stored.put(BOND.id(), new Subscriptions(hash, Map.of(0x19, 0x8001, 0x16, 1, 0x10, 1, 0xffff, 2, 0x13, 1)));
        lamp.told.clear();
        bonded(BOND);
        assertThat(lamp.told).containsExactly("subscribed SECRET");
    }

    @Test
    void aSlowControllerHoldsNotificationsBackAndASlowerSenderLosesNone() {
        var peer = device.connect();
        subscribe(peer, TICK, "0100");
        peer.taken();
        peer.stalled = true;
        var sent = new java.util.ArrayList<java.util.concurrent.CompletableFuture<Integer>>();
        for (int i = 0; i < 2000; i++) {
            sent.add(lamp.notifier.send(Lamp.TICK, new byte[20]).toCompletableFuture());
        }
        loop.runUntilIdle();
        assertThat(peer.queued).isBetween(8 * 1024 - 23, 8 * 1024 + 23);
        device.onLoop(() -> {
            for (int i = 0; i < 2000; i++) {
                peer.completeOne();
            }
        });
        assertThat(sent).allMatch(stage -> stage.join() == 1);
        assertThat(peer.sent).hasSize(2000);
    }

    @Test
    void aLinkThatLosesItsEncryptionGetsNothing() {
        var peer = bonded(BOND);
        subscribe(peer, TICK, "0100");
        peer.taken();
        peer.link.security = Optional.empty();
        assertThat(tick()).isZero();
        assertThat(peer.taken()).isEmpty();
    }
}
