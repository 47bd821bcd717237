package org.everbond.shell.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All commands, and what they share. */
final class Shell {
    private final Adapters adapters;
    private final EventFeed feed;
    private final ShellAgent agent;
    private final Map<String, Command> commands = new TreeMap<>();

    Shell(Adapters adapters, EventFeed feed, ShellAgent agent) {
        this.adapters = adapters;
        this.feed = feed;
        this.agent = agent;
        var all = new ArrayList<Command>();
        all.addAll(AdapterCommands.all());
        all.addAll(AirCommands.all());
        all.addAll(new GattCommands(feed).all());
        all.addAll(SecurityCommands.all());
        all.addAll(BondCommands.all());
        all.add(ImportCommand.command());
        all.add(AgentCommand.command());
        all.add(OobCommand.command());
        all.add(new ServeCommand().command());
        all.add(EventsCommand.command());
        all.add(HelpCommand.command());
        all.forEach(command -> commands.put(command.usage().name(), command));
    }

    Adapters adapters() {
        return adapters;
    }

    EventFeed feed() {
        return feed;
    }

    ShellAgent agent() {
        return agent;
    }

    /** By name. */
    Map<String, Command> commands() {
        return commands;
    }

    /** Runs a command; with {@code --json} an error is an object on the output, too. */
    void run(Command command, List<?> words, PrintStream stream) throws CommandException, InterruptedException {
        var usage = command.usage();
        if (words.stream().anyMatch(word -> "--help".equals(String.valueOf(word)))) {
            new Output(stream, false).remark(usage.text());
            return;
        }
        boolean json = words.stream().anyMatch(word -> "--json".equals(String.valueOf(word)));
        var output = new Output(stream, json);
        try {
            command.body().run(new Call(this, Arguments.parse(usage, words), output));
        } catch (CommandException e) {
            if (json) {
                output.print(Json.object().put("error", e.getMessage()).put("command", usage.name()), "");
            }
            throw e;
        }
    }
}
