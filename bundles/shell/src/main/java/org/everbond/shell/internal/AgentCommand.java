package org.everbond.shell.internal;

import java.util.List;
import java.util.Locale;
import org.everbond.security.IoCapability;

/** What the user can do while pairing, and how the shell answers for the user. */
final class AgentCommand {
    private AgentCommand() {}

    static Command command() {
        return new Command(
                new Usage("agent [accept|refuse|ask|off|yes|no]",
                        "Says how to answer peers that want to pair: accept, refuse, ask (then 'agent yes' or 'agent no'), off for the adapter's policy.",
                        1, "10s",
                        List.of(new Usage.Option("--io", "CAPABILITY",
                                "no-input-no-output (default), display-only, display-yes-no, keyboard-only, keyboard-display")),
                        List.of("agent", "agent accept", "agent ask --io display-yes-no", "agent yes")),
                AgentCommand::run);
    }

    private static void run(Call call) throws CommandException, InterruptedException {
        var agent = call.shell().agent();
        var io = call.arguments().option("--io");
        if (io.isPresent()) {
            agent.ioCapability(ioCapability(io.get()));
        }
        var word = call.arguments().word(0).orElse("");
        switch (word) {
            case "" -> { }
            case "accept", "refuse", "ask", "off" -> agent.mode(ShellAgent.Mode.valueOf(word.toUpperCase(Locale.ROOT)));
            case "yes", "no" -> {
                var peer = agent.answer(word.equals("yes"));
                call.output().print(Json.object().put("adapter", peer.adapter()).put("link", peer.link()).put("peer", peer.address()).put("answer", word),
                        "answered " + word + " to " + peer.address());
                return;
            }
            default -> throw call.arguments().wrong("does not know '" + word + "'");
        }
        call.output().print(Json.object().put("agent", Words.word(agent.mode())).put("io", Words.word(agent.ioCapability())),
                "agent " + Words.word(agent.mode()) + ", " + Words.word(agent.ioCapability()));
    }

    private static IoCapability ioCapability(String text) throws CommandException {
        for (var capability : IoCapability.values()) {
            if (Words.word(capability).equals(text)) {
                return capability;
            }
        }
        throw new CommandException("'" + text + "' is no IO capability; 'help agent' lists them");
    }
}
