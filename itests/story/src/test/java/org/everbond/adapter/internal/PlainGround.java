package org.everbond.adapter.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.everbond.adapter.Adapter;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.spi.HciTransportProvider;
import org.everbond.itests.story.swap.Ground;
import org.everbond.security.spi.PairingAgent;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.file.internal.FileBackendProvider;
import org.everbond.tlv.flash.internal.FlashBackendProvider;
import org.everbond.tlv.memory.internal.MemoryBackendProvider;
import org.everbond.tlv.nvs.internal.NvsBackendProvider;
import org.everbond.tlv.sealed.internal.SealedBackendProvider;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;

/** Plain Java: adapters are stacks, services and bundles are entries of their environments. */
public final class PlainGround implements Ground {
    private static final Map<Class<?>, Function<Environment, Whiteboard<?>>> WHITEBOARDS = Map.of(
            HciTransportProvider.class, Environment::transports,
            TlvBackendProvider.class, Environment::stores,
            TlvBackend.class, Environment::backends,
            PairingAgent.class, Environment::agents,
            GattService.class, Environment::services);

    private final Path folder;
    private final Map<String, Played> adapters = new HashMap<>();
    private final List<Offer<?>> offers = new ArrayList<>();
    private final Map<String, AutoCloseable> bundles = new HashMap<>();

    private record Played(Environment environment, Stack stack) {}

    private record Offer<S>(Class<S> type, S service, Map<String, Object> properties) {
        void to(Environment environment) {
            whiteboard(environment).add(service, properties);
        }

        void from(Environment environment) {
            whiteboard(environment).remove(service);
        }

        @SuppressWarnings("unchecked")
        private Whiteboard<S> whiteboard(Environment environment) {
            return (Whiteboard<S>) WHITEBOARDS.get(type).apply(environment);
        }
    }

    /** @param folder where relative paths begin */
    public PlainGround(Path folder) {
        this.folder = folder;
        List.of("file", "flash", "nvs", "memory", "sealed").forEach(this::install);
    }

    private void install(String scheme) {
        bundles.put(scheme, offer(TlvBackendProvider.class, made(scheme), Map.of()));
    }

    private TlvBackendProvider made(String scheme) {
        return switch (scheme) {
            case "file" -> new FileBackendProvider(folder);
            case "flash" -> new FlashBackendProvider(folder);
            case "nvs" -> new NvsBackendProvider(folder);
            case "memory" -> new MemoryBackendProvider();
            default -> {
                var sealed = new SealedBackendProvider(folder);
                sealed.bindStore(provider("file"));
                yield sealed;
            }
        };
    }

    @Override
    public Adapter configure(String adapter, Map<String, String> options) {
        var properties = new HashMap<String, Object>(options);
        properties.put("name", adapter);
        var settings = Settings.of(properties);
        var present = adapters.get(adapter);
        if (present != null) {
            present.stack.configure(settings);
            return present.stack.adapter();
        }
        var environment = new Environment();
        offers.forEach(offer -> offer.to(environment));
        var stack = new Stack(settings, environment, Disk.system(), folder, new SystemThreads(adapter));
        adapters.put(adapter, new Played(environment, stack));
        stack.start();
        return stack.adapter();
    }

    @Override
    public void remove(String adapter) {
        var gone = adapters.remove(adapter);
        if (gone != null) {
            gone.stack.close();
        }
    }

    @Override
    public <S> AutoCloseable offer(Class<S> type, S service, Map<String, Object> properties) {
        var offer = new Offer<>(type, service, properties);
        offers.add(offer);
        adapters.values().forEach(played -> offer.to(played.environment));
        return () -> {
            if (offers.remove(offer)) {
                adapters.values().forEach(played -> offer.from(played.environment));
            }
        };
    }

    @Override
    public TlvBackendProvider provider(String scheme) {
        return offers.stream()
                .filter(offer -> offer.service instanceof TlvBackendProvider provider && provider.scheme().equals(scheme))
                .map(offer -> (TlvBackendProvider) offer.service)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void away(String scheme, Leaving how, Step meanwhile) throws Exception {
        bundles.remove(scheme).close();
        if (how == Leaving.UPDATED) {
            install(scheme);
            meanwhile.take();
        } else {
            meanwhile.take();
            install(scheme);
        }
    }
}
