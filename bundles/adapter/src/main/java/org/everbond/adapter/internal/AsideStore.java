package org.everbond.adapter.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.spi.Attic;
import org.everbond.tlv.spi.TlvBackend;

/**
 * Keeps content that gave way as a store of its own, {@code <adapter>.aside-N.tlv} in the data folder: an ordinary file store, sealed
 * with the same key if the adapter's is. It is not read by anything but who configures it.
 */
final class AsideStore implements Attic {
    private static final String SEALED = "sealed";
    /** Options of the seal; what else is there belongs to the store inside. */
    private static final Set<String> OF_THE_SEAL = Set.of("keystore", "passwordFile", "provider", "key", "oldKey");

    private final Environment environment;
    private final Path folder;
    private final String adapter;
    private final Supplier<Locator> configured;

    /** @param folder in which relative paths begin */
    AsideStore(Environment environment, Path folder, String adapter, Supplier<Locator> configured) {
        this.environment = environment;
        this.folder = folder;
        this.adapter = adapter;
        this.configured = configured;
    }

    @Override
    public String keep(TlvBackend.Batch content) throws TlvException {
        String name = freeName();
        var backend = create(name);
        try {
            var there = backend.open();
            if (!there.values().isEmpty()) {
                throw new TlvException(Reason.FAILED, backend.info().resource() + " is not empty; move it away");
            }
            var id = content.id() == null ? new StoreId(UUID.randomUUID(), UUID.randomUUID()) : content.id();
            backend.commit(new TlvBackend.Batch(id, content.sequence(), content.changes()));
        } finally {
            backend.close();
        }
        return backend.info().resource();
    }

    private String freeName() {
        int number = 1;
        while (Files.exists(folder.resolve(name(number)))) {
            number++;
        }
        return name(number);
    }

    private String name(int number) {
        return adapter + ".aside-" + number + ".tlv";
    }

    private static Map<String, String> sealOf(Locator locator) {
        var options = new HashMap<>(locator.options());
        options.keySet().retainAll(OF_THE_SEAL);
        return options;
    }

    private TlvBackend create(String name) throws TlvException {
        var wanted = configured.get();
        boolean sealed = wanted.scheme().equals(SEALED);
        var provider = environment.store(sealed ? SEALED : "file").orElseThrow(() -> new TlvException(
                Reason.FAILED, "what has to give way cannot be kept aside: install the bundle that answers to store="
                        + (sealed ? SEALED : "file") + ":"));
        try {
            return provider.create(sealed ? "file:" + name : name, sealed ? sealOf(wanted) : Map.of());
        } catch (IllegalArgumentException e) {
            throw new TlvException(Reason.FAILED, "what has to give way cannot be kept aside: " + e.getMessage(), e);
        }
    }
}
