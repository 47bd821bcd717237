package org.everbond.hci.serial.internal;

import java.util.Map;
import org.everbond.hci.spi.HciTransport;
import org.everbond.hci.spi.HciTransportProvider;
import org.osgi.service.component.annotations.Component;

/** Answers to {@code transport=serial:<port>?baud=1000000&flow=rtscts|none&dtr=on|off&rts=on|off}: H4 over a serial port. */
@Component
public final class SerialTransportProvider implements HciTransportProvider {
    @Override
    public String scheme() {
        return "serial";
    }

    @Override
    public HciTransport create(String place, Map<String, String> options) {
        if (place.isBlank()) {
            throw new IllegalArgumentException("transport=serial: needs a port, as in serial:/dev/ttyUSB0 or serial:COM3");
        }
        return new SerialTransport(place, SerialOptions.parse(options));
    }
}
