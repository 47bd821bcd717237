package org.everbond.gateway.launch;

import java.util.List;
import org.everbond.gateway.demo.Demo;
import org.osgi.framework.BundleException;

/** {@code java -jar everbond.jar}. */
public final class Main {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private Main() {}

    public static void main(String[] arguments) {
        boolean verbose = List.of(arguments).contains("-v") || List.of(arguments).contains("--verbose");
        System.exit(exitCode(verbose, arguments));
    }

    private static int exitCode(boolean verbose, String... arguments) {
        try {
            if (arguments.length > 0 && arguments[0].equals("store")) {
                configureLog(verbose, !verbose);
                return OfflineStore.run(List.of(arguments).subList(1, arguments.length));
            }
            return run(Options.parse(arguments));
        } catch (UsageException e) {
            return complain(e, e.getMessage(), verbose, WRONG_USAGE);
        } catch (BundleException e) {
            return complain(e, "the gateway does not start: " + e.getMessage(), verbose, FAILED);
        } catch (Exception e) {
            return complain(e, e.getMessage() == null ? e.toString() : e.getMessage(), verbose, FAILED);
        }
    }

    private static int complain(Exception cause, String message, boolean verbose, int exitCode) {
        System.err.println("everbond: " + message);
        if (verbose) {
            cause.printStackTrace();
        }
        return exitCode;
    }

    private static int run(Options options) throws Exception {
        configureLog(options.verbose(), options.script().isPresent() && !options.verbose());
        switch (options.action()) {
            case HELP -> System.out.print(Options.HELP);
            case VERSION -> System.out.println("everbond " + Version.text());
            case DEMO -> {
                return Demo.play(System.out, options.keep());
            }
            case REHEARSE -> {
                return Rehearsal.play(Main::gateway);
            }
            case RUN -> {
                return gateway(options);
            }
        }
        return 0;
    }

    private static void configureLog(boolean verbose, boolean quiet) {
        System.setProperty("slf4j.provider", Logging.class.getName());
        System.setProperty("slf4j.internal.verbosity", "WARN");
        System.setProperty(Logging.VERBOSE, Boolean.toString(verbose));
        System.setProperty(Logging.QUIET, Boolean.toString(quiet));
    }

    private static int gateway(Options options) throws Exception {
        try (var data = DataFolder.open(options.data());
                var gateway = Gateway.start(data, options)) {
            var hook = new Thread(gateway::close, "everbond-stop");
            Runtime.getRuntime().addShutdownHook(hook);
            int exitCode = gateway.run();
            gateway.close();
            return exitCode;
        }
    }
}
