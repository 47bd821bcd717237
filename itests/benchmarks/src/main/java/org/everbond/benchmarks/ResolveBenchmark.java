package org.everbond.benchmarks;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.everbond.crypto.AddressResolver;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
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
import org.openjdk.jmh.annotations.Warmup;

/** Looks for the owner of a private address that was never seen before, a stranger's, so that every IRK is tried. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
@State(Scope.Benchmark)
public class ResolveBenchmark {
    @Param({"1000", "10000", "100000"})
    public int irks;

    private final AddressResolver<Integer> resolver = new AddressResolver<>();
    private Cipher aes;
    private final byte[] blocks = new byte[16 * 1024];
    private final byte[] encrypted = new byte[16 * 1024];
    private long prand;

    @Setup
    public void fill() throws GeneralSecurityException {
        var random = new Random(1);
        for (int i = 0; i < irks; i++) {
            var octets = new byte[16];
            random.nextBytes(octets);
            resolver.add(i, Key.of(octets));
        }
        aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6}, "AES"));
    }

    private DeviceAddress stranger() {
        prand = prand + 1 & 0x3fffff;
        return new DeviceAddress(AddressType.RANDOM, (0x400000 | prand) << 24 | prand * 0x9e3779b1L >>> 8 & 0xffffff);
    }

    @Benchmark
    public List<Integer> resolveOne() {
        return resolver.resolve(stranger());
    }

    /** As it is done off the loop when many strangers come: eight in one pass. */
    @Benchmark
    public boolean resolveEight() {
        var addresses = List.of(
                stranger(), stranger(), stranger(), stranger(), stranger(), stranger(), stranger(), stranger());
        var search = resolver.search(addresses);
        search.run();
        search.remember();
        return resolver.isRemembered(addresses.get(0));
    }

    /** The machine's plain rate beside it: 1,024 blocks with one key in one call. */
    @Benchmark
    public byte[] aesOf1024Blocks() throws GeneralSecurityException {
        aes.update(blocks, 0, blocks.length, encrypted, 0);
        return encrypted;
    }
}
