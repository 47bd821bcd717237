package org.everbond.adapter.internal;

import java.util.Optional;
import org.everbond.bonds.spi.EvictionGuard;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.spi.ControllerSetup;
import org.everbond.hci.spi.HciTransportProvider;
import org.everbond.security.spi.PairingAgent;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;

/** What other bundles offer to the adapters; each may come and go at any time. */
record Environment(
        Whiteboard<HciTransportProvider> transports,
        Whiteboard<TlvBackendProvider> stores,
        Whiteboard<TlvBackend> backends,
        Whiteboard<PairingAgent> agents,
        Whiteboard<GattService> services,
        Whiteboard<ControllerSetup> setups,
        Whiteboard<EvictionGuard> guards) {
    Environment() {
        this(
                new Whiteboard<>(),
                new Whiteboard<>(),
                new Whiteboard<>(),
                new Whiteboard<>(),
                new Whiteboard<>(),
                new Whiteboard<>(),
                new Whiteboard<>());
    }

    Optional<HciTransportProvider> transport(String scheme) {
        return transports.first(provider -> provider.scheme().equals(scheme));
    }

    Optional<TlvBackendProvider> store(String scheme) {
        return stores.first(provider -> provider.scheme().equals(scheme));
    }

    /**
     * Why there is no provider for a scheme, with the cure.
     *
     * @param asked what asks for it, as it was written
     */
    String noStore(String asked, String scheme) {
        var schemes = stores.all().stream().map(provider -> provider.scheme() + ":").sorted().toList();
        return "no bundle answers to " + asked + "; install the one for '" + scheme + ":'"
                + (schemes.isEmpty() ? "" : " or use one of " + String.join(", ", schemes));
    }

    /** Whether a provider or a ready backend is there still. */
    boolean offers(Object source) {
        return stores.all().contains(source) || backends.all().contains(source);
    }

    /** Tells nobody of changes any more. */
    void quiet() {
        transports.quiet();
        stores.quiet();
        backends.quiet();
        services.quiet();
    }
}
