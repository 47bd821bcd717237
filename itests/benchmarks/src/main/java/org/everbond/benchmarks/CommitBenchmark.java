package org.everbond.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.Tags;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.TlvStore.Commit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One bond (companion and BTstack's entry) on stable storage, from the call to the answer; with its transaction header as many octets
 * as {@link FlushBenchmark} appends.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@State(Scope.Benchmark)
public class CommitBenchmark {
    private static final byte[] COMPANION = new byte[148];
    private static final byte[] ENTRY = new byte[100];

    private Path folder;
    private OpenStore open;

    @Setup
    public void open() throws Exception {
        folder = Devices.folder();
        open = new OpenStore(folder);
    }

    @Benchmark
    public Commit commitOneBond() throws Exception {
        var bond = new Transaction().put(0xe9000000, COMPANION).put(Tags.LE_DEVICE + 15, ENTRY);
        return open.store.commit(bond).toCompletableFuture().get();
    }

    @TearDown
    public void close() throws Exception {
        open.close();
        Devices.delete(folder);
    }
}
