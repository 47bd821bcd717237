package org.everbond.itests.felix;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** A Felix framework with all of Everbond on a cache that outlives it, driven from outside. */
final class PlainFelix implements AutoCloseable {
    private static final long DEADLINE = 60_000;
    private static final String STORY_PID = "org.everbond.itests.story";

    private final Framework framework;
    private final ServiceTracker<ConfigurationAdmin, ConfigurationAdmin> admin;

    /** Starts it; on a cache that was used before, what is installed and configured there comes back by itself. */
    PlainFelix(Path cache) throws Exception {
        var properties = new HashMap<String, String>();
        properties.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, "org.osgi.service.cm;version=1.6.1");
        properties.put("everbond.data", cache.resolveSibling("data").toString());
        properties.put("org.ops4j.pax.logging.StaticLogbackFile", new File("src/test/resources/logback-test.xml").getAbsolutePath());
        framework = new FrameworkFactory().newFramework(properties);
        framework.start();
        if (context().getBundles().length == 1) {
            install();
        }
        admin = new ServiceTracker<>(context(), ConfigurationAdmin.class, null);
        admin.open();
    }

    private void install() throws Exception {
        var bundles = new ArrayList<Bundle>();
        for (var name : Stream.of(Reactor.RUNTIME, Reactor.EVERBOND, List.of(Reactor.STORY)).flatMap(List::stream).toList()) {
            bundles.add(context().installBundle("reference:" + Reactor.jar(name).toURI()));
        }
        for (var bundle : bundles) {
            bundle.start();
        }
    }

    private BundleContext context() {
        return framework.getBundleContext();
    }

    Bundle bundle(String name) {
        return Stream.of(context().getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not installed"));
    }

    /** The symbolic names of Everbond's bundles that are not active. */
    List<String> inactive() {
        return Stream.of(context().getBundles())
                .filter(bundle -> bundle.getSymbolicName().startsWith("org.everbond.") && bundle.getState() != Bundle.ACTIVE)
                .map(Bundle::getSymbolicName)
                .toList();
    }

    /** Updates a bundle from where it was installed, and everything that is wired to it. */
    void update(String name) throws Exception {
        var bundle = bundle(name);
        bundle.update();
        var refreshed = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        if (!refreshed.await(DEADLINE, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the refresh after the update of " + name + " does not end");
        }
    }

    void adapter(String name, Map<String, String> properties) throws Exception {
        admin().getFactoryConfiguration("org.everbond.adapter", name, "?").update(new Hashtable<>(properties));
    }

    /** Has the story told once. Returns its outcome. */
    String story() throws Exception {
        Configuration configuration = admin().getConfiguration(STORY_PID, "?");
        var tracker = new ServiceTracker<Object, Object>(
                context(), context().createFilter("(&(objectClass=" + Future.class.getName() + ")(story=outcome))"), null);
        tracker.open();
        try {
            configuration.update(new Hashtable<>());
            var outcome = tracker.waitForService(DEADLINE);
            if (outcome == null) {
                throw new AssertionError("the story does not begin: the adapters did not come, bundles not active: " + inactive());
            }
            return (String) ((Future<?>) outcome).get(2 * DEADLINE, TimeUnit.MILLISECONDS);
        } finally {
            end(configuration, tracker);
        }
    }

    private void end(Configuration configuration, ServiceTracker<?, ?> tracker) throws Exception {
        var gone = new CountDownLatch(tracker.size());
        context().addServiceListener(
                event -> {
                    if (event.getType() == ServiceEvent.UNREGISTERING) {
                        gone.countDown();
                    }
                },
                "(story=outcome)");
        configuration.delete();
        boolean ended = gone.await(DEADLINE, TimeUnit.MILLISECONDS);
        tracker.close();
        if (!ended) {
            throw new AssertionError("the story does not end");
        }
    }

    private ConfigurationAdmin admin() throws InterruptedException {
        return admin.waitForService(DEADLINE);
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        if (framework.waitForStop(DEADLINE).getType() == FrameworkEvent.WAIT_TIMEDOUT) {
            throw new AssertionError("the framework does not stop");
        }
    }
}
