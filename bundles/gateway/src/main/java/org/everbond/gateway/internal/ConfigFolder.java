package org.everbond.gateway.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
            return; // gone for the moment: what was read holds
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
            var properties = properties(file);
            var configuration = before != null && before.configuration() != null ? before.configuration() : configuration(name);
            configuration.updateIfDifferent(properties);
            seen.put(name, new Seen(stamp, configuration));
        } catch (IOException | IllegalArgumentException e) {
            seen.put(name, new Seen(stamp, before == null ? null : before.configuration()));
            LOG.warn("configuration file {} cannot be read and is left out until it changes: {}", file, e.getMessage());
        }
    }

    private Configuration configuration(String name) throws IOException {
        var pid = name.substring(0, name.length() - ENDING.length());
        int cut = pid.indexOf('~') >= 0 ? pid.indexOf('~') : pid.indexOf('-');
        return cut < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, cut), pid.substring(cut + 1), "?");
    }

    private static Hashtable<String, Object> properties(Path file) throws IOException {
        var lines = new Properties();
        try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
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
