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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Encryption of a new connection with the stored key, from the call to Encryption Change at both ends. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
@State(Scope.Benchmark)
public class EncryptionBenchmark {
    private Devices devices;
    private Connection connection;

    @Setup(Level.Trial)
    public void open() throws Exception {
        devices = new Devices("memory");
        devices.central.pair(devices.central.connect(devices.peripheral), devices.peripheral);
        devices.central.disconnect(devices.peripheral);
    }

    @Setup(Level.Invocation)
    public void connect() throws Exception {
        connection = devices.central.connect(devices.peripheral);
    }

    @Benchmark
    public void encrypt() throws Exception {
        devices.central.encrypt(connection, devices.peripheral);
    }

    @TearDown(Level.Invocation)
    public void disconnect() throws Exception {
        devices.central.disconnect(devices.peripheral);
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        devices.close();
    }
}
