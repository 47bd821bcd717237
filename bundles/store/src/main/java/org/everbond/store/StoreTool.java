package org.everbond.store;

import java.io.PrintStream;
import java.util.List;
import org.everbond.store.internal.Arguments;
import org.everbond.store.internal.Check;
import org.everbond.store.internal.Importing;
import org.everbond.store.internal.Json;
import org.everbond.store.internal.Listing;
import org.everbond.store.internal.Rewriting;
import org.everbond.store.internal.StoreFile;
import org.everbond.store.internal.ToolException;
import org.everbond.tlv.disk.Disk;
import org.osgi.annotation.versioning.ProviderType;

/**
 * {@code everbond.jar store ...}: lists, checks, converts, seals and compacts a store, without a gateway. Uses the storage backends and
 * the bonds of the gateway on a copy of the file in memory, so that looking changes nothing.
 */
@ProviderType
public interface StoreTool {
    /**
     * Runs one command.
     *
     * @param arguments what stands behind {@code store}
     * @param out what was asked for
     * @param err complaints and remarks, one sentence in one line each
     * @return exit status: 0 done; 1 not done, or damaged when asked to check; 2 not usable, or a wrong command
     */
    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        boolean json = arguments.contains("--json");
        try {
            return run(Arguments.parse(arguments), out, err);
        } catch (ToolException e) {
            return complain(e.getMessage(), e.exitCode(), json, out, err);
        } catch (OutOfMemoryError e) {
            return complain("the store does not fit into the memory of this process; give it more, as in java -Xmx1g -jar everbond.jar ...",
                    ToolException.UNUSABLE, json, out, err);
        }
    }

    private static int run(Arguments arguments, PrintStream out, PrintStream err) throws ToolException {
        var disk = Disk.system();
        switch (arguments.command()) {
            case HELP -> out.print(Arguments.HELP);
            case LIST -> new Listing(StoreFile.open(disk, arguments.file(), arguments.kind()), arguments.keys()).print(arguments.json(), out);
            case CHECK -> {
                return Check.print(StoreFile.open(disk, arguments.file(), arguments.kind()), arguments.json(), out);
            }
            case CONVERT, SEAL, UNSEAL -> Rewriting.convert(arguments, disk, out, err);
            case IMPORT -> Importing.run(arguments, disk, out, err);
            case COMPACT -> Rewriting.compact(arguments, disk, out);
        }
        return 0;
    }

    private static int complain(String sentence, int exitCode, boolean json, PrintStream out, PrintStream err) {
        if (json) {
            out.println(Json.object().put("error", sentence));
        }
        err.println("everbond: " + sentence);
        return exitCode;
    }
}
