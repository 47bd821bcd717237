package org.everbond.shell.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.RejectedConfiguration;
import org.everbond.security.spi.PairingAgent;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Registers the commands with Gogo and follows the adapters that come and go. */
@Component(service = {}, immediate = true)
public final class ShellComponent {
    private static final String SCOPE = "ble";
    private static final String FILE = "org.everbond.adapter-main.cfg";
    private static final String ADAPTERS = "(service.factoryPid=org.everbond.adapter)";

    private final ConfigurationAdmin admin;
    private final Adapters adapters;
    private final EventFeed feed = new EventFeed();

    @Activate
    public ShellComponent(
            BundleContext context,
            @Reference(policyOption = ReferencePolicyOption.GREEDY) ConfigurationAdmin admin) {
        this.admin = admin;
        adapters = new Adapters(this::configured, file(context));
        var agent = new ShellAgent(feed, self -> context.registerService(PairingAgent.class, self, null)::unregister);
        var shell = new Shell(adapters, feed, agent);
        shell.commands().values().forEach(command -> register(context, shell, command));
    }

    /** The file that makes an adapter: the gateway and Karaf say in which folder they read configurations. */
    private static String file(BundleContext context) {
        return Stream.of("everbond.config", "karaf.etc").map(context::getProperty).filter(Objects::nonNull).findFirst()
                .map(folder -> Path.of(folder, FILE).toString()).orElse(FILE + " of the configuration folder");
    }

    private static void register(BundleContext context, Shell shell, Command command) {
        Function function = (session, arguments) -> {
            shell.run(command, arguments, session.getConsole());
            return null;
        };
        var properties = new Hashtable<String, Object>();
        properties.put(CommandProcessor.COMMAND_SCOPE, SCOPE);
        properties.put(CommandProcessor.COMMAND_FUNCTION, command.usage().name());
        context.registerService(Function.class, function, properties);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindAdapter(Adapter adapter) {
        feed.add(adapter);
        adapters.add(adapter);
    }

    void unbindAdapter(Adapter adapter) {
        adapters.remove(adapter);
        feed.remove(adapter);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindRejected(RejectedConfiguration configuration) {
        adapters.add(configuration);
    }

    void unbindRejected(RejectedConfiguration configuration) {
        adapters.remove(configuration);
    }

    /** The PIDs of the configurations that ask for an adapter. */
    private Set<String> configured() {
        try {
            var found = admin.listConfigurations(ADAPTERS);
            return found == null ? Set.of() : Arrays.stream(found).map(Configuration::getPid).collect(Collectors.toSet());
        } catch (IOException | InvalidSyntaxException e) {
            return Set.of();
        }
    }
}
