package org.everbond.adapter.internal;

import static org.everbond.adapter.internal.Gateway.get;

import java.nio.file.Path;
import java.time.Duration;
import org.everbond.adapter.Link;
import org.everbond.hci.EventLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.host.Advertising;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Gateways with virtual controllers on one air, and a folder for their stores. */
class GatewaysOnAir {
    static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final EventLoop.OnThread airLoop = EventLoop.onThread("test-air");
    final VirtualAir air = VirtualAir.on(airLoop);

    @AfterEach
    void endOfTheAir() {
        airLoop.close();
    }

    static Advertising advertising() {
        return new Advertising(new byte[] {2, 1, 6}, new byte[0], Duration.ofMillis(20));
    }

    /** A link between two that are up, by the identity of the peripheral. */
    static Link connected(Gateway central, Gateway peripheral) {
        get(peripheral.adapter().advertise(advertising()));
        return get(central.adapter().connect(peripheral.adapter().status().identity().orElseThrow(), LONG));
    }
}
