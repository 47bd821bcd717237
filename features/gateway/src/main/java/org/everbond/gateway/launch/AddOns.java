package org.everbond.gateway.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bundles of others: the jars in the folder of {@code --bundles}, installed anew with each start. One that does not start is told of
 * and does not hold up the gateway.
 */
final class AddOns {
    private static final Logger LOG = LoggerFactory.getLogger(AddOns.class);
    private static final String LOCATION = "add-on:";

    private AddOns() {}

    /** Those of the last run go, also when no folder is named any more. */
    static void uninstall(BundleContext context) throws BundleException {
        for (var bundle : context.getBundles()) {
            if (bundle.getLocation().startsWith(LOCATION)) {
                bundle.uninstall();
            }
        }
    }

    /** Installs all before the first one starts, since they may need each other. */
    static void start(BundleContext context, Path folder) throws IOException {
        var bundles = new ArrayList<Bundle>();
        for (var jar : jars(folder)) {
            try (var content = Files.newInputStream(jar)) {
                bundles.add(context.installBundle(LOCATION + jar, content));
            } catch (BundleException | IOException e) {
                LOG.error("{} is not installed: {}", jar, e.getMessage());
            }
        }
        for (var bundle : bundles) {
            try {
                bundle.start(Bundle.START_ACTIVATION_POLICY | Bundle.START_TRANSIENT);
            } catch (BundleException e) {
                LOG.error("{} does not start: {}", bundle.getLocation().substring(LOCATION.length()), e.getMessage());
            }
        }
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }
}
