package org.everbond.benchmarks;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
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

/** What the disk itself takes: as many octets as one bond, appended to a file, and fdatasync. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@State(Scope.Benchmark)
public class FlushBenchmark {
    private static final int OCTETS_OF_A_BOND = 308;

    private final ByteBuffer octets = ByteBuffer.allocateDirect(OCTETS_OF_A_BOND);
    private Path folder;
    private FileChannel file;

    @Setup
    public void open() throws Exception {
        folder = Devices.folder();
        file = FileChannel.open(folder.resolve("octets"), StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND);
    }

    @Benchmark
    public void appendAndFlush() throws Exception {
        file.write(octets.rewind());
        file.force(false);
    }

    @TearDown
    public void close() throws Exception {
        file.close();
        Devices.delete(folder);
    }
}
