package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.JUST_WORKS;
import static org.everbond.security.Pair.OLD;
import static org.everbond.security.Pair.assertFails;

import java.time.Duration;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.host.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The SMP timer (Vol 3, Part H, 3.4): SM/CEN/PROT/BV-01, SM/PER/PROT/BV-02 and what follows from it. */
class SmpTimerTest {
    private final Pair pair = new Pair();

    @ParameterizedTest
    @EnumSource(Role.class)
    void thirtySecondsOfSilenceAtAnyMomentEndThePairingAndSmpOnThatLink(Role role) {
        for (int moment = 1; moment < 12; moment++) {
            var fresh = new Pair();
            var device = fresh.device(role);
            var wire = fresh.connect();
            device.gate.passed.clear();
            device.gate.close();
            var result = fresh.central.security.pair(wire.central);
            fresh.run();
            for (int i = 0; i < moment; i++) {
                device.gate.step();
                fresh.run();
            }
            // The other side falls silent: what it has sent never arrives.
            device.gate.drop();
            fresh.advance(Duration.ofSeconds(29));
            assertThat(wire.end(role).link().isPairing()).as("%s %s", role, device.gate.passed).isTrue();
            var sent = wire.end(role).sent.size();

            fresh.advance(Duration.ofSeconds(2));

            assertThat(wire.end(role).link().isPairing()).isFalse();
            assertThat(device.heard(SecurityEvent.PairingFailed.class)).hasSize(1);
            assertThat(wire.end(role).sent).as("nothing is sent after the timer").hasSize(sent);
            if (role == Role.CENTRAL) {
                assertFails(result, "did not go on with pairing for 30 s");
            }
            device.gate.open();
            fresh.run();
            wire.inject(role, PairingMatrixTest.sample(role == Role.CENTRAL ? 0x0b : 0x01));
            fresh.run();
            assertThat(wire.end(role).sent).as("no more SMP on this link").hasSize(sent);
            assertThat(wire.end(role).link().isPairing()).isFalse();
            assertThat(device.bonds.list()).isEmpty();
        }
    }

    @Test
    void aLinkAfterTheTimerDoesNotPairAgainAndTheNextOneDoes() {
        Tester.in(pair.peripheral);
        var wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
        pair.pair(wire);
        pair.advance(Duration.ofSeconds(31));
        assertFails(pair.central.security.pair(wire.central), "disconnect, connect and try again");
        wire.lose(0x13, 0x13);
        pair.run();
        pair.peripheral.start();
        pair.pair(pair.connect());
        assertThat(pair.central.bonds.list()).hasSize(1);
    }

    /** Not even to repair a bond whose key the peer turns out to have lost. */
    @Test
    void aLinkAfterTheTimerDoesNotRepairALostBondEither() {
        pair.central.bonds.put(pair.peripheral.identity, JUST_WORKS, BondKeys.secureConnections(OLD, null));
        pair.central.security.options(Device.accepting().with(options -> options.lost(SecurityOptions.Lost.REPAIR)));
        var tester = Tester.in(pair.peripheral);
        var wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
        pair.pair(wire);
        pair.advance(Duration.ofSeconds(31));
        int sent = wire.central.sent.size();
        var encrypted = pair.central.security.encrypt(wire.central);
        pair.run();
        assertThat(tester.keyRequests).isEqualTo(1);
        wire.peripheral.refuseLongTermKey();
        pair.run();
        assertFails(encrypted, "an earlier pairing on this connection timed out");
        assertThat(wire.central.link().isPairing()).isFalse();
        assertThat(wire.central.sent).as("no more SMP on this link").hasSize(sent);
    }

    /** Nor does a peripheral wait for an answer to a Security Request that it may not send. */
    @Test
    void aPeripheralAfterTheTimerSaysSoWhenItIsToEncrypt() {
        pair.peripheral.bonds.put(pair.central.identity, JUST_WORKS, BondKeys.secureConnections(OLD, null));
        var tester = Tester.in(pair.central);
        var wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
        tester.send(wire.central, "01030009100202");
        pair.advance(Duration.ofSeconds(31));
        int sent = wire.peripheral.sent.size();
        assertFails(pair.peripheral.security.encrypt(wire.peripheral), "an earlier pairing on this connection timed out");
        assertThat(wire.peripheral.sent).as("no more SMP on this link").hasSize(sent);
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void eachPduStartsTheTimerAgain(Role role) {
        var device = pair.device(role);
        var wire = pair.connect();
        device.gate.close();
        pair.central.security.pair(wire.central);
        pair.run();
        while (device.heard(SecurityEvent.Paired.class).isEmpty() && !device.gate.next().isEmpty()) {
            if (device.gate.next().startsWith("0x")) {
                pair.advance(Duration.ofSeconds(12));
            }
            device.gate.step();
            pair.run();
        }
        assertThat(device.heard(SecurityEvent.Paired.class)).as("%s", device.gate.passed).hasSize(1);
    }

    /** THREATS A23: our own cap on a pairing that always goes on a little. */
    @Test
    void aPairingThatNeverStopsGoingOnIsEndedByTheCap() {
        var options = Device.accepting();
        pair.peripheral.security.options(options.with(changed -> changed.totalTimeout(Duration.ofSeconds(60))));
        var wire = pair.connect();
        pair.peripheral.gate.passed.clear();
        pair.peripheral.gate.close();
        pair.central.security.pair(wire.central);
        pair.run();
        while (pair.peripheral.heard(SecurityEvent.PairingFailed.class).isEmpty()) {
            if (pair.peripheral.gate.next().startsWith("0x")) {
                pair.advance(Duration.ofSeconds(25));
            }
            assertThat(pair.peripheral.gate.step()).isTrue();
            pair.run();
        }
        assertThat(pair.peripheral.heard(SecurityEvent.PairingFailed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.cause()).hasMessageContaining("longer than 60 s in all"));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void keyPdusThatComeBeforeEncryptionChangeAreNotKeptForEver(Role role) {
        var device = pair.device(role);
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        device.gate.close();
        while (!device.gate.next().equals("encryption")) {
            pair.run();
            device.gate.step();
            pair.run();
        }
        wire.inject(role, PairingMatrixTest.sample(0x08));
        pair.advance(Duration.ofMillis(1900));
        assertThat(wire.end(role).link().isPairing()).isTrue();
        pair.advance(Duration.ofMillis(200));
        assertThat(wire.end(role).link().isPairing()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void noMoreThanSixKeyPdusAreParked(Role role) {
        var device = pair.device(role);
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        device.gate.close();
        while (!device.gate.next().equals("encryption")) {
            pair.run();
            device.gate.step();
            pair.run();
        }
        for (int i = 0; i < 6; i++) {
            wire.inject(role, PairingMatrixTest.sample(0x0a));
        }
        assertThat(wire.end(role).link().isPairing()).isTrue();
        wire.inject(role, PairingMatrixTest.sample(0x0a));
        assertThat(wire.end(role).link().isPairing()).isFalse();
    }

    /** A controller that hands over the first encrypted data before Encryption Change. */
    @Test
    void parkedKeyPdusAreUsedOnceTheLinkIsEncrypted() {
        var wire = pair.connect();
        pair.central.security.pair(wire.central);
        pair.central.gate.close();
        while (!pair.central.gate.next().equals("encryption")) {
            pair.run();
            pair.central.gate.step();
            pair.run();
        }
        pair.run();
        // The peripheral's keys are there already, behind the event; they overtake it.
        var keys = wire.peripheral.sent.subList(wire.peripheral.sent.size() - 2, wire.peripheral.sent.size());
        keys.forEach(pdu -> wire.inject(Role.CENTRAL, pdu));
        assertThat(pair.central.bonds.commits).isZero();
        pair.central.gate.step();
        pair.run();
        while (!pair.central.gate.next().equals("commit")) {
            assertThat(pair.central.gate.step()).isTrue();
            pair.run();
            if (pair.central.bonds.commits > 0) {
                break;
            }
        }
        assertThat(pair.central.bonds.commits).isEqualTo(1);
    }
}
