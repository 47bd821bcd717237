package org.everbond.hci.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedLoopTest {
    private final SimulatedLoop loop = new SimulatedLoop();
    private final List<String> ran = new ArrayList<>();

    @Test
    void tasksRunInOrderWithTheirSuccessorsAndTheClockStandsStill() {
        loop.execute(() -> {
            ran.add("a");
            loop.execute(() -> ran.add("c"));
        });
        loop.execute(() -> ran.add("b"));
        assertThat(ran).isEmpty();
        assertThat(loop.runUntilIdle()).isEqualTo(3);
        assertThat(ran).containsExactly("a", "b", "c");
        assertThat(loop.nanoTime()).isZero();
    }

    @Test
    void timersRunAtTheirTimeInOrderAndCancelledOnesNever() {
        loop.schedule(Duration.ofMillis(20), () -> ran.add("20 at " + loop.nanoTime() / 1_000_000));
        loop.schedule(Duration.ofMillis(10), () -> {
            ran.add("10 at " + loop.nanoTime() / 1_000_000);
            loop.schedule(Duration.ofMillis(5), () -> ran.add("15 at " + loop.nanoTime() / 1_000_000));
        });
        var cancelled = loop.schedule(Duration.ofMillis(12), () -> ran.add("never"));
        cancelled.cancel();
        loop.schedule(Duration.ofMillis(31), () -> ran.add("too late"));
        loop.advance(Duration.ofMillis(30));
        assertThat(ran).containsExactly("10 at 10", "15 at 15", "20 at 20");
        assertThat(loop.nanoTime()).isEqualTo(30_000_000);
    }

    @Test
    void runUntilMovesTheClockAsFarAsNeededAndNoFarther() {
        loop.schedule(Duration.ofSeconds(3), () -> ran.add("x"));
        assertThat(loop.runUntil(() -> !ran.isEmpty(), Duration.ofSeconds(2))).isFalse();
        assertThat(loop.runUntil(() -> !ran.isEmpty(), Duration.ofSeconds(5))).isTrue();
        assertThat(loop.nanoTime()).isEqualTo(3_000_000_000L);
        assertThat(loop.runUntil(() -> false, Duration.ofSeconds(5))).isFalse();
    }

    @Test
    void onlyARunningTaskIsInTheLoopAndItsFailureComesOut() {
        loop.execute(() -> ran.add("" + loop.inLoop()));
        loop.runUntilIdle();
        assertThat(ran).containsExactly("true");
        assertThat(loop.inLoop()).isFalse();
        loop.execute(() -> {
            throw new IllegalStateException("out");
        });
        assertThatThrownBy(loop::runUntilIdle).hasMessage("out");
        assertThat(loop.inLoop()).isFalse();
    }
}
