package org.everbond.host;

import java.util.List;
import java.util.Optional;
import org.everbond.hci.spi.ControllerSetup;

/**
 * What may be chosen for a host.
 *
 * @param connecting the parameters that we ask for as central
 * @param setup the vendor start-up that the configuration chose by name
 * @param setups vendor start-ups to choose from by manufacturer when the configuration chose none
 */
public record HostOptions(
        ConnectionParameters connecting, Optional<ControllerSetup> setup, List<ControllerSetup> setups) {
    /** 30 ms, no latency, 2 s; no vendor start-up. */
    public static final HostOptions DEFAULT =
            new HostOptions(new ConnectionParameters(24, 0, 200), Optional.empty(), List.of());
}
