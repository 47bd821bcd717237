package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.everbond.faults.BtstackModel;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction.Change;
import org.junit.jupiter.api.Test;

/** Anything may be in a file: it is read without an exception, and holds no more than the file does. */
class HostileFilesTest {
    private final Random random = new Random(7);

    @Test
    void whateverIsInAFileItIsReadToAnEnd() throws Exception {
        var seeds = new ArrayList<byte[]>();
        seeds.add(ours());
        for (var name : List.of("5bonds-signed.tlv", "ccc-dbhash.tlv", "edge-values.tlv", "recover-truncated-5bonds.tlv")) {
            seeds.add(GoldenFilesTest.file(name));
        }
        for (int i = 0; i < 20_000; i++) {
            var file = mutated(seeds.get(random.nextInt(seeds.size())), seeds);
            var contents = LogReader.read(file);
            assertThat(contents.end()).isBetween(0, file.length);
            int octets = contents.values().values().stream().mapToInt(value -> value.length).sum();
            assertThat(octets).isLessThanOrEqualTo(file.length);
            // What was read and is written again is the same, for us and for BTstack.
            var id = contents.id() == null ? new StoreId(new UUID(1, 1), new UUID(2, 2)) : contents.id();
            var rewritten = LogWriter.file(id, contents.sequence(), contents.values());
            var again = LogReader.read(rewritten);
            assertThat(again.damage()).isEmpty();
            assertThat(again.values().keySet()).isEqualTo(contents.values().keySet());
            assertThat(BtstackModel.open(rewritten).valid).isTrue();
            assertThat(BtstackModel.open(rewritten).live.keySet()).containsAll(contents.values().keySet());
        }
    }

    private byte[] mutated(byte[] seed, List<byte[]> seeds) {
        var file = seed.clone();
        int changes = 1 + random.nextInt(6);
        for (int i = 0; i < changes && file.length > 0; i++) {
            int at = random.nextInt(file.length);
            switch (random.nextInt(6)) {
                case 0 -> file[at] = (byte) random.nextInt();
                case 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> file = Arrays.copyOf(file, at);
                case 3 -> Arrays.fill(file, at, Math.min(file.length, at + random.nextInt(200)), (byte) (random.nextBoolean() ? 0 : -1));
                case 4 -> {
                    var other = seeds.get(random.nextInt(seeds.size()));
                    int from = random.nextInt(other.length);
                    System.arraycopy(other, from, file, at, Math.min(other.length - from, file.length - at));
                }
                default -> {
                    if (file.length - at >= 8) {
                        ByteBuffer.wrap(file).putInt(at, Tags.TRANSACTION).putInt(at + 4, random.nextInt(100));
                    }
                }
            }
        }
        return file;
    }

    private static byte[] ours() {
        var id = new StoreId(new UUID(1, 2), new UUID(3, 4));
        var changes = new ArrayList<Change>();
        for (int i = 0; i < 10; i++) {
            changes.add(new Change(0xe9000000 | i, new byte[150 + i]));
            changes.add(new Change(Tags.LE_DEVICE | i, new byte[100]));
        }
        var file = LogWriter.file(id, 3, java.util.Map.of(Tags.ER, new byte[] {1}, Tags.IR, new byte[] {2}));
        var transaction = new LogWriter(file.length).transaction(4, changes).octets();
        var both = Arrays.copyOf(file, file.length + transaction.length);
        System.arraycopy(transaction, 0, both, file.length, transaction.length);
        return both;
    }
}
