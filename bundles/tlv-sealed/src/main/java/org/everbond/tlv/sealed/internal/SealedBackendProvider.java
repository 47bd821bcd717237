package org.everbond.tlv.sealed.internal;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.sealed.spi.StoreKeyProvider;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Answers to {@code store=sealed:<store>?keystore=<file>&passwordFile=<file>&key=<alias>}, where {@code <store>} is any other store, or
 * with {@code provider=<name>} instead of the files. All other options are those of the store inside.
 */
@Component(property = "everbond.sealed=true")
public final class SealedBackendProvider implements TlvBackendProvider {
    private static final String SCHEME = "sealed";

    private final Path dataFolder;
    private final List<TlvBackendProvider> stores = new CopyOnWriteArrayList<>();
    private final List<StoreKeyProvider> keys = new CopyOnWriteArrayList<>();
    /** Whose backend is inside each of ours that is still in use. */
    private final Map<SealedBackend, TlvBackendProvider> made = new WeakHashMap<>();

    @Activate
    public SealedBackendProvider(BundleContext context) {
        this(DataFolder.of(context::getProperty).path());
    }

    /** Without a framework. */
    public SealedBackendProvider(Path dataFolder) {
        this.dataFolder = dataFolder.toAbsolutePath();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            target = "(!(everbond.sealed=true))")
    public void bindStore(TlvBackendProvider provider) {
        if (provider != this) {
            stores.add(provider);
        }
    }

    public void unbindStore(TlvBackendProvider provider) {
        stores.remove(provider);
        synchronized (made) {
            made.forEach((backend, by) -> {
                if (by == provider) {
                    backend.lose();
                }
            });
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    public void bindKeys(StoreKeyProvider provider) {
        keys.add(provider);
    }

    public void unbindKeys(StoreKeyProvider provider) {
        keys.remove(provider);
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public TlvBackend create(String place, Map<String, String> options) {
        int colon = place.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("store=sealed: names no store inside; write store=sealed:file:bonds.tlv?keystore=...");
        }
        var scheme = place.substring(0, colon);
        var rest = new HashMap<>(options);
        var source = source(rest);
        var alias = rest.getOrDefault("key", "everbond");
        var old = rest.get("oldKey");
        rest.remove("key");
        rest.remove("oldKey");
        var inside = new Inside(scheme, place.substring(colon + 1), rest);
        var there = inside.provider();
        var backend = new SealedBackend(
                place, there.map(inside::by).orElse(null), inside, source, alias, old);
        inside.owner = backend;
        there.ifPresent(inside::remember);
        return backend;
    }

    /** The store inside one of ours, made by whichever bundle answers to its scheme then. */
    private final class Inside implements SealedBackend.Inside {
        private final String scheme;
        private final String place;
        private final Map<String, String> options;
        private SealedBackend owner;

        Inside(String scheme, String place, Map<String, String> options) {
            this.scheme = scheme;
            this.place = place;
            this.options = Map.copyOf(options);
        }

        Optional<TlvBackendProvider> provider() {
            return stores.stream().filter(store -> store.scheme().equals(scheme)).findFirst();
        }

        TlvBackend by(TlvBackendProvider provider) {
            return provider.create(place, options);
        }

        void remember(TlvBackendProvider provider) {
            synchronized (made) {
                made.put(owner, provider);
            }
        }

        @Override
        public TlvBackend create() throws TlvException {
            var provider = provider().orElseThrow(() ->
                    new TlvException(Reason.UNUSABLE, "no bundle answers to store=" + scheme + ": inside sealed:; install it"));
            remember(provider);
            try {
                return by(provider);
            } catch (IllegalArgumentException e) {
                throw new TlvException(Reason.UNUSABLE, e.getMessage(), e);
            }
        }
    }

    private KeySource source(Map<String, String> options) {
        var file = options.remove("keystore");
        var password = options.remove("passwordFile");
        var provider = options.remove("provider");
        if (provider != null && file == null && password == null) {
            return new Provided(provider);
        }
        if (provider != null || file == null || password == null) {
            throw new IllegalArgumentException("needs keystore=<file> and passwordFile=<file>, or provider=<name>");
        }
        try {
            return new KeyStoreFile(dataFolder.resolve(file), new Password.InFile(dataFolder.resolve(password)));
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + e.getInput() + "' is not a path here: " + e.getReason(), e);
        }
    }

    /** Keys of a service, looked for each time a store is opened. */
    private final class Provided implements KeySource {
        private final String name;

        Provided(String name) {
            this.name = name;
        }

        @Override
        public byte[] key(String alias) throws TlvException {
            var provider = keys.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow(() -> new TlvException(
                    Reason.UNUSABLE, "no bundle offers the key provider '" + name + "'; install it or change option provider"));
            try {
                var key = provider.key(alias);
                if (key == null || key.length < 16) {
                    throw new TlvException(Reason.UNUSABLE, "key provider '" + name + "' has no key '" + alias + "' of 16 octets or more");
                }
                return key.clone();
            } catch (TlvException e) {
                throw e;
            } catch (IOException e) {
                throw new TlvException(Reason.UNUSABLE, e.getMessage(), e);
            }
        }

        @Override
        public String describe(String alias) {
            return "'" + alias + "' of key provider '" + name + "'";
        }
    }
}
