package org.everbond.tlv.spi;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** A service that creates backends of one scheme, for {@code store=<scheme>:<place>?<option>=<value>&...}. */
@ConsumerType
public interface TlvBackendProvider {
    /** The scheme that it answers to: {@code file}, {@code memory}, ... */
    String scheme();

    /**
     * Creates a backend that is not open yet. Does no I/O.
     *
     * @param place what stands between the scheme and the question mark
     * @param options what stands behind the question mark
     * @throws IllegalArgumentException for a place or an option that makes no sense; the message is one sentence for people
     *     that names the option and what is allowed
     */
    TlvBackend create(String place, Map<String, String> options);
}
