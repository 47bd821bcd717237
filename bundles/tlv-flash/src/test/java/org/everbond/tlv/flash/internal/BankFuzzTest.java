package org.everbond.tlv.flash.internal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.flash.FlashMode;
import org.everbond.tlv.flash.spi.RamFlash;
import org.everbond.tlv.spi.TlvBackend.Batch;

/**
 * Anything may be in the banks of a flash: it is read without an exception; what is committed to it is there afterwards with all that
 * was read. With the environment variable {@code JAZZER_FUZZ=1} this goes on looking, guided by coverage; else it runs its corpus.
 */
class BankFuzzTest {
    private static final int SIZE = 512;

    /** @param input mode and alignment in the first octet, then both banks */
    @FuzzTest(maxDuration = "10m")
    void anyBanksAreRead(byte[] input) throws Exception {
        if (input.length == 0) {
            return;
        }
        var mode = FlashMode.values()[(input[0] & 0xff) % FlashMode.values().length];
        int alignment = 1 << (input[0] >> 4 & 0xf) % 5;
        var image = new byte[2 * SIZE];
        Arrays.fill(image, (byte) 0xff);
        System.arraycopy(input, 1, image, 0, Math.min(input.length - 1, image.length));
        var flash = new RamFlash(SIZE, alignment, 1).load(image);
        var change = new Change(0x42424242, new byte[] {4, 2});
        var backend = new FlashBackend(flash, mode);
        try {
            var found = backend.open();
            if (found.sequence() > Long.MAX_VALUE - 2) {
                return;
            }
            backend.commit(new Batch(new StoreId(new UUID(1, 2), new UUID(3, 4)), found.sequence() + 1, List.of(change)));
            var expected = new HashMap<>(found.values());
            expected.put(change.tag(), change.value());
            var again = new FlashBackend(flash, mode).open().values();
            check(again.keySet().equals(expected.keySet()), "a tag came or went");
            expected.forEach((tag, value) -> check(Arrays.equals(again.get(tag), value), "a value is another one after a commit"));
        } catch (TlvException e) {
            check(e.reason() == TlvException.Reason.UNUSABLE || e.reason() == TlvException.Reason.FULL, "not refused but " + e.reason());
        }
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
