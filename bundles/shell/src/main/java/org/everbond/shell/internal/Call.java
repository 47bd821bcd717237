package org.everbond.shell.internal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.Link;

/** One call of a command: its arguments, where it writes, and its deadline, which starts now and holds for all its steps. */
final class Call {
    private final Shell shell;
    private final Arguments arguments;
    private final Output output;
    private final long deadline;

    Call(Shell shell, Arguments arguments, Output output) throws CommandException {
        this.shell = shell;
        this.arguments = arguments;
        this.output = output;
        this.deadline = System.nanoTime() + arguments.timeout().toNanos();
    }

    Shell shell() {
        return shell;
    }

    Arguments arguments() {
        return arguments;
    }

    Output output() {
        return output;
    }

    /** What is left until the deadline; zero once it has passed. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** The adapter meant, whatever its state. */
    Adapter adapter() throws CommandException, InterruptedException {
        return shell.adapters().find(arguments.option("--adapter"), left());
    }

    /** The adapter meant, or all of them when none is named. */
    List<Adapter> adapters() throws CommandException, InterruptedException {
        if (arguments.option("--adapter").isEmpty()) {
            var all = shell.adapters().all(left());
            if (!all.isEmpty()) {
                return all;
            }
        }
        return List.of(adapter());
    }

    /** To be filled with what the {@link #adapters} have. */
    Rows rows(String... titles) throws CommandException, InterruptedException {
        return new Rows(output, adapters().size() > 1, titles);
    }

    /** The adapter meant, once it is UP. */
    Adapter adapterUp() throws CommandException, InterruptedException {
        var adapter = adapter();
        await(adapter.up(left()), "adapter " + adapter.name() + " is not up");
        return adapter;
    }

    /** The link meant by {@code --link}. */
    Link link() throws CommandException, InterruptedException {
        return Targets.link(adapter(), arguments.option("--link"));
    }

    /**
     * Waits for a stage until the deadline.
     *
     * @param overdue what to say when the deadline passes first
     */
    <T> T await(CompletionStage<T> stage, String overdue) throws CommandException, InterruptedException {
        return await(stage, () -> overdue);
    }

    <T> T await(CompletionStage<T> stage, Supplier<String> overdue) throws CommandException, InterruptedException {
        try {
            // A little grace: who was given the same deadline knows better why it passed.
            return stage.toCompletableFuture().get(left().toMillis() + 500, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CommandException(
                    overdue.get() + " after " + Words.time(arguments.timeout()) + "; --timeout gives it longer", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    private static CommandException failure(Throwable cause) {
        return new CommandException(sentence(cause), root(cause));
    }

    /** What a stage that failed says. */
    static String sentence(Throwable failure) {
        var root = root(failure);
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static Throwable root(Throwable failure) {
        var root = failure;
        while (root instanceof CompletionException && root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
