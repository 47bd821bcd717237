package org.everbond.tlv.disk;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a configuration comes from, as people know it: the file that it was read from, else its PID.
 *
 * @param pid of the configuration
 * @param file empty where it came from no file
 */
public record Origin(String pid, Optional<Path> file) {
    /** The property that holds the file as a URI; set by Felix File Install, as Karaf has it, and by the gateway's configuration folder. */
    public static final String FILE = "felix.fileinstall.filename";

    private static final String PID = "service.pid";

    /** @param properties of a configuration */
    public static Origin of(Map<String, ?> properties) {
        return new Origin(String.valueOf(properties.get(PID)), file(properties.get(FILE)));
    }

    private static Optional<Path> file(Object uri) {
        try {
            return uri == null ? Optional.empty() : Optional.of(Path.of(URI.create(uri.toString())));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** As messages name it. */
    @Override
    public String toString() {
        return file.map(Path::toString).orElse(pid);
    }
}
