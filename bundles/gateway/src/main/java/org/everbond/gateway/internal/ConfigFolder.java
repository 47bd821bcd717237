package org.everbond.gateway.internal;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Config Admin equal to a folder of files: {@code <pid>.cfg} is a configuration, {@code <factory pid>-<name>.cfg} (or
 * {@code ~}) a factory configuration of that name, lines are {@code key=value} in UTF-8. Everything is read once in
 * {@link #start()}, later changes are seen within two seconds.
 */
final class ConfigFolder {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigFolder.class);
    private static final String ENDING = ".cfg";
    /**
     * All PIDs of ours are factories. A file without an instance keeps its whole name as PID, which tells people what it is: Felix SCR
     * answers a factory's PID without instance with a stack trace.
     */
    private static final String OURS = "org.everbond.";
    /** Whose new files, if they cannot be read, the shell and the log tell of by {@link #UNREADABLE}. */
    private static final String ADAPTERS = OURS + "adapter";
    /** The property that names the file, as Felix File Install sets it. */
    private static final String FILE = "felix.fileinstall.filename";
    /** The property that says why there is no other one. */
    private static final String UNREADABLE = ".unreadable";
    /** What some editors put before a file in UTF-8. */
    private static final int BYTE_ORDER_MARK = 0xfeff;
    private static final long PERIOD_MS = 2_000;

    private final Path folder;
    private final ConfigurationAdmin admin;
    private final Map<String, Seen> seen = new HashMap<>();
    private Thread watcher;

    private record Seen(String stamp, Configuration configuration) {}

    ConfigFolder(Path folder, ConfigurationAdmin admin) {
        this.folder = folder;
        this.admin = admin;
    }

    /** Reads all files, then watches them. */
    void start() {
        read();
        watcher = new Thread(this::watch, "everbond-config");
        watcher.setDaemon(true);
        watcher.start();
    }

    void stop() {
        watcher.interrupt();
    }

    private void watch() {
        try {
            while (!Thread.interrupted()) {
                Thread.sleep(PERIOD_MS);
                read();
            }
        } catch (InterruptedException e) {
            // stopped
        }
    }

    /** Takes over what is new, changed or gone since the last time. */
    synchronized void read() {
        var files = new TreeMap<String, Path>();
        try (var listing = Files.newDirectoryStream(folder, "*" + ENDING)) {
            listing.forEach(file -> files.put(file.getFileName().toString(), file));
        } catch (IOException e) {
            return; // not there yet, or gone for the moment: what was read holds
        }
        files.forEach(this::read);
        seen.entrySet().removeIf(entry -> !files.containsKey(entry.getKey()) && delete(entry.getKey(), entry.getValue()));
    }

    private void read(String name, Path file) {
        String stamp = "";
        var before = seen.get(name);
        try {
            stamp = Files.getLastModifiedTime(file).toMillis() + " " + Files.size(file);
            if (before != null && before.stamp().equals(stamp)) {
                return;
            }
            seen.put(name, new Seen(stamp, update(name, before, file, properties(file))));
        } catch (IOException | IllegalArgumentException e) {
            var reason = reason(file, e);
            if (before != null || !name.startsWith(ADAPTERS)) {
                LOG.warn("configuration file {} cannot be read and is left out until it changes: {}", file, reason);
            }
            seen.put(name, new Seen(stamp, before == null ? unreadable(name, file, reason) : before.configuration()));
        }
    }

    private static String reason(Path file, Exception failure) {
        if (Files.isDirectory(file)) {
            return "it is a folder";
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not in UTF-8";
        }
        return failure instanceof AccessDeniedException ? "permission denied" : String.valueOf(failure.getMessage());
    }

    private Configuration update(String name, Seen before, Path file, Hashtable<String, Object> properties) throws IOException {
        properties.put(FILE, file.toUri().toString());
        var configuration = before != null && before.configuration() != null ? before.configuration() : configuration(name);
        configuration.updateIfDifferent(properties);
        return configuration;
    }

    /** A configuration that holds nothing but the reason, so that who would have used it can tell people. */
    private Configuration unreadable(String name, Path file, String reason) {
        try {
            return update(name, null, file, new Hashtable<>(Map.of(UNREADABLE, reason)));
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    private Configuration configuration(String name) throws IOException {
        var pid = name.substring(0, name.length() - ENDING.length());
        int cut = pid.indexOf('~') >= 0 ? pid.indexOf('~') : pid.indexOf('-');
        if (cut < 0 && pid.startsWith(OURS)) {
            return admin.getConfiguration(name, "?");
        }
        return cut < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, cut), pid.substring(cut + 1), "?");
    }

    private static Hashtable<String, Object> properties(Path file) throws IOException {
        var lines = new Properties();
        try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            reader.mark(1);
            if (reader.read() != BYTE_ORDER_MARK) {
                reader.reset();
            }
            lines.load(reader);
        }
        var properties = new Hashtable<String, Object>();
        lines.forEach((key, value) -> properties.put((String) key, ((String) value).strip()));
        return properties;
    }

    private static boolean delete(String name, Seen gone) {
        try {
            if (gone.configuration() != null) {
                gone.configuration().delete();
            }
        } catch (IOException | IllegalStateException e) {
            LOG.warn("the configuration of the removed file {} cannot be deleted: {}", name, e.getMessage());
        }
        return true;
    }
}
