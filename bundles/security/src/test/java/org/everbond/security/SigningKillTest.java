package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * T-B12 with real processes on a store in a file: signed writes flow both ways, kill -9 at a random moment, again and again. No SignCounter
 * of the peer is delivered twice, none of ours is sent twice. {@code -Dkill.rounds} and {@code -Dkill.seed} choose more, or the same
 * moments again. What a kill cannot show are flushes: the page cache survives it; that the counter is flushed before the delivery is shown
 * by {@link SigningTest}.
 */
class SigningKillTest {
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 10);
    private static final int MOST_DELIVERED = 120;

    private final long seed = Long.getLong("kill.seed", new Random().nextLong() >>> 16);
    private final Random random = new Random(seed);

    @TempDir
    Path folder;

    @Test
    void b12_noCounterIsDeliveredTwiceAndNoneIsSentTwiceWhereverItIsKilled() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            int before = delivered().size();
            live(1 + random.nextInt(MOST_DELIVERED));
            assertThat(delivered()).as("new messages are delivered, round %d, seed %d", round, seed).hasSizeGreaterThan(before);
            assertOnlyOnce(delivered(), "delivered, round " + round);
            assertOnlyOnce(sent(), "sent, round " + round);
        }
        assertThat(sent()).isSorted();
        System.out.println("signed writes: " + ROUNDS + " kills (seed " + seed + "), " + delivered().size() + " delivered, "
                + sent().size() + " sent, none twice");
    }

    /** A process that is killed once it has delivered so many. */
    private void live(int deliveries) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), SigningLife.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
            var said = new StringBuilder();
            for (int i = 0; i < deliveries; ) {
                var line = out.readLine();
                assertThat(line).as("it ended by itself: %s", said).isNotNull();
                if (line.chars().allMatch(Character::isDigit)) {
                    i++;
                } else {
                    said.append(line).append('\n');
                }
            }
            process.destroyForcibly();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private List<Long> delivered() throws Exception {
        return journal(SigningLife.DELIVERED);
    }

    private List<Long> sent() throws Exception {
        return journal(SigningLife.SENT);
    }

    private List<Long> journal(Path name) throws Exception {
        var file = folder.resolve(name);
        return Files.exists(file) ? SigningLife.Journal.read(file) : List.of();
    }

    private void assertOnlyOnce(List<Long> counters, String what) {
        var seen = new HashSet<Long>();
        assertThat(counters.stream().filter(counter -> !seen.add(counter))).as("%s twice, seed %d", what, seed).isEmpty();
    }
}
