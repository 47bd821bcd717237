package org.everbond.adapter.internal;

import java.io.IOException;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.everbond.tlv.disk.Origin;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Finds configurations that were meant to make an adapter but whose name nobody knows: without an instance, or misspelt. It listens
 * synchronously, so that who has handed a configuration over can ask for what became of it.
 */
@Component(immediate = true, service = SynchronousConfigurationListener.class)
public final class MisnamedConfigurations implements SynchronousConfigurationListener {
    /** As many as {@code org.} or {@code .cfg} has. */
    private static final int WRONG_LETTERS = 4;

    private final BundleContext context;
    private final ConfigurationAdmin admin;
    /** By PID. */
    private final Map<String, Rejection> found = new HashMap<>();

    @Activate
    public MisnamedConfigurations(
            BundleContext context, @Reference(policyOption = ReferencePolicyOption.GREEDY) ConfigurationAdmin admin) {
        this.context = context;
        this.admin = admin;
        look(null);
    }

    @Override
    public void configurationEvent(ConfigurationEvent event) {
        if (isMisnamed(event.getFactoryPid(), event.getPid())) {
            forget(event.getPid());
            if (event.getType() == ConfigurationEvent.CM_UPDATED) {
                look("(" + Constants.SERVICE_PID + "=" + event.getPid() + ")");
            }
        }
    }

    private void look(String filter) {
        try {
            var configurations = admin.listConfigurations(filter);
            for (var configuration : configurations == null ? List.<Configuration>of() : List.of(configurations)) {
                if (isMisnamed(configuration.getFactoryPid(), configuration.getPid())) {
                    reject(configuration);
                }
            }
        } catch (IOException | InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isMisnamed(String factoryPid, String pid) {
        String given = factoryPid == null ? pid : factoryPid;
        return !AdapterComponent.PID.equals(factoryPid) && Spelling.distance(given, AdapterComponent.PID) <= WRONG_LETTERS;
    }

    private synchronized void reject(Configuration configuration) {
        String pid = configuration.getPid();
        String instance = configuration.getFactoryPid() == null ? "main" : pid.substring(pid.lastIndexOf('~') + 1);
        var properties = new Hashtable<String, Object>(Map.of(Constants.SERVICE_PID, pid));
        var file = configuration.getProperties().get(Origin.FILE);
        if (file != null) {
            properties.put(Origin.FILE, file);
        }
        var origin = Origin.of(properties);
        found.computeIfAbsent(pid, missing -> new Rejection(context, origin, "",
                origin + " makes no adapter: its name is not known; rename it to " + AdapterComponent.PID + "-" + instance + ".cfg"));
    }

    private synchronized void forget(String pid) {
        var rejection = found.remove(pid);
        if (rejection != null) {
            rejection.close();
        }
    }

    @Deactivate
    void deactivate() {
        List.copyOf(found.keySet()).forEach(this::forget);
    }
}
