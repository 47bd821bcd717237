package org.everbond.benchmarks;

import java.util.concurrent.TimeUnit;
import org.everbond.host.Connection;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** LE Secure Connections Just Works with key distribution and bond, from the call to the bond at both ends. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@State(Scope.Benchmark)
public class PairingBenchmark {
    /** memory: the flush left out; file: two flushes, one at each end. */
    @Param({"memory", "file"})
    public String store;

    private Devices devices;
    private Connection connection;

    @Setup(Level.Trial)
    public void open() throws Exception {
        devices = new Devices(store);
    }

    @Setup(Level.Invocation)
    public void connect() throws Exception {
        connection = devices.central.connect(devices.peripheral);
    }

    @Benchmark
    public void pairAndBond() throws Exception {
        devices.central.pair(connection, devices.peripheral);
    }

    @TearDown(Level.Invocation)
    public void forget() throws Exception {
        devices.central.disconnect(devices.peripheral);
        devices.central.forgetAll();
        devices.peripheral.forgetAll();
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        devices.close();
    }
}
