package org.everbond.adapter.internal;

import java.io.IOException;
import java.util.Optional;
import org.everbond.hci.spi.ControllerSetup;
import org.everbond.hci.spi.HciTransport;
import org.everbond.host.HostOptions;

/** Creates and opens the transport that the settings name. */
record Opening(Settings settings, Environment environment, Tracing tracing) implements Lifecycle.Opener {
    @Override
    public Lifecycle.Opened open(HciTransport.Receiver receiver) throws IOException {
        Locator place = settings.transport();
        var provider = environment
                .transport(place.scheme())
                .orElseThrow(() -> new IOException("no bundle answers to transport=" + place
                        + "; known are serial:, tcp:, unix: and virtual:, if their bundles are started"));
        HciTransport transport = provider.create(place.place(), place.options());
        tracing.apply();
        HciTransport traced = tracing.around(transport);
        var options = new HostOptions(HostOptions.DEFAULT.connecting(), setup(), environment.setups().all());
        traced.open(receiver);
        return new Lifecycle.Opened(traced, options);
    }

    private Optional<ControllerSetup> setup() throws IOException {
        String name = settings.controllerSetup();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(environment
                .setups()
                .first(setup -> setup.name().equals(name))
                .orElseThrow(() -> new IOException(
                        "controller.setup=" + name + " is not installed; install its bundle or remove the option")));
    }
}
