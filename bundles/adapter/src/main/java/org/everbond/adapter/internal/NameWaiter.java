package org.everbond.adapter.internal;

import java.util.concurrent.Executor;
import org.everbond.adapter.Adapter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;

/** The name of an adapter, which one configuration has and another one waits for. */
final class NameWaiter implements AutoCloseable {
    private final BundleContext context;
    private final ServiceListener listener;

    /**
     * @param executor on which to try again: not on the thread that is taking the other adapter down
     * @param free to run when the adapter of that name goes
     */
    NameWaiter(BundleContext context, String name, Executor executor, Runnable free) {
        this.context = context;
        listener = event -> {
            if (event.getType() == ServiceEvent.UNREGISTERING) {
                executor.execute(free);
            }
        };
        try {
            context.addServiceListener(listener, "(&(" + Constants.OBJECTCLASS + "=" + Adapter.class.getName() + ")" + named(name) + ")");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether there is an adapter of that name. */
    static boolean isTaken(BundleContext context, String name) {
        try {
            return !context.getServiceReferences(Adapter.class, named(name)).isEmpty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Names are letters, digits and a few others that mean nothing in a filter, see {@link Settings}. */
    private static String named(String name) {
        return "(" + Adapter.NAME + "=" + name + ")";
    }

    @Override
    public void close() {
        context.removeServiceListener(listener);
    }
}
