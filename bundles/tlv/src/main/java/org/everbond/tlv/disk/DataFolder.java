package org.everbond.tlv.disk;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * The folder in which a gateway keeps its data: relative places of stores start there. It is the framework or system property
 * {@value #PROPERTY}; in Karaf by default {@code everbond} in its base folder, since people delete Karaf's {@code data} to start
 * afresh; elsewhere by default {@code data} in the working folder.
 *
 * @param path absolute
 */
public record DataFolder(Path path) {
    /** Names the folder. */
    public static final String PROPERTY = "everbond.data";

    public DataFolder {
        path = path.toAbsolutePath();
    }

    /** @param properties gives the value of a framework or system property, or null */
    public static DataFolder of(UnaryOperator<String> properties) {
        String folder = properties.apply(PROPERTY);
        if (folder != null && !folder.isBlank()) {
            return new DataFolder(Path.of(folder));
        }
        String karaf = properties.apply("karaf.base");
        return new DataFolder(karaf == null || karaf.isBlank() ? Path.of("data") : Path.of(karaf, "everbond"));
    }

    /**
     * The file that a configured place means.
     *
     * @param scheme of the store, for messages
     * @throws IllegalArgumentException when it means none; the message is one sentence for people
     */
    public Path file(String scheme, String place) {
        if (place.isBlank()) {
            throw new IllegalArgumentException("store=" + scheme + ": names no file; write store=" + scheme
                    + ":<path>, for example store=" + scheme + ":bonds.tlv");
        }
        try {
            var file = path.resolve(place).normalize();
            if (file.getFileName() == null) {
                throw new IllegalArgumentException("store=" + scheme + ": '" + place + "' is a folder; name a file in it");
            }
            return file;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "store=" + scheme + ": '" + place + "' is not a path here: " + e.getReason(), e);
        }
    }
}
