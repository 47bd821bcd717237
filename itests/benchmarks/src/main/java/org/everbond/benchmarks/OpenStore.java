package org.everbond.benchmarks;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.file.internal.FileBackendProvider;

/** A store on a file, ready for use. */
final class OpenStore implements AutoCloseable {
    private static final long PATIENCE_S = 60;

    private final TlvStoreOwner owner = TlvStore.create("benchmark", TlvStoreOwner.Options.DEFAULTS);
    final TlvStore store = owner.store();

    OpenStore(Path folder) throws Exception {
        var ready = new CompletableFuture<Void>();
        store.listen((state, generation) -> {
            if (state == TlvState.READY) {
                ready.complete(null);
            }
        });
        owner.bind(new FileBackendProvider(folder).create("bonds.tlv", Map.of()));
        ready.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        owner.close();
    }
}
