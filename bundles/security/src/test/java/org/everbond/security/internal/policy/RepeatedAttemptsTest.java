package org.everbond.security.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.everbond.bonds.keys.FailedAttempts;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vol 3, Part H, 2.3.6. */
class RepeatedAttemptsTest {
    private static final DeviceAddress PEER = DeviceAddress.parse("C0:FF:EE:00:00:02/random");
    private static final DeviceAddress OTHER = DeviceAddress.parse("00:11:22:33:44:55/public");
    private static final DeviceAddress PRIVATE = DeviceAddress.parse("4C:FF:EE:00:00:02/random");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final RepeatedAttempts attempts = new RepeatedAttempts();
    private long now = -5_000_000_000L;

    private Duration left(DeviceAddress onAir, DeviceAddress... identity) {
        return attempts.left(onAir, List.of(identity).stream().findFirst(), SECOND, now);
    }

    private void failed(DeviceAddress onAir, DeviceAddress... identity) {
        attempts.failed(onAir, List.of(identity).stream().findFirst(), now);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static DeviceAddress stranger(int i) {
        return new DeviceAddress(AddressType.RANDOM, 0xc00000000000L + i);
    }

    @Test
    void withoutAFailureNobodyWaits() {
        assertThat(left(PEER)).isZero();
        assertThat(left(PRIVATE, PEER)).isZero();
        assertThat(attempts.counted(now)).isEmpty();
    }

    @Test
    void theWaitDoublesWithEachFailureUpToHalfAnHour() {
        var expected = SECOND;
        for (int i = 0; i < 40; i++) {
            failed(PEER, PEER);
            assertThat(left(PEER, PEER)).isEqualTo(expected);
            pass(expected.minusNanos(1));
            assertThat(left(PEER, PEER)).isEqualTo(Duration.ofNanos(1));
            pass(Duration.ofNanos(1));
            assertThat(left(PEER, PEER)).isZero();
            expected = expected.multipliedBy(2);
            if (expected.compareTo(Duration.ofMinutes(30)) > 0) {
                expected = Duration.ofMinutes(30);
            }
        }
    }

    /** Whoever tries again as soon as it may, or some time within an hour after that, never waits less than before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theWaitNeverShrinksBetweenFailures(long seed) {
        var random = new Random(seed);
        var before = Duration.ZERO;
        for (int i = 0; i < 200; i++) {
            failed(PEER, PEER);
            var wait = left(PEER, PEER);
            assertThat(wait).as("seed %d, failure %d", seed, i).isGreaterThanOrEqualTo(before);
            before = wait;
            pass(wait.plusSeconds(random.nextInt(1700)));
        }
    }

    @Test
    void aSuccessTakesTheFailuresOfThatPeerBack() {
        failed(PEER);
        failed(OTHER);
        assertThat(attempts.succeeded(PEER, Optional.of(PEER))).isTrue();
        assertThat(left(PEER)).isZero();
        assertThat(left(OTHER)).isPositive();
        assertThat(attempts.succeeded(PEER, Optional.of(PEER))).isFalse();
    }

    @Test
    void eachQuietHourTakesOneFailureBack() {
        for (int i = 0; i < 5; i++) {
            failed(PEER, PEER);
        }
        pass(Duration.ofHours(3));
        failed(PEER, PEER);
        assertThat(left(PEER, PEER)).as("two left and a new one").isEqualTo(Duration.ofSeconds(4));
        pass(Duration.ofHours(3));
        assertThat(attempts.counted(now)).isEmpty();
    }

    @Test
    void aBondedPeerIsKnownByItsIdentityWhateverItsAddress() {
        failed(PRIVATE, PEER);
        assertThat(left(DeviceAddress.parse("4D:FF:EE:00:00:02/random"), PEER)).isPositive();
        assertThat(left(PEER, PEER)).isPositive();
        assertThat(left(OTHER)).isZero();
    }

    @Test
    void whoChangesAddressesMeetsTheBucketThatAllStrangersShare() {
        for (int i = 0; i < 10; i++) {
            assertThat(left(stranger(i))).isZero();
            failed(stranger(i));
        }
        assertThat(left(stranger(10))).as("it is full, not more").isZero();
        var expected = SECOND;
        for (int i = 10; i < 60; i++) {
            failed(stranger(i));
            assertThat(left(stranger(i + 1))).isEqualTo(expected);
            assertThat(left(OTHER, OTHER)).as("a bonded peer does not share it").isZero();
            pass(expected);
            expected = expected.multipliedBy(2);
            if (expected.compareTo(Duration.ofMinutes(4)) > 0) {
                expected = Duration.ofMinutes(4);
            }
        }
        pass(Duration.ofMinutes(260));
        assertThat(left(stranger(99))).isZero();
        assertThat(attempts.counted(now)).noneMatch(counted -> counted.peer().isEmpty());
    }

    @Test
    void aRestartShortensNoWait() {
        for (int i = 0; i < 6; i++) {
            failed(PEER);
        }
        pass(Duration.ofSeconds(31));
        assertThat(left(PEER)).isEqualTo(SECOND);
        var restarted = new RepeatedAttempts();
        assertThat(restarted.load(attempts.counted(now), 77)).isTrue();
        assertThat(restarted.left(PEER, Optional.empty(), SECOND, 77)).isEqualTo(Duration.ofSeconds(32));
        assertThat(restarted.load(attempts.counted(now), 77)).isFalse();
        assertThat(restarted.counted(77)).containsExactlyInAnyOrder(
                new FailedAttempts(Optional.of(PEER), 6), new FailedAttempts(Optional.empty(), 6));
    }

    @Test
    void aHostileStoreMakesNobodyWaitForEver() {
        attempts.load(List.of(new FailedAttempts(Optional.of(PEER), 255), new FailedAttempts(Optional.empty(), 255)), now);
        assertThat(left(PEER, PEER)).isEqualTo(Duration.ofMinutes(30));
        assertThat(left(OTHER)).isEqualTo(Duration.ofMinutes(4));
        pass(Duration.ofHours(16));
        assertThat(attempts.counted(now)).isEmpty();
    }

    @Test
    void memoryIsBoundedAndTheWorstAreKept() {
        for (int i = 0; i < 4; i++) {
            failed(PEER);
        }
        for (int i = 0; i < 1000; i++) {
            failed(stranger(i));
        }
        assertThat(attempts.counted(now)).hasSizeLessThanOrEqualTo(128)
                .contains(new FailedAttempts(Optional.of(PEER), 4))
                .contains(new FailedAttempts(Optional.of(stranger(999)), 1));
    }
}
