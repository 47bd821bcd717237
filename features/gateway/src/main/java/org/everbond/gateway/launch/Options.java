package org.everbond.gateway.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * The command line.
 *
 * @param action what to do
 * @param data the data folder
 * @param config the folder of configuration files; {@code ./config} when none was named, which may come later
 * @param bundles the folder of bundles of others; empty when none was named and {@code ./bundles} does not exist
 * @param script commands of {@code -c}
 * @param untilEof end when standard input ends
 * @param verbose with stack traces and informational log lines
 * @param keep where {@code demo} leaves its files; empty to remove them
 */
record Options(
        Action action, Path data, Path config, Optional<Path> bundles, Optional<String> script, boolean untilEof, boolean verbose,
        Optional<Path> keep) {
    enum Action {
        RUN,
        DEMO,
        /** Everything once, so that the classes of a usual run are loaded: for the launcher's class data sharing archive. */
        REHEARSE,
        HELP,
        VERSION
    }

    static final String HELP =
            """
            Everbond, a Bluetooth LE gateway whose bonds survive everything.

              java -jar everbond.jar [options]            starts the gateway with a shell ('help' there lists the commands)
              java -jar everbond.jar [options] -c 'adapters; bonds'
                                                          runs shell commands and ends; 0 only if all succeeded
              java -jar everbond.jar demo [--keep DIR]    two gateways bond, are killed, restart and reconnect, all on this machine
              java -jar everbond.jar store FILE           lists, checks, converts or compacts a store ('store --help' tells more)

              --data DIR      data folder with the bonds, default ./data
              --config DIR    folder of configuration files, default ./config;
                              a file org.everbond.adapter-main.cfg with the line  transport=serial:/dev/ttyACM0  makes an adapter
              --bundles DIR   folder of further bundles (jars), default ./bundles if it exists
              -c COMMANDS     shell commands, separated by semicolons
              --until-eof     end when standard input ends, even if it is no terminal
              --keep DIR      demo: leave data folders and HCI traces there
              -v, --verbose   informational log lines and stack traces on standard error
              --help, --version

            When standard input is no terminal, commands are read from it line by line; after its end the gateway runs on until it
            is told to stop (SIGTERM).
            """;

    /** @throws UsageException naming the argument that is wrong, and the cure */
    static Options parse(String... arguments) {
        var action = Action.RUN;
        var data = Path.of("data");
        Optional<Path> config = Optional.empty();
        Optional<Path> bundles = Optional.empty();
        Optional<String> script = Optional.empty();
        Optional<Path> keep = Optional.empty();
        boolean untilEof = false;
        boolean verbose = false;
        var rest = new ArrayDeque<>(List.of(arguments));
        while (!rest.isEmpty()) {
            var argument = rest.pop();
            switch (argument) {
                case "demo" -> action = Action.DEMO;
                case "--help", "-h", "help" -> action = Action.HELP;
                case "--version" -> action = Action.VERSION;
                case "--rehearse" -> action = Action.REHEARSE;
                case "-v", "--verbose" -> verbose = true;
                case "--until-eof" -> untilEof = true;
                case "--data" -> data = Path.of(value(argument, "a folder", rest));
                case "--config" -> config = Optional.of(Path.of(value(argument, "a folder", rest)));
                case "--bundles" -> bundles = Optional.of(Path.of(value(argument, "a folder", rest)));
                case "--keep" -> keep = Optional.of(Path.of(value(argument, "a folder", rest)));
                case "-c" -> script = Optional.of(value(argument, "commands, such as 'adapters; bonds'", rest));
                default -> throw new UsageException(
                        "unknown " + (argument.startsWith("-") ? "option" : "argument") + " '" + argument + "'; --help lists the options"
                                + (argument.startsWith("-") ? "" : ", and shell commands go behind -c"));
            }
        }
        if (keep.isPresent() && action == Action.RUN) {
            throw new UsageException("--keep belongs to the demo: everbond.jar demo --keep " + keep.get());
        }
        return new Options(
                action, data, folder(config, "config", "configuration folder").orElse(Path.of("config")),
                folder(bundles, "bundles", "folder of bundles"), script, untilEof, verbose, keep);
    }

    /** The folder named, or the usual one if it is there. */
    private static Optional<Path> folder(Optional<Path> named, String usual, String what) {
        var folder = named.orElse(Path.of(usual));
        if (Files.isDirectory(folder)) {
            return Optional.of(folder);
        }
        if (Files.exists(folder)) {
            throw new UsageException("the " + what + " " + folder + " is a file; name a folder with --" + usual);
        }
        if (named.isPresent()) {
            throw new UsageException("the " + what + " " + folder + " does not exist; create it or name another with --" + usual);
        }
        return Optional.empty();
    }

    private static String value(String option, String what, ArrayDeque<String> rest) {
        if (rest.isEmpty() || rest.peek().isEmpty() && option.startsWith("--")) {
            throw new UsageException(option + " needs " + what + " behind it");
        }
        return rest.pop();
    }
}
