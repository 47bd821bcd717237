package org.everbond.tlv.file.internal;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Answers to {@code store=file:<path>}. Relative paths start in the data folder: the framework or system property
 * {@value #DATA_FOLDER}, by default {@code data} in the working folder.
 */
@Component
public final class FileBackendProvider implements TlvBackendProvider {
    /** Names the folder in which a gateway keeps its data. */
    public static final String DATA_FOLDER = "everbond.data";

    private final Path dataFolder;

    @Activate
    public FileBackendProvider(BundleContext context) {
        this(Path.of(orDefault(context.getProperty(DATA_FOLDER))));
    }

    /** Without a framework. */
    public FileBackendProvider(Path dataFolder) {
        this.dataFolder = dataFolder.toAbsolutePath();
    }

    private static String orDefault(String folder) {
        return folder == null || folder.isBlank() ? "data" : folder;
    }

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public TlvBackend create(String place, Map<String, String> options) {
        if (place.isBlank()) {
            throw new IllegalArgumentException("store=file: names no file; write store=file:<path>, for example store=file:bonds.tlv");
        }
        if (!options.isEmpty()) {
            throw new IllegalArgumentException("store=file: has no option '" + options.keySet().iterator().next() + "'; none is known");
        }
        try {
            var path = dataFolder.resolve(place).normalize();
            if (path.getFileName() == null) {
                throw new IllegalArgumentException("store=file: '" + place + "' is a folder; name a file in it");
            }
            return new FileBackend(new SystemDisk(), path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("store=file: '" + place + "' is not a path here: " + e.getReason(), e);
        }
    }
}
