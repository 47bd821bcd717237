package org.everbond.gatt;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.everbond.foundation.Foundation;
import org.everbond.hci.virtual.VirtualController;
import org.everbond.host.Connection;
import org.everbond.security.SecurityManager;
import org.everbond.security.SecurityOptions;
import org.everbond.tlv.spi.TlvBackend;

/** A whole gateway in real time: virtual controller, host, security manager, GATT, bonds, store. */
final class Gateway extends Foundation {
    private static final SecurityOptions ACCEPTING =
            SecurityOptions.DEFAULT.with(options -> options.justWorks(SecurityOptions.JustWorks.ACCEPT));

    final SecurityManager security;
    final Gatt gatt;

    /** @param backend outlives the gateway */
    Gateway(String name, TlvBackend backend, VirtualController controller) throws Exception {
        super(name, backend);
        security = get(() -> SecurityManager.create(
                name, loop, host, bonds, peer -> Optional.empty(), callbacks, computing, new SecureRandom(), ACCEPTING));
        gatt = get(() -> Gatt.create(loop, host, security, bonds, callbacks));
        open(controller);
    }

    void bondable() throws Exception {
        get(() -> {
            security.bondable(true);
            return null;
        });
    }

    Connection connect(Gateway peripheral) throws Exception {
        peripheral.advertise();
        return connect(peripheral.address());
    }

    GattClient client(Connection connection) throws Exception {
        return get(() -> gatt.client(connection));
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE, TimeUnit.SECONDS);
    }
}
