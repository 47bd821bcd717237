package org.everbond.gateway.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/** Takes commands from a terminal, from standard input line by line, or from a script. */
final class Console {
    private static final String PROMPT = "everbond> ";

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final boolean untilEof;
    private final boolean verbose;
    private final Supplier<CommandProcessor> processor;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @param processor asked when the console is run */
    Console(Supplier<CommandProcessor> processor, InputStream in, PrintStream out, PrintStream err, boolean terminal, boolean untilEof, boolean verbose) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.untilEof = terminal || untilEof;
        this.verbose = verbose;
        this.processor = processor;
    }

    private CommandSession session() {
        var session = processor.get().createSession(InputStream.nullInputStream(), out, err);
        session.put("SCOPE", "ble:*");
        return session;
    }

    /**
     * Runs the commands of a script up to the first that fails.
     *
     * @return the exit code
     */
    int run(String script) {
        return execute(session(), script) ? 0 : 1;
    }

    /**
     * Runs the commands that come on the input. Its end ends the gateway if it is a terminal or if told so, else it runs on
     * until it is stopped.
     *
     * @return the exit code
     */
    int converse() throws InterruptedException {
        var reader = new Thread(this::readCommands, "everbond-console");
        reader.setDaemon(true); // a read of standard input cannot be interrupted
        reader.start();
        stopped.await();
        return 0;
    }

    private void readCommands() {
        var session = session();
        var lines = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()));
        if (terminal) {
            out.println("Everbond. 'help' lists the commands, 'exit' ends.");
        }
        try {
            for (var line = next(lines); line != null; line = next(lines)) {
                if (line.strip().equals("exit")) {
                    stop();
                    return;
                }
                execute(session, line);
            }
        } catch (IOException e) {
            err.println("error: standard input cannot be read: " + e.getMessage());
        }
        if (untilEof) {
            stop();
        }
    }

    private String next(BufferedReader lines) throws IOException {
        if (terminal) {
            out.print(PROMPT);
            out.flush();
        }
        return lines.readLine();
    }

    private boolean execute(CommandSession session, String commands) {
        try {
            var result = session.execute(commands);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            return true;
        } catch (CommandNotFoundException e) {
            return complain(e, "unknown command '" + e.getCommand() + "'; 'help' lists the commands");
        } catch (Exception e) {
            return complain(e, e.getMessage() == null ? e.toString() : e.getMessage());
        } finally {
            out.flush();
        }
    }

    private boolean complain(Exception cause, String message) {
        err.println("error: " + message);
        if (verbose) {
            cause.printStackTrace(err);
        }
        return false;
    }

    /** Ends {@link #converse()}. */
    void stop() {
        stopped.countDown();
    }
}
