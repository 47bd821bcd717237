package org.everbond.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.NewBond;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.EventLoop;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;
import org.everbond.tlv.spi.Merge;

/**
 * What a store on a file takes at large: commits at the same time, opening, importing, updating, memory. Prints a table in Markdown.
 * Argument: how many bonds the largest store has, at most 65536.
 */
public final class StorageFigures {
    private static final int OPENINGS = 7;
    private static final int NEWCOMERS = 200;
    private static final long PATIENCE_S = 300;

    private final Path folder;
    private final Random random = new Random(1);

    private StorageFigures(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        var folder = Devices.folder();
        try {
            new StorageFigures(folder).run(Integer.parseInt(arguments[0]));
        } finally {
            Devices.delete(folder);
        }
        System.exit(0);
    }

    private void run(int most) throws Exception {
        System.out.println("| what | figure |");
        System.out.println("|---|---|");
        committers();
        updates();
        history();
        var thousand = bonds(1000);
        imported(thousand);
        bonds(10_000);
        if (most > 10_000) {
            bonds(most);
        }
        System.out.println("\nload " + Files.readString(Path.of("/proc/loadavg")).strip());
    }

    private void row(String what, String figure, Object... values) {
        System.out.println("| " + what + " | " + String.format(Locale.ROOT, figure, values) + " |");
    }

    private static Transaction update(int bond) {
        return new Transaction().put(0xe9000000 + bond, new byte[148]).put(Tags.LE_DEVICE + bond % 16, new byte[100]);
    }

    private void committers() throws Exception {
        try (var open = new OpenStore(folder.resolve("committers"))) {
            var threads = new ArrayList<Thread>();
            var done = new AtomicLong();
            long start = System.nanoTime();
            for (int i = 0; i < 64; i++) {
                int bond = i;
                var thread = new Thread(() -> {
                    for (int commit = 0; commit < 200; commit++) {
                        open.store.commit(update(bond)).toCompletableFuture().join();
                        done.incrementAndGet();
                    }
                });
                thread.start();
                threads.add(thread);
            }
            for (var thread : threads) {
                thread.join();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            var counted = open.store.statistics();
            row("64 threads that commit 200 bonds each", "%.1f commits per flush, %.0f commits/s",
                    counted.commits() / (double) counted.batches(), done.get() / seconds);
        }
    }

    private void updates() throws Exception {
        var place = folder.resolve("updates");
        long largest = 0;
        try (var open = new OpenStore(place)) {
            var inFlight = new Semaphore(64);
            for (int i = 0; i < 100_000; i++) {
                inFlight.acquire();
                open.store.commit(update(0)).whenComplete((commit, failure) -> inFlight.release());
                if (i % 100 == 0) {
                    largest = Math.max(largest, Files.size(file(place)));
                }
            }
            inFlight.acquire(64);
        }
        row("100,000 updates of one bond", "file of %d octets at the end, %d at most when looked at", Files.size(file(place)), largest);
    }

    private void history() throws Exception {
        var place = Files.createDirectories(folder.resolve("history"));
        var file = ByteBuffer.allocate(8 + 100_000 * 68).put("BTstack\0".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 100_000; i++) {
            var value = new byte[60];
            random.nextBytes(value);
            file.putInt(0x41414100 | i % 256).putInt(60).put(value);
        }
        Files.write(file(place), file.array());
        var took = new double[OPENINGS];
        for (int i = 0; i < OPENINGS; i++) {
            long start = System.nanoTime();
            try (var open = new OpenStore(place)) {
                took[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        openings("open 256 live tags after 100,000 records of BTstack's", took);
    }

    private void openings(String what, double[] took) {
        double first = took[0];
        Arrays.sort(took);
        row(what, "first %.0f ms, median of %d %.0f ms, least %.0f ms", first, took.length, took[took.length / 2], took[0]);
    }

    /** Makes a store with bonds, opens it again and again; returns its folder. */
    private Path bonds(int count) throws Exception {
        var place = folder.resolve("bonds-" + count);
        long start = System.nanoTime();
        try (var loop = EventLoop.onThread("bonds"); var open = new OpenStore(place)) {
            var bonds = ready(open.store, loop, count);
            var inFlight = new Semaphore(512);
            for (int i = 0; i < count; i++) {
                inFlight.acquire();
                var bond = bond(i);
                loop.execute(() -> bonds.commit(bond).whenComplete((commit, failure) -> {
                    if (failure != null) {
                        failure.printStackTrace();
                    }
                    inFlight.release();
                }));
            }
            inFlight.acquire(512);
        }
        row(String.format(Locale.ROOT, "%,d bonds made one by one, 512 under way", count), "%.1f s, file of %.1f MB",
                (System.nanoTime() - start) / 1e9, Files.size(file(place)) / 1e6);
        var took = new double[OPENINGS];
        long heap = 0;
        for (int i = 0; i < OPENINGS; i++) {
            long before = heap();
            start = System.nanoTime();
            try (var loop = EventLoop.onThread("bonds"); var open = new OpenStore(place)) {
                var bonds = ready(open.store, loop, count);
                took[i] = (System.nanoTime() - start) / 1e6;
                heap = heap() - before;
                var listed = new CompletableFuture<Integer>();
                loop.execute(() -> listed.complete(bonds.list().size()));
                if (listed.get() != count) {
                    throw new IllegalStateException(listed.get() + " bonds instead of " + count);
                }
            }
        }
        openings(String.format(Locale.ROOT, "open %,d bonds, to the bonds derived", count), took);
        row(String.format(Locale.ROOT, "heap for %,d bonds, after a GC", count), "%.1f MB", heap / 1e6);
        newcomers(place, count);
        return place;
    }

    private static BondStore ready(TlvStore store, EventLoop loop, int count) throws Exception {
        var ready = new CompletableFuture<Void>();
        var bonds = BondStore.create(store, loop, BondOptions.DEFAULT.withCapacity(count));
        loop.execute(() -> bonds.listen(event -> {
            if (bonds.ready() && bonds.local().isPresent()) {
                ready.complete(null);
            }
        }));
        ready.get(PATIENCE_S, TimeUnit.SECONDS);
        return bonds;
    }

    private NewBond bond(int number) {
        var ltk = new byte[16];
        var irk = new byte[16];
        random.nextBytes(ltk);
        random.nextBytes(irk);
        var address = String.format("C0:00:00:%02X:%02X:%02X", number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff);
        return new NewBond(
                DeviceAddress.parse(address),
                new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16),
                BondKeys.secureConnections(Key.of(ltk), Key.of(irk)));
    }

    /** Bonds of one store into another one: planned, and made durable in one transaction. */
    private void imported(Path from) throws Exception {
        Merge.Content content;
        try (var open = new OpenStore(from)) {
            content = content(open.store);
        }
        var options = new BondImport.Options(false, false, BondImport.Identity.ASK, Optional.empty(), Optional.empty(), 0);
        var took = new ArrayList<Double>();
        int records = 0;
        for (int i = 0; i < OPENINGS; i++) {
            try (var open = new OpenStore(folder.resolve("imported-" + i))) {
                long start = System.nanoTime();
                var plan = BondImport.plan(content(open.store), open.store.id(), content, options);
                open.store.commit(plan.transaction()).toCompletableFuture().get();
                took.add((System.nanoTime() - start) / 1e6);
                records = plan.transaction().changes().size();
            }
        }
        row("1,000 bonds (" + records + " records) imported in one transaction", "first %.0f ms, median %.0f ms",
                took.get(0), took.stream().sorted().toList().get(OPENINGS / 2));
    }

    private static Merge.Content content(TlvStore store) {
        var values = new HashMap<Integer, byte[]>();
        for (int tag : store.tags()) {
            values.put(tag, store.get(tag));
        }
        return Merge.Content.of(values, store.id(), store.sequence(), store.setAside());
    }

    /** One after the other, each in the place of the one that was not used for longest. */
    private void newcomers(Path place, int count) throws Exception {
        var took = new double[NEWCOMERS];
        try (var loop = EventLoop.onThread("bonds"); var open = new OpenStore(place)) {
            var bonds = ready(open.store, loop, count);
            for (int i = 0; i < NEWCOMERS; i++) {
                var bond = bond(1 << 20 | i);
                var made = new CompletableFuture<BondStore.Committed>();
                long start = System.nanoTime();
                loop.execute(() -> bonds.commit(bond).whenComplete((commit, failure) -> {
                    if (failure == null) {
                        made.complete(commit);
                    } else {
                        made.completeExceptionally(failure);
                    }
                }));
                made.get(PATIENCE_S, TimeUnit.SECONDS);
                took[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        double first = took[0];
        Arrays.sort(took);
        row(String.format(Locale.ROOT, "a newcomer evicts one of %,d bonds, durable", count), "first %.1f ms, median of %d %.2f ms", first,
                NEWCOMERS, took[NEWCOMERS / 2]);
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static Path file(Path place) {
        return place.resolve("bonds.tlv");
    }
}
