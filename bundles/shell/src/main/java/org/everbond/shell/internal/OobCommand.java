package org.everbond.shell.internal;

import java.util.List;

/** Data for pairing that goes from device to device by another way than Bluetooth LE. */
final class OobCommand {
    private OobCommand() {}

    static Command command() {
        return new Command(
                new Usage("oob create|forget|peer [HEX]",
                        "Out of band data: 'create' makes data of this adapter and prints it, to be carried to the peer by NFC, a code or by hand; "
                                + "'forget' makes it worthless; 'peer HEX' gives the agent the data of a peer, 'peer off' takes all away. "
                                + "Whoever reads it on its way can pretend to be either device.",
                        2, "10s", List.of(),
                        List.of("oob create", "oob create --json", "oob peer 1122", "oob peer off", "oob forget")),
                OobCommand::run);
    }

    private static void run(Call call) throws CommandException, InterruptedException {
        switch (call.arguments().required(0, "create, forget or peer")) {
            case "create" -> create(call);
            case "forget" -> forget(call);
            case "peer" -> peer(call, call.arguments().required(1, "the data of the peer, or off"));
            default -> throw call.arguments().wrong("knows create, forget and peer, not '" + call.arguments().word(0).get() + "'");
        }
    }

    private static void create(Call call) throws CommandException, InterruptedException {
        var adapter = call.adapterUp();
        var data = call.await(adapter.createOobData(), "out of band data was not made");
        var hex = Words.hex(data.adStructures());
        call.output().print(
                Json.object().put("adapter", adapter.name()).put("oob", hex).put("address", data.address()),
                hex);
    }

    private static void forget(Call call) throws CommandException, InterruptedException {
        var adapter = call.adapter();
        call.await(adapter.forgetOobData(), "out of band data was not forgotten");
        call.output().print(Json.object().put("adapter", adapter.name()).put("oob", null), "nobody can pair with the data made before");
    }

    private static void peer(Call call, String text) throws CommandException {
        var agent = call.shell().agent();
        if (text.equals("off")) {
            call.output().print(agent.instruct(Instructions::withoutOob).object(), "no data of a peer is kept");
            return;
        }
        var data = AgentCommand.oobData(text);
        if (agent.instructions().mode() == Instructions.Mode.OFF) {
            throw new CommandException("the agent is off, so nobody would use the data; 'agent ask' or 'agent accept' first");
        }
        call.output().print(agent.instruct(now -> now.withOob(data)).object(),
                "data of " + data.address().map(Object::toString).orElse("a peer that it does not name") + " is kept for the next pairing");
    }
}
