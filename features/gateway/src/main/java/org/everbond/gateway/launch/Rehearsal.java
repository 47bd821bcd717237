package org.everbond.gateway.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A short run of everything that usually happens, with two adapters on a virtual air: what it loads is what the launcher puts
 * into its class data sharing archive.
 */
final class Rehearsal {
    private static final String SCRIPT = String.join("; ",
            "adapters --up --json",
            "agent accept",
            "serve --adapter b --interval 20ms",
            "bondable on --adapter b",
            "connect --name Everbond --adapter a",
            "pair --adapter a",
            "read 00000000-1111-2222-3333-444444444444 --adapter a",
            "bonds --adapter a --json",
            "disconnect --adapter a",
            "connect 1 --adapter a",
            "encrypt --adapter a",
            "links --adapter a",
            "events",
            "help");

    private Rehearsal() {}

    /** Runs the gateway. */
    @FunctionalInterface
    interface Runner {
        int run(Options options) throws Exception;
    }

    static int play(Runner gateway) throws Exception {
        var folder = Files.createTempDirectory("everbond-rehearsal-");
        try {
            var config = Files.createDirectories(folder.resolve("config"));
            for (var name : new String[] {"a", "b"}) {
                Files.writeString(config.resolve("org.everbond.adapter-" + name + ".cfg"), "transport=virtual:rehearsal\n");
            }
            return gateway.run(options(folder.resolve("data"), config));
        } finally {
            Bundles.delete(folder);
        }
    }

    private static Options options(Path data, Path config) {
        return new Options(Options.Action.RUN, data, config, Optional.empty(), Optional.of(SCRIPT), false, false, Optional.empty());
    }
}
