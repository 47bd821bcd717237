package org.everbond.shell.internal;

import java.util.List;

/** What there is and how it is called. */
final class HelpCommand {
    private HelpCommand() {}

    static Command command() {
        return new Command(
                new Usage("help [COMMAND]", "Lists the commands, or explains one with examples.", 1, "10s", List.of(), List.of("help", "help pair")),
                HelpCommand::run);
    }

    private static void run(Call call) throws CommandException, InterruptedException {
        var commands = call.shell().commands();
        var name = call.arguments().word(0);
        if (name.isPresent()) {
            var command = commands.get(name.get().startsWith("ble:") ? name.get().substring(4) : name.get());
            if (command == null) {
                throw new CommandException("there is no command '" + name.get() + "'; 'help' lists the commands");
            }
            call.output().print(object(command.usage()), command.usage().text());
            return;
        }
        var table = new Table("COMMAND", "");
        for (var command : commands.values()) {
            table.row(command.usage().synopsis(), command.usage().gist());
            if (call.output().json()) {
                call.output().print(object(command.usage()), "");
            }
        }
        call.output().remark(table + "\nEach takes --json, --timeout and --adapter; 'help COMMAND' tells more and has examples.");
    }

    private static Json object(Usage usage) {
        return Json.object().put("command", usage.name()).put("synopsis", usage.synopsis()).put("summary", usage.summary())
                .put("options", usage.allOptions().stream().map(Usage.Option::name).toList()).put("examples", usage.examples());
    }
}
