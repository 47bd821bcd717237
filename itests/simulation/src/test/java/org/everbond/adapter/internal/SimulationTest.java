package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The whole stack in simulated time: both gateways, the air between them, stores on disks that fail. {@code -Deverbond.stories=N} tells
 * more stories, {@code -Deverbond.seed=S} begins with another one.
 */
class SimulationTest {
    private static final long FIRST = Long.getLong("everbond.seed", 1);
    private static final long STORIES = Long.getLong("everbond.stories", 10_000);

    @Test
    void whoeverWasBondedReconnectsEncrypted() {
        var counts = new SimulatedStory.Counts();
        LongStream.range(FIRST, FIRST + STORIES).parallel().mapToObj(SimulationTest::story).forEach(told -> {
            synchronized (counts) {
                counts.add(told);
            }
        });
        System.out.println("simulation: " + counts);
        assertThat(counts.reconnections).isGreaterThan(STORIES / 2);
    }

    private static SimulatedStory.Counts story(long seed) {
        var story = new SimulatedStory(seed);
        try {
            return story.tell();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("story with seed " + seed + ": " + e.getMessage() + "\n" + story.log(), e);
        }
    }
}
