package org.everbond.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.everbond.adapter.Adapter;

/** The demo peripheral, served and advertised. */
final class ServeCommand {
    private final Map<Adapter, AutoCloseable> served = new ConcurrentHashMap<>();

    Command command() {
        return new Command(
                new Usage("serve [off]",
                        "Serves and advertises the demo peripheral: one characteristic each to read openly, encrypted and authenticated, one that notifies what is written.",
                        1, "10s",
                        List.of(new Usage.Option("--name", "TEXT", "local name, default Everbond"), AirCommands.INTERVAL),
                        List.of("serve", "serve --name Kitchen; bondable 60s; agent accept", "serve off")),
                this::run);
    }

    private void run(Call call) throws CommandException, InterruptedException {
        var arguments = call.arguments();
        boolean off = arguments.isOff(0);
        var adapter = off ? call.adapter() : call.adapterUp();
        if (off) {
            call.await(adapter.stopAdvertising(), "advertising did not stop");
            end(adapter);
        } else {
            var name = arguments.option("--name").orElse("Everbond");
            if (arguments.has("--name")) {
                adapter.server().describe(name, 0);
            }
            if (!served.containsKey(adapter)) {
                served.put(adapter, call.await(adapter.server().add(new DemoPeripheral()), "the service was not added"));
            }
            AirCommands.advertise(call, adapter, name, DemoPeripheral.SERVICE);
        }
        call.output().print(
                Json.object().put("adapter", adapter.name()).put("serving", !off).put("service", DemoPeripheral.SERVICE)
                        .put("identity", adapter.status().identity()),
                off ? "not serving any more" : "serving " + DemoPeripheral.SERVICE
                        + adapter.status().identity().map(identity -> ", advertising as " + identity).orElse(""));
    }

    private void end(Adapter adapter) throws CommandException {
        var registration = served.remove(adapter);
        if (registration != null) {
            try {
                registration.close();
            } catch (Exception e) {
                throw new CommandException("the service was not taken away: " + e.getMessage(), e);
            }
        }
    }
}
