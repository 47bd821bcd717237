package org.everbond.tlv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.everbond.tlv.Transaction.Change;
import org.junit.jupiter.api.Test;

class StoreImageTest {
    private final StoreImage image = new StoreImage();

    @Test
    void behavesAsAMapInUnsignedOrder() {
        var model = new TreeMap<Integer, byte[]>(Integer::compareUnsigned);
        var random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            // Few tags close together, far apart and at the ends, so that entries collide and gaps are closed.
            int tag = switch (random.nextInt(4)) {
                case 0 -> 0x42544400 + random.nextInt(256);
                case 1 -> random.nextInt(40) * 0x01010101;
                case 2 -> -1 - random.nextInt(3);
                default -> random.nextInt(3);
            };
            var value = random.nextInt(3) == 0 ? null : new byte[] {(byte) i};
            image.apply(List.of(new Change(tag, value)));
            if (value == null) {
                model.remove(tag);
            } else {
                model.put(tag, value);
            }
            assertThat(image.get(tag)).isSameAs(value);
        }
        assertThat(image.tags(tag -> true)).containsExactly(model.keySet().stream().mapToInt(tag -> tag).toArray());
        model.forEach((tag, value) -> assertThat(image.get(tag)).isSameAs(value));
        assertThat(image.size()).isEqualTo(model.size());
    }

    @Test
    void aReaderNeverMissesAValueWhileOthersComeAndGo() throws Exception {
        var kept = new byte[] {42};
        image.apply(List.of(new Change(7, kept)));
        var stop = new AtomicBoolean();
        var writer = new Thread(() -> {
            var random = new Random(2);
            while (!stop.get()) {
                int tag = 8 + random.nextInt(2000);
                image.apply(List.of(new Change(tag, random.nextBoolean() ? null : new byte[1]), new Change(7, kept)));
            }
        });
        writer.start();
        for (int i = 0; i < 1_000_000; i++) {
            if (image.get(7) != kept) {
                stop.set(true);
            }
        }
        boolean missed = stop.getAndSet(true);
        writer.join();
        assertThat(missed).isFalse();
    }
}
