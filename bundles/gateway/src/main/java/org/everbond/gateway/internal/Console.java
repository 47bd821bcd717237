package org.everbond.gateway.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;

/** Runs commands of the shell: those of a script, or those that come line by line. */
final class Console {
    /** Commands of this scope need not name it. */
    static final String SCOPE = "ble";

    private final Supplier<CommandProcessor> processor;
    private final PrintStream err;
    private final boolean verbose;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Ends the lines or the script it is in, and the gateway. */
    private static final class End extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** Opens the source of lines when the console is run. */
    @FunctionalInterface
    interface Source {
        Lines open() throws IOException;
    }

    /** @param processor asked when the console is run */
    Console(Supplier<CommandProcessor> processor, PrintStream err, boolean verbose) {
        this.processor = processor;
        this.err = err;
        this.verbose = verbose;
    }

    /**
     * Runs the commands of a script up to the first that fails.
     *
     * @return the exit code
     */
    int run(String script, PrintStream out) {
        return execute(session(out), script, out) ? 0 : 1;
    }

    /**
     * Runs the commands that come line by line.
     *
     * @param untilEnd whether the end of the lines ends the gateway; else it runs on until it is stopped
     * @return the exit code
     */
    int converse(Source source, boolean untilEnd) throws InterruptedException {
        var reader = new Thread(() -> readCommands(source, untilEnd), "everbond-console");
        reader.setContextClassLoader(Console.class.getClassLoader()); // by which the line editor finds its terminals
        reader.setDaemon(true); // a read of standard input cannot be interrupted
        reader.start();
        stopped.await();
        return 0;
    }

    private void readCommands(Source source, boolean untilEnd) {
        try (var lines = source.open()) {
            var session = session(lines.out());
            for (var line = lines.next(); line != null; line = lines.next()) {
                lines.interruptible(() -> interrupt(session));
                execute(session, line, lines.out());
                if (stopped.getCount() == 0) {
                    return;
                }
            }
        } catch (IOException e) {
            err.println("error: standard input cannot be read: " + e.getMessage());
        }
        if (untilEnd) {
            stop();
        }
    }

    private CommandSession session(PrintStream out) {
        var session = processor.get().createSession(InputStream.nullInputStream(), out, err);
        session.put("SCOPE", SCOPE + ":*");
        return session;
    }

    private static void interrupt(CommandSession session) {
        var job = session.foregroundJob();
        if (job != null) {
            job.interrupt();
        }
    }

    private boolean execute(CommandSession session, String commands, PrintStream out) {
        try {
            var result = session.execute(commands);
            if (result != null) {
                out.println(session.format(result, Converter.INSPECT));
            }
            return true;
        } catch (End e) {
            stop();
            return true;
        } catch (CommandNotFoundException e) {
            return complain(e, "unknown command '" + e.getCommand() + "'; 'help' lists the commands");
        } catch (InterruptedException e) {
            return complain(e, "interrupted");
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

    /** The command {@code exit}. */
    static Object exit(List<?> arguments) throws End {
        if (!arguments.isEmpty()) {
            throw new IllegalArgumentException("'exit' takes nothing behind it");
        }
        throw new End();
    }

    /** Ends {@link #converse}. */
    void stop() {
        stopped.countDown();
    }
}
