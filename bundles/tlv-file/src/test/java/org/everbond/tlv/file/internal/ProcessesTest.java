package org.everbond.tlv.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner.Options;
import org.everbond.tlv.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes. SIGKILL leaves the page cache, so this proves that nothing is acknowledged before it was handed to the system
 * and that what is read again is whole; that it was flushed is proven elsewhere.
 */
@Timeout(120)
class ProcessesTest {
    private static final int COMPANION = 0xe8000000;
    private static final int SLOT = 0x42544400;

    @TempDir
    private Path folder;

    @Test
    void aKilledProcessLosesNothingThatItAcknowledged() throws Exception {
        var place = folder.resolve("bonds.tlv");
        var random = new Random(20);
        for (int round = 0; round < 5; round++) {
            var child = start(place);
            int acknowledged = 0;
            int killAfter = 20 + random.nextInt(200);
            try (var out = reader(child)) {
                for (var line = out.readLine(); line != null; line = out.readLine()) {
                    acknowledged = Integer.parseInt(line);
                    // Read on to the end: all that it said before it died counts.
                    if (--killAfter == 0) {
                        child.toHandle().destroyForcibly();
                    }
                }
            }
            child.waitFor();
            check(place, acknowledged);
        }
    }

    private static void check(Path place, int acknowledged) throws TlvException {
        var backend = new FileBackend(Disk.system(), place);
        var image = backend.open();
        backend.close();
        assertThat(acknowledged).isPositive();
        int entry = number(image.values().get(SLOT | 15));
        int companion = number(image.values().get(COMPANION));
        assertThat(entry).isGreaterThanOrEqualTo(acknowledged);
        // The companion is written first, so it may be one ahead of its entry.
        assertThat(companion).isBetween(entry, entry + 1);
        assertThat(image.sequence()).isGreaterThanOrEqualTo(acknowledged);
        assertThat(image.setAside()).isEmpty();
    }

    @Test
    void aStoreInUseByAnotherProcessIsRefused() throws Exception {
        var place = folder.resolve("bonds.tlv");
        var child = start(place);
        var backend = new FileBackend(Disk.system(), place);
        try (var out = reader(child)) {
            assertThat(out.readLine()).isNotNull();
            assertThatThrownBy(backend::open).isInstanceOfSatisfying(TlvException.class, e -> {
                assertThat(e.reason()).isEqualTo(Reason.IN_USE);
                assertThat(e).hasMessageContaining("bonds.tlv is in use by another process").hasMessageContaining("bonds.tlv.lock");
            });
            backend.close();
        } finally {
            child.destroyForcibly().waitFor();
        }
        assertThat(backend.open().values()).isNotEmpty();
        backend.close();
    }

    private static Process start(Path place) throws Exception {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Committer.class.getName(),
                        place.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static int number(byte[] value) {
        return ByteBuffer.wrap(value).getInt();
    }

    /** Commits in a loop and says each number only after it was confirmed. */
    public static final class Committer {
        private Committer() {}

        public static void main(String[] arguments) throws Exception {
            var owner = TlvStore.create("child", Options.DEFAULTS);
            owner.bind(new FileBackend(Disk.system(), Path.of(arguments[0])));
            var store = owner.store();
            // Done when the store is loaded.
            store.commit(new Transaction()).toCompletableFuture().get(20, TimeUnit.SECONDS);
            var last = store.get(COMPANION);
            int number = last == null ? 1 : number(last) + 1;
            while (true) {
                var value = new byte[100];
                Arrays.fill(value, (byte) number);
                ByteBuffer.wrap(value).putInt(number);
                var transaction = new Transaction().put(COMPANION, value).put(SLOT | 15, value).put(0x42544300, Arrays.copyOf(value, 8));
                store.commit(transaction).toCompletableFuture().get(20, TimeUnit.SECONDS);
                System.out.println(number);
                System.out.flush();
                number++;
            }
        }
    }
}
