package org.everbond.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.everbond.adapter.AdapterStatus;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.Resolution;

/** What the adapters and their stores are. */
final class AdapterCommands {
    private AdapterCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        new Usage("adapters", "Lists the adapters and the state of each.", 0, "10s",
                                List.of(new Usage.Option("--up", "", "wait until they are up; an error if one is not in time")),
                                List.of("adapters", "adapters --up --timeout 30s --json")),
                        AdapterCommands::adapters),
                new Command(
                        new Usage("store [adopt|carry]", "Shows the store of each adapter: where the bonds are kept, and how safely. After a "
                                + "conflict of two identities, adopt goes on with what the configured place holds, carry with the "
                                + "running store; what loses is kept in a file.", 1, "30s",
                                List.of(), List.of("store", "store --adapter main --json", "store adopt --adapter main")),
                        AdapterCommands::store),
                new Command(
                        new Usage("links", "Lists the open links.", 0, "10s", List.of(), List.of("links", "links --json")),
                        AdapterCommands::links));
    }

    private static List<AdapterStatus> chosen(Call call) throws CommandException, InterruptedException {
        if (call.arguments().has("--adapter")) {
            return List.of(call.adapter().status());
        }
        var found = call.shell().adapters().all(call.left()).stream().map(adapter -> adapter.status()).toList();
        return found.isEmpty() ? List.of(call.adapter().status()) : found;
    }

    private static void adapters(Call call) throws CommandException, InterruptedException {
        if (call.arguments().has("--up")) {
            for (var status : chosen(call)) {
                var adapter = call.shell().adapters().find(Optional.of(status.name()), call.left());
                call.await(adapter.up(call.left()), "adapter " + adapter.name() + " is not up");
            }
        }
        var table = new Table("ADAPTER", "STATE", "IDENTITY", "TRANSPORT", "STORE", "BONDS", "LINKS", "NOW");
        var reasons = new ArrayList<String>();
        for (var status : chosen(call)) {
            table.row(status.name(), Words.word(status.state()), status.identity().map(DeviceAddress::toString).orElse("-"),
                    status.transport(), Words.word(status.storeState()), status.bonds(), status.links(), doing(status));
            if (!status.reason().isEmpty()) {
                reasons.add(status.name() + ": " + status.reason());
            }
            status.weaknesses().forEach(weak -> reasons.add(status.name() + " is weak: " + weak));
            if (call.output().json()) {
                call.output().print(Words.status(status), "");
            }
        }
        call.output().remark(table.toString());
        reasons.forEach(call.output()::remark);
        if (!call.arguments().has("--adapter")) {
            call.shell().adapters().complain();
        }
    }

    private static String doing(AdapterStatus status) {
        var doing = new ArrayList<String>();
        if (status.advertising()) {
            doing.add("advertising");
        }
        if (status.scanning()) {
            doing.add("scanning");
        }
        if (status.bondable()) {
            doing.add("bondable");
        }
        return String.join(", ", doing);
    }

    private static void store(Call call) throws CommandException, InterruptedException {
        if (call.arguments().size() > 0) {
            resolve(call);
            return;
        }
        for (var status : chosen(call)) {
            var backend = status.backend();
            call.output().print(Words.store(status), status.name() + ": " + Words.word(status.storeState())
                    + (status.storeReason().isEmpty() ? "" : " (" + status.storeReason() + ")")
                    + "\n  where     " + backend.kind() + " " + backend.resource()
                    + "\n  safe      " + (backend.durable() ? "survives a power cut" : "volatile: gone when the gateway stops")
                    + "\n  identity  " + status.identity().map(DeviceAddress::toString).orElse("not made yet")
                    + "\n  bonds     " + status.bonds()
                    + status.notices().stream().map(notice -> "\n  notice    " + notice).collect(Collectors.joining()));
        }
    }

    private static void resolve(Call call) throws CommandException, InterruptedException {
        var word = call.arguments().required(0, "adopt or carry");
        var resolution = switch (word) {
            case "adopt" -> Resolution.ADOPT;
            case "carry" -> Resolution.CARRY;
            default -> throw call.arguments().wrong("knows adopt and carry, not '" + word + "'");
        };
        var adapter = call.adapter();
        var kept = call.await(adapter.resolveStore(resolution), "the store of adapter " + adapter.name() + " did not get ready");
        call.output().print(
                Json.object().put("adapter", adapter.name()).put("resolution", word).put("kept", kept),
                adapter.name() + ": " + (resolution == Resolution.ADOPT
                        ? "goes on with what the configured place holds; what was running is kept in "
                        : "the configured place has the running store now; what it held is kept in ") + kept);
    }

    private static void links(Call call) throws CommandException, InterruptedException {
        var table = new Table("LINK", "ROLE", "PEER", "BOND", "SECURITY");
        var adapter = call.adapter();
        for (var link : adapter.linkStatus()) {
            table.row(link.id(), Words.word(link.role()), link.peer(), link.bond().map(bond -> bond.id().toString()).orElse("-"),
                    Words.security(link.security()));
            if (call.output().json()) {
                call.output().print(Words.link(adapter.name(), link), "");
            }
        }
        call.output().remark(table.isEmpty() ? "no link" : table.toString());
    }
}
