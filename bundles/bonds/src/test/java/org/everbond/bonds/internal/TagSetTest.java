package org.everbond.bonds.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TagSetTest {
    @Test
    void it_holds_what_a_set_holds() {
        var random = new Random(1);
        var tags = new TagSet();
        var expected = new HashSet<Integer>();
        for (int i = 0; i < 200_000; i++) {
            int tag = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(2_000);
                case 1 -> Tags.slot(random.nextInt(256));
                case 2 -> Tags.companion(random.nextInt(1_000), random.nextInt(2));
                default -> random.nextInt() & 0xff0000ff;
            };
            if (random.nextBoolean()) {
                tags.add(tag);
                expected.add(tag);
            } else {
                tags.remove(tag);
                expected.remove(tag);
            }
            int asked = random.nextInt(2_000);
            assertThat(tags.contains(asked)).isEqualTo(expected.contains(asked));
        }
        expected.forEach(tag -> assertThat(tags.contains(tag)).isTrue());
        new HashSet<>(expected).forEach(tags::remove);
        expected.forEach(tag -> assertThat(tags.contains(tag)).isFalse());
    }
}
