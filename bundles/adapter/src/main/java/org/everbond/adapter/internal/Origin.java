package org.everbond.adapter.internal;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Constants;

/** Where a configuration comes from, as people know it: the file that it was read from, else its PID. */
record Origin(String pid, Optional<Path> file) {
    /** Set by Felix File Install, as Karaf has it, and by the gateway's configuration folder. */
    static final String FILE = "felix.fileinstall.filename";

    static Origin of(Map<String, ?> properties) {
        return new Origin(String.valueOf(properties.get(Constants.SERVICE_PID)), file(properties.get(FILE)));
    }

    private static Optional<Path> file(Object uri) {
        try {
            return uri == null ? Optional.empty() : Optional.of(Path.of(URI.create(uri.toString())));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return file.map(Path::toString).orElse(pid);
    }
}
