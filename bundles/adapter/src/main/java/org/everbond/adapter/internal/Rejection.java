package org.everbond.adapter.internal;

import java.util.Hashtable;
import java.util.Map;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.RejectedConfiguration;
import org.everbond.tlv.disk.Origin;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** Tells of a configuration that is not used: once in the log, and by a {@link RejectedConfiguration} until it is closed. */
final class Rejection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rejection.class);
    /** On lines of the log that the commands of a shell say, too; a log beside their output can do without. */
    private static final Marker TOLD = MarkerFactory.getMarker("TOLD");

    private final ServiceRegistration<RejectedConfiguration> registration;

    /** @param reason one sentence that begins with the name of the file and says what is wrong, what comes of it, and the cure */
    Rejection(BundleContext context, Origin origin, String adapter, String reason) {
        var rejected = new RejectedConfiguration(origin.pid(), adapter, reason);
        LOG.error(TOLD, rejected.reason());
        registration = context.registerService(
                RejectedConfiguration.class,
                rejected,
                new Hashtable<>(Map.of(Adapter.NAME, adapter, Constants.SERVICE_DESCRIPTION, rejected.reason())));
    }

    @Override
    public void close() {
        registration.unregister();
    }
}
