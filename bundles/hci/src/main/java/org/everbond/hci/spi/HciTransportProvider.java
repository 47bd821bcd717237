package org.everbond.hci.spi;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** A service that creates transports of one scheme, for {@code transport=<scheme>:<place>?<option>=<value>&...}. */
@ConsumerType
public interface HciTransportProvider {
    /** The scheme that it answers to: {@code serial}, {@code tcp}, {@code unix}, {@code virtual}, ... */
    String scheme();

    /**
     * Creates a transport that is not open yet. Does no I/O.
     *
     * @param place what stands between the scheme and the question mark, such as {@code /dev/ttyUSB0}
     * @param options what stands behind the question mark
     * @throws IllegalArgumentException for a place or an option that makes no sense; the message is one sentence for people
     *     that names the option and what is allowed
     */
    HciTransport create(String place, Map<String, String> options);
}
