package org.everbond.itests.story.swap;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.everbond.adapter.Adapter;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/** A framework with Everbond's bundles, seen from one bundle in it. */
public final class OsgiGround implements Ground {
    private static final String PID = "org.everbond.adapter";
    private static final long DEADLINE_MS = 30_000;

    private final BundleContext context;
    private final ConfigurationAdmin admin;

    public OsgiGround(BundleContext context, ConfigurationAdmin admin) {
        this.context = context;
        this.admin = admin;
    }

    @Override
    public Adapter configure(String adapter, Map<String, String> options) throws Exception {
        configuration(adapter).update(new Hashtable<>(options));
        return service(Adapter.class, "(" + Adapter.NAME + "=" + adapter + ")");
    }

    private Configuration configuration(String adapter) throws Exception {
        return admin.getFactoryConfiguration(PID, adapter, "?");
    }

    @Override
    public void remove(String adapter) throws Exception {
        var gone = new CountDownLatch(1);
        ServiceListener listener = event -> {
            if (event.getType() == ServiceEvent.UNREGISTERING) {
                gone.countDown();
            }
        };
        var filter = "(&(objectClass=" + Adapter.class.getName() + ")(" + Adapter.NAME + "=" + adapter + "))";
        context.addServiceListener(listener, filter);
        try {
            if (context.getServiceReferences(Adapter.class, filter).isEmpty()) {
                return;
            }
            configuration(adapter).delete();
            await(gone, "adapter " + adapter + " goes");
        } finally {
            context.removeServiceListener(listener);
        }
    }

    @Override
    public <S> AutoCloseable offer(Class<S> type, S service, Map<String, Object> properties) {
        return context.registerService(type, service, new Hashtable<>(properties))::unregister;
    }

    @Override
    public TlvBackendProvider provider(String scheme) throws Exception {
        for (var reference : context.getServiceReferences(TlvBackendProvider.class, null)) {
            var provider = context.getService(reference);
            if (provider != null && provider.scheme().equals(scheme)) {
                return provider;
            }
        }
        throw new IllegalStateException("no service answers to store=" + scheme + ":");
    }

    @Override
    public void away(String scheme, Leaving how, Step meanwhile) throws Exception {
        var bundle = bundle("org.everbond.tlv." + scheme);
        switch (how) {
            case STOPPED -> {
                bundle.stop();
                meanwhile.take();
                bundle.start();
            }
            case UPDATED -> {
                bundle.update();
                refresh(bundle);
                meanwhile.take();
            }
            case REINSTALLED -> {
                var location = bundle.getLocation();
                bundle.uninstall();
                refresh(bundle);
                meanwhile.take();
                context.installBundle(location).start();
            }
        }
    }

    private Bundle bundle(String name) {
        for (var bundle : context.getBundles()) {
            if (name.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        throw new IllegalStateException(name + " is not installed");
    }

    private void refresh(Bundle bundle) throws InterruptedException {
        var refreshed = new CountDownLatch(1);
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
            }
        });
        await(refreshed, "the refresh of " + bundle + " ends");
    }

    private static void await(CountDownLatch latch, String what) throws InterruptedException {
        if (!latch.await(DEADLINE_MS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("not within " + DEADLINE_MS + " ms: " + what);
        }
    }

    private <S> S service(Class<S> type, String filter) throws Exception {
        var tracker = new ServiceTracker<S, S>(
                context, context.createFilter("(&(objectClass=" + type.getName() + ")" + filter + ")"), null);
        tracker.open();
        try {
            var service = tracker.waitForService(DEADLINE_MS);
            if (service == null) {
                throw new AssertionError("no service " + type.getName() + " " + filter + " came");
            }
            return service;
        } finally {
            tracker.close();
        }
    }
}
