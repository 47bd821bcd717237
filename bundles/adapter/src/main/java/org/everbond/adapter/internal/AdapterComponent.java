package org.everbond.adapter.internal;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Hashtable;
import java.util.Map;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.RejectedConfiguration;
import org.everbond.bonds.spi.EvictionGuard;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.spi.ControllerSetup;
import org.everbond.hci.spi.HciTransportProvider;
import org.everbond.security.spi.PairingAgent;
import org.everbond.tlv.disk.DataFolder;
import org.everbond.tlv.spi.TlvBackend;
import org.everbond.tlv.spi.TlvBackendProvider;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.Origin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One factory configuration {@code org.everbond.adapter} makes one adapter. Connects the stack to the world: configuration in, services
 * of other bundles in, the service {@link Adapter} out.
 */
@Component(
        name = AdapterComponent.PID,
        configurationPid = AdapterComponent.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true,
        service = {})
@Designate(ocd = AdapterConfiguration.class, factory = true)
// Registered by code, so told here: features of others whose components refer to them resolve.
@Capability(namespace = "osgi.service", attribute = "objectClass:List<String>=\"org.everbond.adapter.Adapter\"", uses = Adapter.class)
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=\"org.everbond.adapter.RejectedConfiguration\"",
        uses = RejectedConfiguration.class)
public final class AdapterComponent {
    public static final String PID = "org.everbond.adapter";

    private static final Logger LOG = LoggerFactory.getLogger(AdapterComponent.class);

    private final Environment environment = new Environment();
    private final BundleContext context;
    private final Path dataFolder;
    private Stack stack;
    private ServiceRegistration<Adapter> registration;
    /** Told of the present configuration; and what waits for the name that another one has. */
    private final Deque<AutoCloseable> obstacles = new ArrayDeque<>();

    @Activate
    public AdapterComponent(BundleContext context) {
        this.context = context;
        this.dataFolder = DataFolder.of(context::getProperty).path();
    }

    @Activate
    void activate(Map<String, Object> properties) {
        configure(properties);
    }

    @Modified
    synchronized void configure(Map<String, Object> properties) {
        clearObstacles();
        if (!properties.containsKey(ConfigurationAdmin.SERVICE_FACTORYPID)) {
            return; // MisnamedConfigurations tells of it
        }
        var origin = Origin.of(properties);
        Settings settings;
        try {
            settings = Settings.of(properties);
        } catch (IllegalArgumentException e) {
            reject(origin, Settings.nameOf(properties), e.getMessage());
            return;
        }
        for (String option : Settings.unknown(properties)) {
            // In the log of a script, too: no command says it.
            LOG.error("{}: the option {} is not known and does nothing; {}", origin, option, Settings.cure(option));
        }
        if (stack != null && settings.needsNewStack(stack.settings(), stack.hasIdentity())) {
            end();
        }
        if (stack != null) {
            stack.configure(settings);
        } else if (NameWaiter.isTaken(context, settings.name())) {
            reject(origin, settings.name(), "another configuration has made an adapter named " + settings.name()
                    + " already; give one of them another name=");
            obstacles.add(new NameWaiter(context, settings.name(), AdapterComponent::apart, () -> retry(properties)));
        } else {
            start(settings);
        }
    }

    private void start(Settings settings) {
        stack = new Stack(settings, environment, Disk.system(), dataFolder, new SystemThreads(settings.name()));
        var service = new Hashtable<String, Object>(Map.of(Adapter.NAME, settings.name()));
        registration = context.registerService(Adapter.class, stack.adapter(), service);
        stack.start();
    }

    private void reject(Origin origin, String name, String reason) {
        obstacles.add(stack == null
                ? new Rejection(context, origin, name, origin + " makes no adapter: " + reason)
                : new Rejection(context, origin, stack.settings().name(),
                        origin + ": " + reason + "; adapter " + stack.settings().name() + " goes on as it was configured before"));
    }

    /** The name may be free now. */
    private synchronized void retry(Map<String, Object> properties) {
        if (stack == null && !obstacles.isEmpty()) {
            configure(properties);
        }
    }

    private static void apart(Runnable task) {
        var thread = new Thread(task, "everbond-configuration");
        thread.setDaemon(true);
        thread.start();
    }

    @Deactivate
    synchronized void deactivate() {
        clearObstacles();
        if (stack != null) {
            end();
        }
    }

    private void end() {
        registration.unregister();
        stack.close();
        stack = null;
    }

    private void clearObstacles() {
        while (!obstacles.isEmpty()) {
            try {
                obstacles.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindTransport(HciTransportProvider provider, Map<String, Object> properties) {
        environment.transports().add(provider, properties);
    }

    void unbindTransport(HciTransportProvider provider) {
        environment.transports().remove(provider);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStore(TlvBackendProvider provider, Map<String, Object> properties) {
        environment.stores().add(provider, properties);
    }

    void unbindStore(TlvBackendProvider provider) {
        environment.stores().remove(provider);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindBackend(TlvBackend backend, Map<String, Object> properties) {
        environment.backends().add(backend, properties);
    }

    void unbindBackend(TlvBackend backend) {
        environment.backends().remove(backend);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAgent(PairingAgent agent, Map<String, Object> properties) {
        environment.agents().add(agent, properties);
    }

    void unbindAgent(PairingAgent agent) {
        environment.agents().remove(agent);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGattService(GattService service, Map<String, Object> properties) {
        environment.services().add(service, properties);
    }

    void unbindGattService(GattService service) {
        environment.services().remove(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindSetup(ControllerSetup setup, Map<String, Object> properties) {
        environment.setups().add(setup, properties);
    }

    void unbindSetup(ControllerSetup setup) {
        environment.setups().remove(setup);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGuard(EvictionGuard guard, Map<String, Object> properties) {
        environment.guards().add(guard, properties);
    }

    void unbindGuard(EvictionGuard guard) {
        environment.guards().remove(guard);
    }
}
