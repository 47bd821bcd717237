package org.everbond.agent.internal;

import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import java.util.stream.Stream;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.spi.PairingAgent;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.disk.Origin;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One factory configuration {@code org.everbond.agent} makes one agent. Registers it by itself: a component's own service would carry
 * the whole configuration, with its secrets, as service properties.
 */
@Component(
        name = AgentComponent.PID,
        configurationPid = AgentComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {})
@Designate(ocd = AgentConfiguration.class, factory = true)
public final class AgentComponent {
    public static final String PID = "org.everbond.agent";

    private static final Logger LOG = LoggerFactory.getLogger(AgentComponent.class);

    private final BundleContext context;
    private final Path dataFolder;
    private ServiceRegistration<PairingAgent> registration;

    @Activate
    public AgentComponent(BundleContext context) {
        this.context = context;
        this.dataFolder = DataFolder.of(context::getProperty).path();
    }

    @Activate
    void activate(Map<String, Object> properties) {
        configure(properties);
    }

    /** An agent that was wrongly configured anew answers nobody: what it was told before may not hold any more. */
    @Modified
    void configure(Map<String, Object> properties) {
        deactivate();
        var origin = Origin.of(properties);
        try {
            var settings = AgentSettings.of(properties, dataFolder);
            // In the log of a script, too: without the option the agent may answer more peers than it should.
            AgentSettings.unknown(properties).forEach(
                    key -> LOG.error("{}: the option {} is not known and does nothing; known are {}", origin, key, AgentSettings.known()));
            Stream.concat(settings.passkey().stream(), settings.oob().stream())
                    .filter(Secret::isOpenToOthers)
                    .forEach(secret -> LOG.warn("{}: {} can be read by others on this machine; chmod 600", origin, secret.place()));
            registration = context.registerService(PairingAgent.class, new HeadlessAgent(settings), serviceProperties(settings));
        } catch (IllegalArgumentException e) {
            LOG.error("{} makes no agent: {}", origin, e.getMessage());
        }
    }

    private static Hashtable<String, Object> serviceProperties(AgentSettings settings) {
        var properties = new Hashtable<String, Object>();
        properties.put(Constants.SERVICE_RANKING, settings.ranking());
        if (!settings.adapters().isEmpty()) {
            properties.put("adapter", settings.adapters().toArray(String[]::new));
        }
        if (!settings.peers().isEmpty()) {
            properties.put("peer", settings.peers().stream().map(DeviceAddress::toString).toArray(String[]::new));
        }
        return properties;
    }

    @Deactivate
    void deactivate() {
        if (registration != null) {
            registration.unregister();
            registration = null;
        }
    }
}
