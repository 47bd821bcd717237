package org.everbond.gateway.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** The bundles inside everbond.jar, in the order in which they start; unpacked into the cache once for each build. */
final class Bundles {
    private static final String LIST = "/bundles.list";

    private Bundles() {}

    /** Names of the bundles, in start order. */
    static List<String> names() throws IOException {
        try (var reader = new BufferedReader(new InputStreamReader(resource(LIST), StandardCharsets.UTF_8))) {
            return reader.lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
        }
    }

    /**
     * Whether the folder holds the bundles of this build and nothing made from those of another one; if not, it is emptied, to be
     * filled by {@link #unpack}.
     */
    static boolean areUnpacked(Path cache) throws IOException {
        var stamp = cache.resolve("build");
        if (Files.exists(stamp) && Files.readString(stamp).equals(build())) {
            return true;
        }
        delete(cache);
        // The framework keeps copies of configurations there, which may hold passkeys.
        DataFolder.create(cache);
        Files.createDirectories(cache.resolve("bundles"));
        return false;
    }

    /** Fills the folder. */
    static Void unpack(Path cache) throws IOException {
        for (var name : names()) {
            try (var bundle = open(name)) {
                Files.copy(bundle, file(cache, name));
            }
        }
        Files.writeString(cache.resolve("build"), build());
        return null;
    }

    /** A bundle inside everbond.jar. */
    static InputStream open(String name) throws IOException {
        return resource("/bundles/" + name + ".jar");
    }

    static Path file(Path cache, String name) {
        return cache.resolve("bundles").resolve(name + ".jar");
    }

    /** Tells one build from another: version, and size and time of the jar or class folder that we run from. */
    private static String build() throws IOException {
        Path home;
        try {
            home = Path.of(Bundles.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IOException(e);
        }
        return Version.text() + " " + Files.size(home) + " " + Files.getLastModifiedTime(home).toMillis() + "\n";
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static InputStream resource(String name) throws IOException {
        var resource = Bundles.class.getResourceAsStream(name);
        if (resource == null) {
            throw new IOException("everbond.jar is damaged: " + name + " is missing in it; build it again");
        }
        return resource;
    }
}
