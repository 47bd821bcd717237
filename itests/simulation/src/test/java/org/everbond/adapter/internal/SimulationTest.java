package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The whole stack in simulated time: gateways, the air between them, stores on disks that fail. {@code -Deverbond.stories=N} tells
 * more stories, {@code -Deverbond.seed=S} begins with another one.
 */
class SimulationTest {
    private static final long FIRST = Long.getLong("everbond.seed", 1);
    private static final long STORIES = Long.getLong("everbond.stories", 10_000);

    @Test
    void whoeverWasBondedReconnectsEncrypted() {
        var all = new Tally();
        LongStream.range(FIRST, FIRST + STORIES).parallel().mapToObj(SimulationTest::story).forEach(told -> {
            synchronized (all) {
                all.add(told);
            }
        });
        System.out.println("simulation: " + STORIES + " stories from seed " + FIRST + "\n  " + all);
        assertThat(all.of("reconnections encrypted")).isGreaterThan(STORIES / 2);
    }

    private static Tally story(long seed) {
        var story = new SimulatedStory(seed);
        try {
            return story.tell();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("story with seed " + seed + ": " + e.getMessage() + "\n" + story.log(), e);
        }
    }
}
