package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The whole stack in simulated time: gateways, the air between them, stores on disks that fail. {@code -Deverbond.stories=N} tells
 * more stories, {@code -Deverbond.seed=S} begins with another one. All of them are told, also when some of them fail.
 */
class SimulationTest {
    private static final long FIRST = Long.getLong("everbond.seed", 1);
    private static final long STORIES = Long.getLong("everbond.stories", 10_000);

    private final Map<Long, String> failed = new ConcurrentSkipListMap<>();

    @Test
    void whoeverWasBondedReconnectsEncrypted() {
        var all = new Tally();
        LongStream.range(FIRST, FIRST + STORIES).parallel().mapToObj(this::story).forEach(told -> {
            synchronized (all) {
                all.add(told);
            }
        });
        System.out.println("simulation: " + STORIES + " stories from seed " + FIRST + "\n  " + all);
        assertThat(failed.values()).as("of the stories with the seeds %s", failed.keySet()).isEmpty();
        assertThat(all.of("reconnections encrypted")).isGreaterThan(STORIES / 2);
    }

    private Tally story(long seed) {
        var story = new SimulatedStory(seed);
        try {
            return story.tell();
        } catch (AssertionError | RuntimeException e) {
            System.out.println("story with seed " + seed + " failed: " + e.getMessage());
            failed.put(seed, e.getMessage() + "\n" + story.log());
            return new Tally();
        }
    }
}
