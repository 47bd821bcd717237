package org.everbond.tlv.memory.internal;

import java.util.Map;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.service.component.annotations.Component;

/** Answers to {@code store=memory:<name>}; option {@code keep=false} forgets everything at once. */
@Component
public final class MemoryBackendProvider implements TlvBackendProvider {
    @Override
    public String scheme() {
        return "memory";
    }

    @Override
    public TlvBackend create(String place, Map<String, String> options) {
        for (var option : options.keySet()) {
            if (!option.equals("keep")) {
                throw new IllegalArgumentException("store=memory: has no option '" + option + "'; only keep=true|false is allowed");
            }
        }
        var keep = options.getOrDefault("keep", "true");
        if (!keep.equals("true") && !keep.equals("false")) {
            throw new IllegalArgumentException("option keep of store=memory: is '" + keep + "', but true or false is allowed");
        }
        return new MemoryBackend(place, keep.equals("true"));
    }
}
