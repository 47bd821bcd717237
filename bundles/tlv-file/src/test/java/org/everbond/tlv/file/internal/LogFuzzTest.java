package org.everbond.tlv.file.internal;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.UUID;
import org.everbond.faults.BtstackModel;
import org.everbond.tlv.StoreId;

/**
 * Anything may be in a log file: it is read without an exception, holds no more than the file does, and written again it is the same
 * for us and for BTstack. With the environment variable {@code JAZZER_FUZZ=1} this goes on looking, guided by coverage; else it
 * runs its corpus.
 */
class LogFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void anyFileIsRead(byte[] file) {
        var contents = LogReader.read(file);
        check(contents.end() >= 0 && contents.end() <= file.length, "the end is outside the file");
        int octets = contents.values().values().stream().mapToInt(value -> value.length).sum();
        check(octets <= file.length, "more values than octets");

        var id = contents.id() == null ? new StoreId(new UUID(1, 1), new UUID(2, 2)) : contents.id();
        var written = LogWriter.file(id, contents.sequence(), contents.values());
        var again = LogReader.read(written);
        check(again.damage().isEmpty() && !again.torn(), "what we write is damaged");
        var btstack = BtstackModel.open(written);
        check(btstack.valid, "BTstack does not read what we write");
        check(again.values().keySet().equals(contents.values().keySet()), "what we write is not what was read");
        contents.values().forEach((tag, value) -> {
            check(Arrays.equals(again.values().get(tag), value), "a value is another one when it is read again");
            check(Arrays.equals(btstack.live.get(tag), value), "BTstack reads another value");
        });
    }

    private static void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
