package org.everbond.shell.internal;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.everbond.adapter.Link;
import org.everbond.gatt.GattClient;
import org.everbond.gatt.RemoteService;
import org.everbond.host.BluetoothUuid;

/** The services of a peer: look, read, write, subscribe. */
final class GattCommands {
    private static final Usage.Option LINK = new Usage.Option("--link", "LINK", "number, address or bond; needed only when there are several");

    private final EventFeed feed;
    private static final UUID CLIENT_CHARACTERISTIC_CONFIGURATION = BluetoothUuid.of(0x2902);

    private final Map<String, GattClient.Subscription> subscriptions = new ConcurrentHashMap<>();

    GattCommands(EventFeed feed) {
        this.feed = feed;
    }

    List<Command> all() {
        return List.of(
                new Command(
                        new Usage("services", "Lists the services of the peer, with their characteristics.", 0, "10s", List.of(LINK),
                                List.of("services", "services --link 2 --json")),
                        GattCommands::services),
                new Command(
                        new Usage("read CHARACTERISTIC", "Reads a characteristic, named by UUID or value handle.", 1, "10s", List.of(LINK),
                                List.of("read 2a00", "read 0x0012", "read 00000000-1111-2222-3333-444444444444 --json")),
                        GattCommands::read),
                new Command(
                        new Usage("write CHARACTERISTIC VALUE", "Writes a value: text, or with --hex octets.", 2, "10s",
                                List.of(LINK, new Usage.Option("--hex", "", "VALUE is hexadecimal"),
                                        new Usage.Option("--no-response", "", "do not ask for a response"),
                                        new Usage.Option("--signed", "", "in clear, signed with the bond's key, without encrypting; takes a value handle")),
                                List.of("write 00000000-1111-2222-3333-444444444447 hello", "write 0x0012 --hex 0100",
                                        "write 0x0012 --signed on")),
                        GattCommands::write),
                new Command(
                        new Usage("subscribe CHARACTERISTIC [off]", "Has the peer send values; they come as events 'notification'.", 2, "10s",
                                List.of(LINK),
                                List.of("subscribe 00000000-1111-2222-3333-444444444447", "subscribe 2a37 --link 2", "subscribe 2a37 off")),
                        this::subscribe));
    }

    private static void services(Call call) throws CommandException, InterruptedException {
        var adapter = call.adapterUp();
        var link = call.link();
        var services = discover(call, link);
        var table = new Table("HANDLE", "UUID", "PROPERTIES");
        for (var service : services) {
            table.row(Words.handle(service.startHandle()), "service " + Words.uuid(service.uuid()), "");
            for (var characteristic : service.characteristics()) {
                table.row(Words.handle(characteristic.valueHandle()), "  " + Words.uuid(characteristic.uuid()),
                        Words.properties(characteristic.properties()));
            }
            if (call.output().json()) {
                call.output().print(object(adapter.name(), link, service), "");
            }
        }
        call.output().remark(table.toString());
    }

    private static Json object(String adapter, Link link, RemoteService service) {
        return Json.object()
                .put("adapter", adapter).put("link", link.id())
                .put("service", service.uuid()).put("startHandle", service.startHandle()).put("endHandle", service.endHandle())
                .put("characteristics", service.characteristics().stream().map(c -> Json.object()
                        .put("uuid", c.uuid()).put("handle", c.valueHandle())
                        .put("properties", c.properties().stream().sorted().map(Words::word).toList())
                        .put("descriptors", c.descriptors().stream()
                                .map(d -> Json.object().put("uuid", d.uuid()).put("handle", d.handle())).toList())).toList());
    }

    private static List<RemoteService> discover(Call call, Link link) throws CommandException, InterruptedException {
        return call.await(link.gatt().discover(), "the services of the peer were not discovered");
    }

    private static void read(Call call) throws CommandException, InterruptedException {
        var name = call.arguments().required(0, "a characteristic");
        var link = call.link();
        var characteristic = Targets.characteristic(discover(call, link), name);
        var value = call.await(link.gatt().read(characteristic.valueHandle()), "no answer to the read");
        call.output().print(object(link, characteristic).put("value", Words.hex(value)).put("text", Words.text(value)), Words.value(value));
    }

    private static Json object(Link link, RemoteService.Characteristic characteristic) {
        return Json.object().put("link", link.id()).put("uuid", characteristic.uuid()).put("handle", characteristic.valueHandle());
    }

    private static void write(Call call) throws CommandException, InterruptedException {
        var name = call.arguments().required(0, "a characteristic");
        var text = call.arguments().required(1, "a value");
        var value = call.arguments().has("--hex") ? octets(text) : text.getBytes(StandardCharsets.UTF_8);
        var link = call.link();
        if (call.arguments().has("--signed")) {
            // Discovering would encrypt the link, and then there is nothing to sign.
            int handle = Targets.valueHandle(name);
            call.await(link.gatt().writeSigned(handle, value), "the signed write did not leave");
            call.output().print(Json.object().put("link", link.id()).put("handle", handle).put("written", value.length),
                    "written: " + Words.value(value));
            return;
        }
        var characteristic = Targets.characteristic(discover(call, link), name);
        call.await(
                call.arguments().has("--no-response")
                        ? link.gatt().writeWithoutResponse(characteristic.valueHandle(), value)
                        : link.gatt().write(characteristic.valueHandle(), value),
                "no answer to the write");
        call.output().print(object(link, characteristic).put("written", value.length), "written: " + Words.value(value));
    }

    private static byte[] octets(String text) throws CommandException {
        try {
            return HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException("'" + text + "' is not hexadecimal; write two digits for each octet, such as 0100", e);
        }
    }

    private void subscribe(Call call) throws CommandException, InterruptedException {
        var arguments = call.arguments();
        var name = arguments.required(0, "a characteristic");
        boolean off = arguments.word(1).isPresent();
        if (off && !arguments.word(1).get().equals("off")) {
            throw arguments.wrong("takes 'off' behind the characteristic, not '" + arguments.word(1).get() + "'");
        }
        var adapter = call.adapter().name();
        var link = call.link();
        var characteristic = Targets.characteristic(discover(call, link), name);
        var key = adapter + "/" + link.id() + "/" + characteristic.valueHandle();
        var before = subscriptions.remove(key);
        if (off) {
            // Also what an earlier process of ours subscribed to and the peer has kept with the bond.
            call.await(
                    before != null ? before.end() : link.gatt().write(configuration(characteristic), new byte[2]),
                    "no answer to the end of the subscription");
        } else {
            subscriptions.put(key, call.await(
                    link.gatt().subscribe(characteristic, value -> feed.publish(Happening.notification(
                            adapter, link.id(), Words.uuid(characteristic.uuid()), characteristic.valueHandle(), value))),
                    "no answer to the subscription"));
            if (before != null) {
                before.close();
            }
        }
        call.output().print(object(link, characteristic).put("subscribed", !off), off ? "unsubscribed" : "subscribed; 'events on' shows the values");
    }

    private static int configuration(RemoteService.Characteristic characteristic) throws CommandException {
        for (var descriptor : characteristic.descriptors()) {
            if (descriptor.uuid().equals(CLIENT_CHARACTERISTIC_CONFIGURATION)) {
                return descriptor.handle();
            }
        }
        throw new CommandException("characteristic " + Words.uuid(characteristic.uuid()) + " sends no values; 'services' shows which notify");
    }
}
