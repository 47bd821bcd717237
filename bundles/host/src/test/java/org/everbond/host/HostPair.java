package org.everbond.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.everbond.crypto.DeviceAddress;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.virtual.ControllerOptions;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.hci.virtual.VirtualController;

/** Two hosts on virtual controllers on one air, in simulated time. */
final class HostPair {
    static final DeviceAddress CENTRAL = DeviceAddress.parse("C0:00:00:00:00:0C/random");
    static final DeviceAddress PERIPHERAL = DeviceAddress.parse("C0:00:00:00:00:0B/random");
    static final Advertising ADVERTISING =
            new Advertising(new byte[] {2, 1, 6, 4, 9, 'a', 'b', 'c'}, new byte[] {3, 3, 0x0f, 0x18}, Duration.ofMillis(20));

    final SimulatedLoop loop = new SimulatedLoop();
    final VirtualAir air = VirtualAir.on(loop);
    final Side central;
    final Side peripheral;

    HostPair(ControllerOptions centralOptions, ControllerOptions peripheralOptions) {
        central = new Side(centralOptions, CENTRAL);
        peripheral = new Side(peripheralOptions, PERIPHERAL);
    }

    final class Side implements HciTransport.Receiver {
        final VirtualController controller;
        final Host host = Host.create(loop, HostOptions.DEFAULT);
        final Upper upper = new Upper();

        Side(ControllerOptions options, DeviceAddress own) {
            controller = air.controller(options);
            upper.own = own;
            upper.attachTo(host);
        }

        private HciTransport transport;

        ControllerInfo start() {
            transport = controller.transport();
            try {
                transport.open(this);
            } catch (IOException problem) {
                throw new UncheckedIOException(problem);
            }
            return await(host.start(transport));
        }

        /** As an adapter does after {@link Host.Listener#controllerLost}. */
        ControllerInfo startAgain() {
            return await(host.start(transport));
        }

        Connection connection() {
            assertThat(host.connections()).hasSize(1);
            return host.connections().iterator().next();
        }

        @Override
        public void received(byte[] packet) {
            host.received(packet);
        }

        @Override
        public void lost(IOException cause) {
            host.stop(false);
        }
    }

    HostPair start() {
        central.start();
        peripheral.start();
        return this;
    }

    Connection connect() {
        await(peripheral.host.advertise(ADVERTISING));
        var connection = await(central.host.connect(PERIPHERAL, Duration.ofSeconds(5)));
        settle();
        return connection;
    }

    /** One second of simulated time. */
    void settle() {
        loop.advance(Duration.ofSeconds(1));
    }

    <T> T await(CompletionStage<T> stage) {
        var future = stage.toCompletableFuture();
        loop.runUntil(future::isDone, Duration.ofMinutes(2));
        assertThat(future).isDone();
        return future.join();
    }

    HostException failure(CompletionStage<?> stage) {
        var future = stage.toCompletableFuture();
        loop.runUntil(future::isDone, Duration.ofMinutes(2));
        assertThat(future).isCompletedExceptionally();
        return (HostException) future.handle((value, failure) -> failure).join();
    }
}
