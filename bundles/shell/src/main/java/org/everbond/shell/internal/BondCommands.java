package org.everbond.shell.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.everbond.adapter.Adapter;
import org.everbond.bonds.Bond;
import org.everbond.bonds.PrivacyMode;
import org.everbond.tlv.TlvState;

/** What is kept of peers. */
final class BondCommands {
    private BondCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        new Usage("bonds", "Lists the bonds.", 0, "10s", List.of(), List.of("bonds", "bonds --json")), BondCommands::bonds),
                new Command(
                        new Usage("bond BOND [pin|unpin|name TEXT|privacy MODE]", "Shows one bond, named by id or identity address. A pinned bond "
                                + "never gives way to a new one when all places are taken; a name is yours to choose and tells bonds apart. "
                                + "Privacy mode: device hears the peer under its identity address, too; network does not, for a peer that "
                                + "always uses private addresses; default is what privacy.mode says.",
                                3, "10s", List.of(),
                                List.of("bond 7", "bond 7@3f2a9c01 pin", "bond 7 name Kitchen", "bond 7 privacy network",
                                        "bond C0:FF:EE:00:00:01/random --json")),
                        BondCommands::bond),
                new Command(
                        new Usage("forget BOND", "Forgets a bond for good and ends its link; the peer has to pair again.", 1, "10s", List.of(),
                                List.of("forget 7", "forget C0:FF:EE:00:00:01/random")),
                        BondCommands::forget),
                new Command(
                        new Usage("classic [forget ADDRESS]", "Lists the Bluetooth Classic link keys that another stack keeps in the same "
                                + "store, without the keys; or forgets one for good.", 2, "10s", List.of(),
                                List.of("classic", "classic --json", "classic forget 00:1B:DC:07:32:EF")),
                        BondCommands::classic));
    }

    private static void bonds(Call call) throws CommandException, InterruptedException {
        var rows = call.rows("BOND", "IDENTITY", "NAME", "SECURITY", "PINNED", "PRIVACY");
        for (var adapter : call.adapters()) {
            loaded(call, adapter);
            for (var bond : adapter.bonds()) {
                rows.add(adapter, Json.object().put("adapter", adapter.name()).putAll(Words.bond(bond)), bond.id(), bond.identity(),
                        bond.name(), Words.security(bond.security()), bond.pinned() ? "yes" : "",
                        bond.privacyMode().map(Words::word).orElse(""));
            }
        }
        rows.print("no bond");
    }

    /** A list of bonds means something only once the store was read. */
    private static void loaded(Call call, Adapter adapter) throws CommandException, InterruptedException {
        if (adapter.status().identity().isEmpty()) {
            call.await(adapter.up(call.left()), "the store of adapter " + adapter.name() + " is not loaded");
        }
    }

    private static void bond(Call call) throws CommandException, InterruptedException {
        var name = call.arguments().required(0, "a bond");
        var adapter = call.adapter();
        loaded(call, adapter);
        var bond = Targets.bond(adapter, name);
        if (call.arguments().size() > 1) {
            bond = changed(call, adapter, bond);
        }
        call.output().print(Json.object().put("adapter", adapter.name()).putAll(Words.bond(bond)),
                "bond      " + bond.id()
                        + "\n  peer      " + bond.identity() + (bond.name().isEmpty() ? "" : " " + Table.printable(bond.name()))
                        + "\n  security  " + Words.security(bond.security())
                        + "\n  address   " + (bond.resolvable() ? "may change, resolved by the peer's identity key" : "fixed")
                        + "\n  made by   transaction " + bond.createdAt() + " of store " + bond.id().store()
                        + "\n  pinned    " + (bond.pinned() ? "yes: never evicted" : "no")
                        + "\n  privacy   " + privacy(bond));
    }

    /** @return the bond as it is then */
    private static Bond changed(Call call, Adapter adapter, Bond bond) throws CommandException, InterruptedException {
        var word = call.arguments().required(1, "pin, unpin, name or privacy");
        var name = bond.name();
        boolean pinned = bond.pinned();
        var mode = bond.privacyMode();
        CompletionStage<Void> stage;
        switch (word) {
            case "pin", "unpin" -> {
                noMore(call, 2);
                pinned = word.equals("pin");
                stage = adapter.pin(bond.id(), pinned);
            }
            case "name" -> {
                name = call.arguments().required(2, "a name");
                stage = adapter.rename(bond.id(), name);
            }
            case "privacy" -> {
                mode = privacyMode(call);
                stage = adapter.privacyMode(bond.id(), mode);
            }
            default -> throw call.arguments().wrong("knows pin, unpin, name and privacy, not '" + word + "'");
        }
        durable(call, adapter, stage, "bond " + bond.id() + " was not written");
        return new Bond(bond.id(), bond.identity(), bond.security(), bond.resolvable(), name, bond.createdAt(), pinned, mode);
    }

    private static void noMore(Call call, int words) throws CommandException {
        if (call.arguments().size() > words) {
            throw call.arguments().wrong("does not take the argument '" + call.arguments().required(words, "") + "'");
        }
    }

    private static Optional<PrivacyMode> privacyMode(Call call) throws CommandException {
        var word = call.arguments().required(2, "device, network or default");
        return switch (word) {
            case "device" -> Optional.of(PrivacyMode.DEVICE);
            case "network" -> Optional.of(PrivacyMode.NETWORK);
            case "default" -> Optional.empty();
            default -> throw call.arguments().wrong("knows the privacy modes device, network and default, not '" + word + "'");
        };
    }

    private static String privacy(Bond bond) {
        if (!bond.resolvable()) {
            return "no mode: the peer gave no identity key";
        }
        return bond.privacyMode()
                .map(mode -> switch (mode) {
                    case DEVICE -> "device: also heard under its identity address";
                    case NETWORK -> "network: not heard under its identity address";
                })
                .orElse("as privacy.mode says");
    }

    /** Waits until it is written; if the store is why that takes too long, the message says so. */
    private static void durable(Call call, Adapter adapter, CompletionStage<Void> stage, String overdue)
            throws CommandException, InterruptedException {
        call.await(stage, () -> {
            var status = adapter.status();
            return overdue + (status.storeState() == TlvState.READY
                    ? ""
                    : ", because the store is " + Words.word(status.storeState()) + " (" + status.storeReason() + "),");
        });
    }

    private static void classic(Call call) throws CommandException, InterruptedException {
        if (call.arguments().size() > 0) {
            forgetClassic(call);
            return;
        }
        var rows = call.rows("ADDRESS", "LINK KEY");
        for (var adapter : call.adapters()) {
            loaded(call, adapter);
            for (var bond : adapter.classicBonds()) {
                rows.add(adapter, Json.object().put("adapter", adapter.name()).putAll(Words.classic(bond)), bond.address().text(),
                        Words.linkKey(bond.type()));
            }
        }
        rows.print("no Classic link key");
    }

    private static void forgetClassic(Call call) throws CommandException, InterruptedException {
        var adapter = call.adapter();
        loaded(call, adapter);
        var word = call.arguments().required(0, "forget");
        if (!word.equals("forget")) {
            throw call.arguments().wrong("knows forget, not '" + word + "'");
        }
        var address = Targets.address(call.arguments().required(1, "an address"));
        durable(call, adapter, adapter.forgetClassic(address), "the link key of " + address.text() + " was not forgotten");
        call.output().print(Json.object().put("adapter", adapter.name()).put("forgotten", address.text()),
                "forgotten: Classic link key of " + address.text());
    }

    private static void forget(Call call) throws CommandException, InterruptedException {
        var name = call.arguments().required(0, "a bond");
        var adapter = call.adapter();
        loaded(call, adapter);
        var bond = Targets.bond(adapter, name);
        durable(call, adapter, adapter.forget(bond.id()), "bond " + bond.id() + " was not forgotten");
        call.output().print(Json.object().put("adapter", adapter.name()).put("forgotten", bond.id()).put("identity", bond.identity()),
                "forgotten: bond " + bond.id() + " with " + bond.identity());
    }
}
