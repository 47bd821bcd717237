package org.everbond.shell.internal;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.Link;
import org.everbond.crypto.DeviceAddress;
import org.everbond.host.Advertisement;
import org.everbond.host.Advertising;

/** Finding, being found, connecting. */
final class AirCommands {
    static final Usage.Option INTERVAL = new Usage.Option("--interval", "TIME", "20ms to 10s, default 100ms");

    private AirCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        new Usage("scan", "Shows who advertises, as long as the deadline says.", 0, "5s",
                                List.of(new Usage.Option("--all", "", "every report, as it comes"),
                                        new Usage.Option("--passive", "", "without asking for scan responses"),
                                        new Usage.Option("--count", "N", "end after so many devices; with --json or --all, reports")),
                                List.of("scan", "scan --timeout 30s --json", "scan --count 1")),
                        AirCommands::scan),
                new Command(
                        new Usage("advertise [off]", "Advertises, connectable, until switched off; also again after each connection.", 1, "10s",
                                List.of(new Usage.Option("--name", "TEXT", "local name, default Everbond"),
                                        new Usage.Option("--service", "UUID", "a service to announce"), INTERVAL),
                                List.of("advertise", "advertise --name Kitchen --interval 20ms", "advertise off")),
                        AirCommands::advertise),
                new Command(
                        new Usage("connect [PEER]", "Connects to an address, to a bonded peer by its bond or identity address, or to whoever advertises a name.", 1, "10s",
                                List.of(new Usage.Option("--name", "TEXT", "instead of PEER: the local name that the peer advertises")),
                                List.of("connect C0:FF:EE:00:00:01/random", "connect 7", "connect 7@3f2a9c01 --json", "connect --name Kitchen")),
                        AirCommands::connect),
                new Command(
                        new Usage("disconnect [LINK]", "Ends a link: the only one, or the one named by number, address or bond.", 1, "5s",
                                List.of(), List.of("disconnect", "disconnect 2", "disconnect C0:FF:EE:00:00:01/random")),
                        AirCommands::disconnect));
    }

    private static void scan(Call call) throws CommandException, InterruptedException {
        var arguments = call.arguments();
        int count = Arguments.number(arguments.option("--count").orElse("1000000"), 1, 1_000_000, "--count");
        var adapter = call.adapterUp();
        call.output().remark(String.format("%-26s %5s  %-4s  %s", "ADDRESS", "RSSI", "CONN", "NAME, SERVICES"));
        Consumer<Advertisement> print = report -> print(call.output(), adapter.name(), report);
        if (call.output().json() || arguments.has("--all")) {
            var reports = new CountDownLatch(count);
            scan(call, adapter, report -> {
                if (reports.getCount() > 0) {
                    print.accept(report);
                    reports.countDown();
                }
            }, () -> reports.await(call.left().toMillis(), TimeUnit.MILLISECONDS));
        } else {
            var devices = new Sightings(count, print);
            scan(call, adapter, devices::seen, () -> devices.await(call.left()));
        }
    }

    /** The time of a scan. */
    @FunctionalInterface
    private interface Pause {
        void pass() throws InterruptedException;
    }

    private static void scan(Call call, Adapter adapter, Consumer<Advertisement> sink, Pause pause)
            throws CommandException, InterruptedException {
        call.await(
                adapter.scan(!call.arguments().has("--passive"), !call.arguments().has("--all"), sink), "scanning did not start");
        try {
            pause.pass();
        } finally {
            call.await(adapter.stopScan(), "scanning did not stop");
        }
    }

    private static void print(Output output, String adapter, Advertisement report) {
        var services = report.services().stream().map(Words::uuid).toList();
        var object = Json.object()
                .put("adapter", adapter).put("address", report.address()).put("identity", report.identity())
                .put("connectable", report.connectable()).put("scanResponse", report.scanResponse())
                .put("rssi", report.rssi() == 127 ? null : report.rssi()).put("name", report.name())
                .put("services", services).put("data", Words.hex(report.data()));
        output.print(object, String.format("%-26s %5s  %-4s  %s", report.address(), report.rssi() == 127 ? "?" : report.rssi(),
                report.connectable() ? "yes" : "no",
                Table.printable(report.name()) + (services.isEmpty() ? "" : " " + services)
                        + report.identity().map(identity -> " bonded: " + identity).orElse("")));
    }

    private static void advertise(Call call) throws CommandException, InterruptedException {
        var arguments = call.arguments();
        boolean off = arguments.isOff(0);
        var adapter = off ? call.adapter() : call.adapterUp();
        if (off) {
            call.await(adapter.stopAdvertising(), "advertising did not stop");
        } else {
            var service = arguments.option("--service");
            var services = service.isPresent() ? new UUID[] {Targets.uuid(service.get())} : new UUID[0];
            advertise(call, adapter, arguments.option("--name").orElse("Everbond"), services);
        }
        call.output().print(Json.object().put("adapter", adapter.name()).put("advertising", !off).put("identity", adapter.status().identity()),
                off ? "not advertising any more" : "advertising" + adapter.status().identity().map(identity -> " as " + identity).orElse(""));
    }

    static void advertise(Call call, Adapter adapter, String name, UUID... services) throws CommandException, InterruptedException {
        var interval = call.arguments().duration("--interval", "100ms");
        if (interval.toMillis() < 20 || interval.toMillis() > 10_240) {
            throw new CommandException("an advertising interval is 20ms to 10s, not " + Words.time(interval));
        }
        call.await(adapter.advertise(Advertising.of(name, interval, services)), "advertising did not start");
    }

    private static void connect(Call call) throws CommandException, InterruptedException {
        var localName = call.arguments().option("--name");
        var peer = localName.isPresent() ? localName.get() : call.arguments().required(0, "an address, a bond or --name");
        CompletionStage<Link> stage;
        Adapter adapter;
        if (localName.isPresent()) {
            adapter = call.adapterUp();
            stage = adapter.connect(find(call, adapter, peer), call.left());
        } else if (Targets.isBond(peer)) {
            adapter = call.adapterUp();
            stage = adapter.connect(Targets.bond(adapter, peer).id(), call.left());
        } else {
            var address = address(peer);
            adapter = call.adapterUp();
            stage = adapter.connect(address, call.left());
        }
        var link = call.await(stage, "no connection to " + peer);
        call.output().print(Words.link(adapter.name(), link.status()), "connected: " + Words.link(link.status()));
    }

    private static DeviceAddress address(String peer) throws CommandException {
        try {
            return Targets.address(peer);
        } catch (CommandException e) {
            throw new CommandException(e.getMessage() + "; or a name behind --name, or the id of a bond", e);
        }
    }

    /** Who advertises this local name. */
    private static DeviceAddress find(Call call, Adapter adapter, String name) throws CommandException, InterruptedException {
        var found = new CompletableFuture<DeviceAddress>();
        call.await(
                adapter.scan(true, true, report -> {
                    if (report.name().equals(name)) {
                        found.complete(report.identity().orElse(report.address()));
                    }
                }),
                "scanning did not start");
        try {
            return call.await(found, "nobody advertises the name '" + name + "'");
        } finally {
            call.await(adapter.stopScan(), "scanning did not stop");
        }
    }

    private static void disconnect(Call call) throws CommandException, InterruptedException {
        var adapter = call.adapter();
        var link = Targets.link(adapter, call.arguments().word(0));
        var status = link.status();
        call.await(link.disconnect(), "link " + link.id() + " did not end");
        call.output().print(Json.object().put("adapter", adapter.name()).put("link", status.id()).put("peer", status.peer()).put("connected", false),
                "disconnected: " + Words.link(status));
    }
}
