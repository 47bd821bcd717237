package org.everbond.shell.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterStatus;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.Resolution;

/** What the adapters and their stores are. */
final class AdapterCommands {
    /** How long a store that is being opened is waited for. */
    private static final Duration GRACE = Duration.ofSeconds(2);

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

    private static void adapters(Call call) throws CommandException, InterruptedException {
        if (call.arguments().has("--up")) {
            for (var adapter : call.adapters()) {
                call.await(adapter.up(call.left()), "adapter " + adapter.name() + " is not up");
            }
        }
        var table = new Table("ADAPTER", "STATE", "IDENTITY", "TRANSPORT", "STORE", "BONDS", "LINKS", "NOW");
        var reasons = new ArrayList<String>();
        for (var adapter : call.adapters()) {
            var status = adapter.status();
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
        for (var adapter : call.adapters()) {
            settled(adapter, call.left());
            var status = adapter.status();
            call.output().print(Words.store(status), status.name() + ": " + Words.word(status.storeState())
                    + (status.storeReason().isEmpty() ? "" : " (" + status.storeReason() + ")")
                    + "\n  where     " + where(status)
                    + "\n  safe      " + safe(status.backend())
                    + "\n  identity  " + status.identity().map(DeviceAddress::toString).orElse("not loaded")
                    + "\n  bonds     " + (status.identity().isPresent() ? status.bonds() : "not loaded")
                    + status.notices().stream().map(notice -> "\n  notice    " + notice).collect(Collectors.joining()));
        }
    }

    /** Waits a moment for a store that is being opened, so that scripts see what it becomes. */
    private static void settled(Adapter adapter, Duration left) throws InterruptedException {
        var settled = new CountDownLatch(1);
        try (var events = adapter.listen(event -> {
            if (isSettled(adapter.status())) {
                settled.countDown();
            }
        })) {
            if (!isSettled(adapter.status())) {
                settled.await(Math.min(left.toMillis(), GRACE.toMillis()), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isSettled(AdapterStatus status) {
        return switch (status.storeState()) {
            case NO_BACKEND, LOADING -> false;
            case READY -> status.identity().isPresent();
            case DEGRADED, CONFLICT -> true;
        };
    }

    private static String where(AdapterStatus status) {
        var backend = status.backend();
        return backend.equals(BackendInfo.NONE)
                ? "nowhere at the moment; configured is " + status.store()
                : backend.kind() + " " + backend.resource();
    }

    private static String safe(BackendInfo backend) {
        if (backend.equals(BackendInfo.NONE)) {
            return "bonds that are loaded serve on; nothing new is kept before the place can be used";
        }
        return backend.durable() ? "survives a power cut" : "volatile: gone when the gateway stops";
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
        var rows = call.rows("LINK", "ROLE", "PEER", "BOND", "SECURITY");
        for (var adapter : call.adapters()) {
            for (var link : adapter.linkStatus()) {
                rows.add(adapter, Words.link(adapter.name(), link), link.id(), Words.word(link.role()), link.peer(),
                        link.bond().map(bond -> bond.id().toString()).orElse("-"), Words.security(link.security()));
            }
        }
        rows.print("no link");
    }
}
