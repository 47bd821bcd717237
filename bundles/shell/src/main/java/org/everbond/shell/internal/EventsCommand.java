package org.everbond.shell.internal;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What happens, as it happens. */
final class EventsCommand {
    private EventsCommand() {}

    static Command command() {
        return new Command(
                new Usage("events [on|off]",
                        "Shows what happened lately; with 'on' shows everything from now on in between, until 'off'.", 1, "none",
                        List.of(new Usage.Option("--follow", "", "show everything from now on, and nothing else, until the deadline"),
                                new Usage.Option("--until", "EVENT", "follow, and end with the first event of this type; an error if it does not come in time"),
                                new Usage.Option("--recent", "", "with --follow or --until: begin with what happened lately")),
                        List.of("events", "events on --json", "events --follow --timeout 1m", "events --until paired --timeout 30s --json")),
                EventsCommand::run);
    }

    private static void run(Call call) throws CommandException, InterruptedException {
        var feed = call.shell().feed();
        var arguments = call.arguments();
        var word = arguments.word(0).orElse("");
        switch (word) {
            case "on" -> feed.show(call.output());
            case "off" -> feed.hide(call.output().stream());
            case "" -> {
                if (arguments.has("--follow") || arguments.has("--until")) {
                    follow(call, feed);
                } else {
                    feed.recent().forEach(happening -> print(call, happening));
                }
            }
            default -> throw arguments.wrong("takes on, off or nothing, not '" + word + "'");
        }
    }

    private static void follow(Call call, EventFeed feed) throws CommandException, InterruptedException {
        var until = call.arguments().option("--until");
        if (until.isPresent() && !Happening.TYPES.contains(until.get())) {
            throw call.arguments().wrong("knows no event '" + until.get() + "' (" + String.join(", ", Happening.TYPES) + ")");
        }
        var queue = new LinkedBlockingQueue<Happening>();
        Consumer<Happening> listener = queue::add;
        if (call.arguments().has("--recent")) {
            queue.addAll(feed.recent());
        }
        feed.listen(listener);
        try {
            for (var next = next(call, queue); next != null; next = next(call, queue)) {
                print(call, next);
                if (until.isPresent() && next.type().equals(until.get())) {
                    return;
                }
            }
        } finally {
            feed.leave(listener);
        }
        if (until.isPresent()) {
            throw new CommandException("no event '" + until.get() + "' within " + Words.time(call.arguments().timeout())
                    + "; --timeout gives it longer, --recent begins with what happened before");
        }
    }

    private static Happening next(Call call, LinkedBlockingQueue<Happening> queue) throws InterruptedException {
        return queue.poll(call.left().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void print(Call call, Happening happening) {
        call.output().print(happening.object(), happening.line());
    }
}
