package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.JUST_WORKS;
import static org.everbond.security.Pair.OLD;
import static org.everbond.security.Pair.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.PublicKey;
import org.everbond.host.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T-A16, SM/CEN/KDU/BI-01: somebody who fails and tries again as soon as it may, whatever it does in between. */
class RepeatedAttemptsStoryTest {
    private static final String REQUEST = "01030009100202";
    private static final String RESPONSE = "02030009100202";
    private static final Duration STEP = Duration.ofMillis(100);

    private final Pair pair = new Pair();
    private Tester attacker;
    private Wire wire;

    private Device device(Role role) {
        return pair.device(role);
    }

    private void connect(Role role, DeviceAddress attackersAddress) {
        attacker = Tester.in(pair.other(role));
        var own = device(role).identity;
        wire = role == Role.CENTRAL
                ? new Wire(pair.central, pair.peripheral, own, attackersAddress)
                : new Wire(pair.central, pair.peripheral, attackersAddress, own);
        pair.run();
    }

    private void connect(Role role) {
        connect(role, role == Role.CENTRAL ? pair.peripheral.identity : pair.central.identity);
    }

    private void waits(Role role) {
        device(role).security.options(Device.accepting().with(options -> options.firstWait(Duration.ofSeconds(1))));
    }

    /** Begins a pairing with the device, or has it begin one. */
    private boolean isAccepted(Role role) {
        if (role == Role.CENTRAL) {
            pair.central.security.pair(wire.central);
            return attacker.nextHex().startsWith("01");
        }
        attacker.send(wire.central, REQUEST);
        var answer = attacker.nextHex();
        assertThat(answer).matches("02.*|0509");
        return answer.startsWith("02");
    }

    /** A guess that does not hold: the device's own public key sent back. */
    private void fail(Role role) {
        var end = wire.otherEnd(role);
        if (role == Role.CENTRAL) {
            attacker.send(end, RESPONSE);
            attacker.peer = PublicKey.ofLittleEndian(attacker.next(), 1);
            attacker.send(end, Tester.publicKey(attacker.peer));
        } else {
            var invalid = new byte[65];
            invalid[0] = 0x0c;
            attacker.send(end, invalid);
        }
        assertThat(attacker.nextHex()).startsWith("05");
    }

    /** Tries on links of its own until a pairing begins; gives how long that took. */
    private Duration untilAccepted(Role role) {
        var waited = Duration.ZERO;
        connect(role);
        while (!isAccepted(role)) {
            wire.lose(0x13, 0x13);
            pair.advance(STEP);
            waited = waited.plus(STEP);
            connect(role);
        }
        return waited;
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a16_theTimeBetweenAcceptedAttemptsNeverShrinks(Role role) {
        waits(role);
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waits.add(untilAccepted(role));
            fail(role);
            wire.lose(0x13, 0x13);
        }
        assertThat(waits.get(0)).isZero();
        assertThat(waits).isSorted();
        for (int i = 1; i < waits.size(); i++) {
            assertThat(waits.get(i)).isEqualTo(Duration.ofSeconds(1L << i - 1));
        }
        assertThat(device(role).bonds.list()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void a16_aRestartDoesNotShortenTheWait(Role role) {
        waits(role);
        for (int i = 0; i < 4; i++) {
            untilAccepted(role);
            fail(role);
            wire.lose(0x13, 0x13);
        }
        device(role).start();
        waits(role);
        pair.run();
        assertThat(untilAccepted(role)).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void a16_whoeverAsksHereIsToldHowLongToWait() {
        waits(Role.CENTRAL);
        connect(Role.CENTRAL);
        isAccepted(Role.CENTRAL);
        fail(Role.CENTRAL);
        var refused = pair.pair(wire);
        assertFails(refused, "pair again in 2 s");
        assertThat(attacker.nextHex()).as("nothing goes on air").isEmpty();
        attacker.send(wire.peripheral, "0b09");
        assertThat(attacker.nextHex()).as("nor does the peer's own wish help").isEqualTo("0509");
    }

    /** Two people ask while it is still searched for whose address the peer has: both are told, the peer hears of nothing. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void a16_whoeverAskedMeanwhileIsToldHowLongToWait(Role role) {
        waits(role);
        connect(role);
        isAccepted(role);
        fail(role);
        wire.lose(0x13, 0x13);
        device(role).bonds.searching(true);
        connect(role);
        int sent = wire.end(role).sent.size();
        var first = device(role).security.pair(wire.end(role));
        var second = device(role).security.pair(wire.end(role));
        device(role).bonds.searching(false);
        pair.run();
        assertFails(first, "pair again in");
        assertFails(second, "pair again in");
        assertThat(wire.end(role).sent).hasSize(sent);
    }

    @Test
    void a16_anotherAddressForEachAttemptMeetsTheBucketOfAllStrangers() {
        waits(Role.PERIPHERAL);
        for (int i = 0; i < 11; i++) {
            connect(Role.PERIPHERAL, new DeviceAddress(AddressType.RANDOM, 0x400000000000L + i));
            assertThat(isAccepted(Role.PERIPHERAL)).as("attempt %d", i).isTrue();
            fail(Role.PERIPHERAL);
            wire.lose(0x13, 0x13);
            pair.run();
        }
        connect(Role.PERIPHERAL, new DeviceAddress(AddressType.RANDOM, 0x4fffffffffffL));
        assertThat(isAccepted(Role.PERIPHERAL)).isFalse();
        pair.advance(Duration.ofSeconds(1));
        assertThat(isAccepted(Role.PERIPHERAL)).isTrue();
    }

    /** The stranger's failures cost a bonded peer nothing, under whatever address the stranger came. */
    @Test
    void a16_aBondedPeerDoesNotShareTheBucket() {
        waits(Role.PERIPHERAL);
        var bonded = DeviceAddress.parse("C0:FF:EE:00:00:09/random");
        pair.peripheral.bonds.put(bonded, JUST_WORKS, BondKeys.secureConnections(OLD, null));
        for (int i = 0; i < 11; i++) {
            connect(Role.PERIPHERAL, new DeviceAddress(AddressType.RANDOM, 0x400000000000L + i));
            isAccepted(Role.PERIPHERAL);
            fail(Role.PERIPHERAL);
            wire.lose(0x13, 0x13);
            pair.run();
        }
        connect(Role.PERIPHERAL, bonded);
        assertThat(isAccepted(Role.PERIPHERAL)).isTrue();
    }

    /** Somebody with a bonded peer's address who has the user asked and leaves; no secret was touched. */
    @Test
    void a16_whoeverBothersTheUserWaitsBeforeTheNextTimeAlsoBehindABond() {
        waits(Role.PERIPHERAL);
        var user = new User(IoCapability.NO_INPUT_NO_OUTPUT);
        user.slow = true;
        pair.peripheral.agent = Optional.of(user);
        pair.peripheral.bonds.put(pair.central.identity, JUST_WORKS, BondKeys.secureConnections(OLD, null));
        for (int i = 0; i < 5; i++) {
            connect(Role.PERIPHERAL);
            attacker.send(wire.central, REQUEST);
            wire.lose(0x13, 0x13);
            pair.run();
        }
        assertThat(user.heard).filteredOn("just works?"::equals).as("the user is bothered once").hasSize(1);
        connect(Role.PERIPHERAL);
        attacker.send(wire.central, REQUEST);
        assertThat(attacker.nextHex()).isEqualTo("0509");
    }

    @Test
    void aSuccessEndsTheWaits() {
        waits(Role.PERIPHERAL);
        connect(Role.PERIPHERAL);
        isAccepted(Role.PERIPHERAL);
        fail(Role.PERIPHERAL);
        wire.lose(0x13, 0x13);
        pair.advance(Duration.ofSeconds(1));
        assertThat(pair.peripheral.bonds.failedAttempts()).isNotEmpty();
        pair.central.start();
        pair.pair(pair.connect());
        assertThat(pair.peripheral.bonds.list()).hasSize(1);
        assertThat(pair.peripheral.bonds.failedAttempts()).noneMatch(failed -> failed.peer().isPresent());
    }

    /** Neither a disagreement nor a full disk of ours taught the peer anything. */
    @Test
    void whatTaughtNobodyAnythingCostsNoWait() {
        waits(Role.PERIPHERAL);
        pair.peripheral.security.bondable(false);
        connect(Role.PERIPHERAL);
        attacker.send(wire.central, REQUEST);
        assertThat(attacker.nextHex()).isEqualTo("0505");
        pair.peripheral.security.bondable(true);
        attacker.send(wire.central, "01030001070202");
        assertThat(attacker.nextHex()).as("legacy").isEqualTo("0503");
        wire.lose(0x13, 0x13);
        pair.central.start();
        pair.peripheral.bonds.storage = MemoryBonds.Storage.FULL;
        var full = pair.connect();
        pair.pair(full);
        pair.advance(Duration.ofMillis(300));
        pair.peripheral.bonds.storage = MemoryBonds.Storage.DURABLE;
        assertThat(pair.peripheral.bonds.failedAttempts()).isEmpty();
        pair.pair(pair.connect());
        assertThat(pair.peripheral.bonds.list()).hasSize(1);
    }
}
