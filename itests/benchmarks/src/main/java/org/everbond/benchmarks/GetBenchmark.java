package org.everbond.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.Transaction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reads one value of 100 octets after the other, in no order that a processor could foresee. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@State(Scope.Benchmark)
public class GetBenchmark {
    private static final int FIRST = 0xea000000;
    private static final int STRIDE = 40_503;

    @Param({"256", "100000"})
    public int tags;

    private Path folder;
    private OpenStore open;
    private int next;

    @Setup
    public void open() throws Exception {
        folder = Devices.folder();
        open = new OpenStore(folder);
        var all = new Transaction();
        for (int i = 0; i < tags; i++) {
            all.put(FIRST + i, new byte[100]);
        }
        open.store.commit(all).toCompletableFuture().get();
    }

    @Benchmark
    public byte[] get() {
        next = (next + STRIDE) % tags;
        return open.store.get(FIRST + next);
    }

    @TearDown
    public void close() throws Exception {
        open.close();
        Devices.delete(folder);
    }
}
