package org.everbond.gateway.internal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Function;
import org.osgi.annotation.bundle.Header;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Reads the configuration files as soon as the stack is there, and offers the launcher its main job: the console, which needs the
 * shell only when it is run. Framework properties: {@code everbond.config} folder of configuration files, {@code everbond.data}
 * data folder, {@code everbond.script} commands to run and end, {@code everbond.untilEof} whether the end of standard input ends
 * the gateway.
 */
@Header(name = Constants.BUNDLE_ACTIVATOR, value = "${@class}")
public final class Activator implements BundleActivator {
    private static final Dictionary<String, Object> END = new Hashtable<>(Map.of(
            CommandProcessor.COMMAND_SCOPE, Console.SCOPE, CommandProcessor.COMMAND_FUNCTION, new String[] {"exit", "quit"}));

    private ConfigFolder folder;
    private Console console;

    @Override
    public void start(BundleContext context) throws Exception {
        folder = new ConfigFolder(Path.of(context.getProperty("everbond.config")), service(context, ConfigurationAdmin.class));
        folder.start();
        var verbose = Boolean.parseBoolean(context.getProperty("everbond.verbose"));
        console = new Console(() -> service(context, CommandProcessor.class), stream(FileDescriptor.err), verbose);
        var properties = new Hashtable<String, Object>();
        properties.put("main.thread", "true");
        context.registerService(Callable.class, job(context), properties);
    }

    private Callable<Integer> job(BundleContext context) {
        var conversation = conversation(context);
        return () -> {
            context.registerService(Function.class, (session, arguments) -> Console.exit(arguments), END);
            return conversation.call();
        };
    }

    private Callable<Integer> conversation(BundleContext context) {
        var script = context.getProperty("everbond.script");
        if (script != null) {
            return () -> console.run(script, stream(FileDescriptor.out));
        }
        if (System.console() != null) {
            var history = Path.of(context.getProperty("everbond.data"), "history");
            return () -> console.converse(() -> new TerminalLines(history, () -> commands(context)), true);
        }
        var untilEof = Boolean.parseBoolean(context.getProperty("everbond.untilEof"));
        return () -> console.converse(
                () -> new PlainLines(new FileInputStream(FileDescriptor.in), stream(FileDescriptor.out)), untilEof);
    }

    /** What completes a line: the commands that need no scope. */
    private static Collection<String> commands(BundleContext context) {
        var names = new TreeSet<String>();
        try {
            var filter = "(" + CommandProcessor.COMMAND_SCOPE + "=" + Console.SCOPE + ")";
            for (var reference : context.getAllServiceReferences(null, filter)) {
                var functions = reference.getProperty(CommandProcessor.COMMAND_FUNCTION);
                names.addAll(functions instanceof String[] several ? List.of(several) : List.of(String.valueOf(functions)));
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return names;
    }

    @Override
    public void stop(BundleContext context) {
        folder.stop();
        console.stop();
    }

    /** The process's own stream: Gogo replaces those of System by its own, which must not become their own target. */
    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new BufferedOutputStream(new FileOutputStream(descriptor)), true);
    }

    private static <S> S service(BundleContext context, Class<S> type) {
        ServiceReference<S> reference = context.getServiceReference(type);
        if (reference == null) {
            throw new IllegalStateException("the gateway lacks the service " + type.getName());
        }
        return context.getService(reference);
    }
}
