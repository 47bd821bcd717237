package org.everbond.security;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import org.everbond.foundation.Foundation;
import org.everbond.hci.virtual.VirtualController;
import org.everbond.tlv.spi.TlvBackend;

/** A gateway without GATT in real time: virtual controller, host, security manager, bonds, store. */
final class Gateway extends Foundation {
    final SecurityManager security;
    final LinkedBlockingQueue<SecurityEvent> events = new LinkedBlockingQueue<>();

    /** @param backend outlives the gateway */
    Gateway(String name, TlvBackend backend, VirtualController controller, SecurityOptions options) throws Exception {
        super(name, backend);
        security = get(() -> SecurityManager.create(
                name, loop, host, bonds, peer -> Optional.empty(), callbacks, computing, new SecureRandom(), options));
        get(() -> {
            security.bondable(true);
            return security.listen(events::add);
        });
        open(controller);
    }

    /** Waits for an event; those before it are gone then. */
    <T extends SecurityEvent> T next(Class<T> kind) throws InterruptedException {
        SecurityEvent event;
        do {
            event = next(events, "event " + kind.getSimpleName());
        } while (!kind.isInstance(event));
        return kind.cast(event);
    }
}
