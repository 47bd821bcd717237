package org.everbond.gateway.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Lines that a person types: with a prompt, editing, history, and completion of command names. */
final class TerminalLines implements Lines {
    private static final String PROMPT = "everbond> ";
    /** Lines with passkeys and out of band data are not remembered. */
    private static final String SECRETS = "*passkey*:*oob*";

    private final Terminal terminal;
    private final LineReader reader;
    private final PrintStream out;

    /**
     * @param history the file that remembers lines
     * @param commands the names that complete the first word
     */
    TerminalLines(Path history, Supplier<Collection<String>> commands) throws IOException {
        terminal = TerminalBuilder.builder().name("everbond").system(true).provider("exec").dumb(true).build();
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("everbond")
                .variable(LineReader.HISTORY_FILE, history)
                .variable(LineReader.HISTORY_IGNORE, SECRETS)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .completer((editor, line, candidates) -> {
                    if (line.wordIndex() == 0) {
                        commands.get().forEach(name -> candidates.add(new Candidate(name)));
                    }
                })
                .build();
        out = new PrintStream(new AbovePrompt(reader), true, terminal.encoding());
        out.println("Everbond. 'help' lists the commands, 'exit' ends.");
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public String next() {
        terminal.handle(Terminal.Signal.INT, Terminal.SignalHandler.SIG_DFL);
        while (true) {
            try {
                return reader.readLine(PROMPT);
            } catch (UserInterruptException e) {
                // Ctrl-C drops the line that was begun
            } catch (EndOfFileException e) {
                return null;
            }
        }
    }

    @Override
    public void interruptible(Runnable interrupt) {
        terminal.handle(Terminal.Signal.INT, signal -> interrupt.run());
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
