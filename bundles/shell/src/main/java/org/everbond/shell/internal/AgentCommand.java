package org.everbond.shell.internal;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.everbond.security.IoCapability;
import org.everbond.security.OobData;
import org.everbond.security.PairingPeer;

/** What the user can do while pairing, and how the shell answers for the user. */
final class AgentCommand {
    private static final String NONE = "off";

    private AgentCommand() {}

    static Command command() {
        return new Command(
                new Usage("agent [accept|refuse|ask|off|yes|no|passkey] [PASSKEY]",
                        "Says how to answer peers that want to pair: accept, refuse, ask (then 'agent yes', 'agent no' or 'agent passkey 123456'), "
                                + "off for the adapter's policy. What people would have to compare or type is asked for in accept, too, "
                                + "unless there is a standing instruction for it.",
                        2, "10s",
                        List.of(new Usage.Option("--io", "CAPABILITY",
                                        "no-input-no-output, display-only, display-yes-no, keyboard-only, keyboard-display; default: what the "
                                                + "standing instructions can answer"),
                                new Usage.Option("--passkey", "PASSKEY", "give this passkey whenever one is asked for; off: ask"),
                                new Usage.Option("--number", "ANSWER",
                                        "yes: confirm numbers unseen, which protects against nobody; no: refuse them; off: ask"),
                                new Usage.Option("--oob", "HEX", "out of band data of a peer, as its 'oob create' prints it; off: none"),
                                new Usage.Option("--link", "LINK", "whose question to answer; needed only when there are several")),
                        List.of("agent", "agent accept", "agent ask --io keyboard-display", "agent accept --passkey 123456",
                                "agent yes", "agent passkey 123456")),
                AgentCommand::run);
    }

    private static void run(Call call) throws CommandException {
        var agent = call.shell().agent();
        var arguments = call.arguments();
        var word = arguments.word(0).orElse("");
        if (arguments.size() > 1 && !word.equals("passkey")) {
            throw arguments.wrong("does not take the argument '" + arguments.word(1).get() + "'");
        }
        switch (word) {
            case "yes", "no" -> answered(call, agent.answer(word.equals("yes"), arguments.option("--adapter"), link(call)), word);
            case "passkey" -> answered(
                    call,
                    agent.passkey(passkey(arguments.required(1, "a passkey")), arguments.option("--adapter"), link(call)),
                    "with a passkey");
            case "" -> instruct(call, unchanged -> unchanged);
            case "accept", "refuse", "ask", "off" -> instruct(
                    call, now -> now.with(Instructions.Mode.valueOf(word.toUpperCase(Locale.ROOT))));
            default -> throw arguments.wrong("does not know '" + word + "'");
        }
    }

    private static void instruct(Call call, UnaryOperator<Instructions> mode) throws CommandException {
        var change = mode;
        var arguments = call.arguments();
        if (arguments.has("--io")) {
            var io = Optional.of(ioCapability(arguments.option("--io").get()));
            change = then(change, now -> now.withIo(io));
        }
        if (arguments.has("--passkey")) {
            var passkey = standing(arguments.option("--passkey").get(), AgentCommand::passkey);
            change = then(change, now -> now.withPasskey(passkey));
        }
        if (arguments.has("--number")) {
            var number = standing(arguments.option("--number").get(), AgentCommand::yes);
            change = then(change, now -> now.withNumber(number));
        }
        if (arguments.has("--oob")) {
            var oob = standing(arguments.option("--oob").get(), AgentCommand::oobData);
            change = then(change, now -> oob.map(now::withOob).orElseGet(now::withoutOob));
        }
        var now = call.shell().agent().instruct(change);
        if (now.mode() == Instructions.Mode.OFF) {
            call.shell().feed().hideQuestions(call.output().stream());
        } else if (!call.output().json()) {
            call.shell().feed().showQuestions(call.output());
        }
        call.output().print(now.object(), now.text());
    }

    private static UnaryOperator<Instructions> then(UnaryOperator<Instructions> first, UnaryOperator<Instructions> second) {
        return now -> second.apply(first.apply(now));
    }

    private interface Reader<T> {
        T read(String text) throws CommandException;
    }

    private static <T> Optional<T> standing(String text, Reader<T> reader) throws CommandException {
        return text.equals(NONE) ? Optional.empty() : Optional.of(reader.read(text));
    }

    private static void answered(Call call, PairingPeer peer, String answer) {
        call.output().print(
                Json.object().put("adapter", peer.adapter()).put("link", peer.link()).put("peer", peer.address()).put("answer", answer),
                "answered " + answer + " to " + peer.address());
    }

    private static Optional<Long> link(Call call) throws CommandException {
        var link = call.arguments().option("--link");
        return link.isEmpty() ? Optional.empty() : Optional.of((long) Arguments.number(link.get(), 0, Integer.MAX_VALUE, "a link"));
    }

    /** The message does not repeat it. */
    private static int passkey(String text) throws CommandException {
        if (!text.matches("[0-9]{6}")) {
            throw new CommandException("that is no passkey; write six digits, such as 012345");
        }
        return Integer.parseInt(text);
    }

    private static boolean yes(String text) throws CommandException {
        if (!text.equals("yes") && !text.equals("no")) {
            throw new CommandException("'" + text + "' is no answer to a number; write yes, no or off");
        }
        return text.equals("yes");
    }

    static OobData oobData(String hex) throws CommandException {
        try {
            return OobData.parse(hex);
        } catch (IllegalArgumentException e) {
            throw new CommandException(e.getMessage(), e);
        }
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
