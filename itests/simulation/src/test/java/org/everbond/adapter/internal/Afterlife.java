package org.everbond.adapter.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.everbond.bonds.keys.BondStore;
import org.everbond.faults.CrashDisk;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.flash.internal.FlashBackendProvider;
import org.everbond.tlv.nvs.internal.NvsBackendProvider;

/**
 * What would be there if the power went at this moment: the store as another process finds it on what the disk keeps then, in a world of
 * its own, so that the story goes on as if nobody had looked.
 */
final class Afterlife implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Strands.Process process;
    private final AdapterStore store;

    Afterlife(CrashDisk disk, Map<String, Object> configuration, Path data, Random random) {
        var choices = disk.survivors(random);
        var found = disk.afterPowerLoss(choices.get(random.nextInt(choices.size())));
        var world = new SimulatedLoop();
        process = new Strands(world).new Process();
        var environment = new Environment();
        var folder = new DataFolder(data);
        environment.stores().add(new FileBackendProvider(found, folder), Map.of());
        environment.stores().add(new FlashBackendProvider(found, folder), Map.of());
        environment.stores().add(new NvsBackendProvider(found, folder), Map.of());
        var settings = Settings.of(new HashMap<>(configuration));
        store = new AdapterStore(settings, environment, found, data, new SimulatedThreads(world, process));
        store.bonds().judge(settings.security().rules()::judge);
        store.start(() -> {}, () -> {});
        if (!world.runUntil(() -> store.bonds().ready(), PATIENCE)) {
            throw new AssertionError("after a power cut now the store would not come up: " + store.reason());
        }
    }

    BondStore bonds() {
        return store.bonds();
    }

    @Override
    public void close() {
        process.kill();
    }
}
