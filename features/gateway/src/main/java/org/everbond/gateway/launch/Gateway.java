package org.everbond.gateway.launch;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.felix.framework.Felix;
import org.apache.felix.framework.util.FelixConstants;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** One run of the framework on a data folder: bundles installed once, started in order, stopped in an orderly way. */
final class Gateway implements AutoCloseable {
    /** What the launcher has on its class path and lends to bundles. */
    private static final String LENT = "org.slf4j;version=2.0.17,org.slf4j.event;version=2.0.17,"
            + "org.slf4j.helpers;version=2.0.17,org.slf4j.spi;version=2.0.17";

    /** Framework and system property: where relative paths of stores and traces begin. */
    private static final String DATA = "everbond.data";

    private static final long STOP_TIMEOUT = 10_000;

    private final Framework framework;

    private Gateway(Framework framework) {
        this.framework = framework;
    }

    /** Starts on the cache of the last run if it is of this build and sound, else on a new one: a kill may have left it damaged. */
    static Gateway start(DataFolder data, Options options) throws IOException, BundleException {
        if (Bundles.areUnpacked(data.cache())) {
            try {
                return start(data, options, new FutureTask<>(() -> null), false);
            } catch (BundleException | RuntimeException e) {
                Bundles.delete(data.cache());
                Bundles.areUnpacked(data.cache());
            }
        }
        return start(data, options, new FutureTask<>(() -> Bundles.unpack(data.cache())), true);
    }

    /** @param unpacking runs while the framework starts */
    private static Gateway start(DataFolder data, Options options, FutureTask<Void> unpacking, boolean anew)
            throws IOException, BundleException {
        var unpacker = new Thread(unpacking, "everbond-unpack");
        unpacker.start();
        Bundles.delete(data.cache().resolve("configurations"));
        System.setProperty(DATA, data.path().toString());
        var framework = new Felix(properties(data, options));
        var gateway = new Gateway(framework);
        try {
            framework.start();
            await(unpacking);
            AddOns.uninstall(framework.getBundleContext());
            var bundles = gateway.bundles(data, anew);
            framework.adapt(FrameworkWiring.class).resolveBundles(bundles); // all at once is quicker than one by one
            for (var bundle : bundles) {
                bundle.start(Bundle.START_ACTIVATION_POLICY | Bundle.START_TRANSIENT);
            }
            if (options.bundles().isPresent()) {
                AddOns.start(framework.getBundleContext(), options.bundles().get());
            }
            return gateway;
        } catch (BundleException | IOException | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private static void await(FutureTask<Void> unpacking) throws IOException {
        try {
            unpacking.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the bundles were unpacked");
        }
    }

    private static Map<String, Object> properties(DataFolder data, Options options) {
        var properties = new HashMap<String, Object>();
        properties.put(Constants.FRAMEWORK_STORAGE, data.cache().resolve("framework").toString());
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, LENT);
        properties.put(FelixConstants.LOG_LEVEL_PROP, "1");
        properties.put(FelixConstants.LOG_LOGGER_PROP, new FrameworkLog());
        properties.put("felix.service.urlhandlers", "false");
        properties.put("felix.cm.dir", data.cache().resolve("configurations").toString());
        properties.put("ds.cache.metadata", "true");
        properties.put(DATA, data.path().toString());
        properties.put("everbond.untilEof", Boolean.toString(options.untilEof()));
        properties.put("everbond.verbose", Boolean.toString(options.verbose()));
        properties.put("everbond.config", options.config().toAbsolutePath().normalize().toString());
        options.script().ifPresent(script -> properties.put("everbond.script", script));
        return properties;
    }

    private List<Bundle> bundles(DataFolder data, boolean anew) throws IOException, BundleException {
        var context = framework.getBundleContext();
        var bundles = new ArrayList<Bundle>();
        for (var name : Bundles.names()) {
            var location = "reference:" + Bundles.file(data.cache(), name).toUri();
            bundles.add(anew ? context.installBundle(location) : installed(location));
        }
        return bundles;
    }

    private Bundle installed(String location) throws BundleException {
        var bundle = framework.getBundleContext().getBundle(location);
        return bundle != null ? bundle : framework.getBundleContext().installBundle(location);
    }

    /** Runs what a bundle offers as the main job of this process, on the calling thread. */
    int run() throws Exception {
        var context = framework.getBundleContext();
        try {
            var jobs = context.getServiceReferences(Callable.class, "(main.thread=true)");
            if (jobs.isEmpty()) {
                throw new IllegalStateException("no bundle offers a main job");
            }
            return (Integer) context.getService(jobs.iterator().next()).call();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops all bundles and waits for them. Idempotent. */
    @Override
    public void close() {
        try {
            framework.stop();
            framework.waitForStop(STOP_TIMEOUT);
        } catch (BundleException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
