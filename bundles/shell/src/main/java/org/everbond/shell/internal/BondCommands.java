package org.everbond.shell.internal;

import java.util.List;

/** What is kept of peers. */
final class BondCommands {
    private BondCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        new Usage("bonds", "Lists the bonds.", 0, "10s", List.of(), List.of("bonds", "bonds --json")), BondCommands::bonds),
                new Command(
                        new Usage("bond BOND", "Shows one bond, named by id or identity address.", 1, "10s", List.of(),
                                List.of("bond 7", "bond 7@3f2a9c01", "bond C0:FF:EE:00:00:01/random --json")),
                        BondCommands::bond),
                new Command(
                        new Usage("forget BOND", "Forgets a bond for good and ends its link; the peer has to pair again.", 1, "10s", List.of(),
                                List.of("forget 7", "forget C0:FF:EE:00:00:01/random")),
                        BondCommands::forget));
    }

    private static void bonds(Call call) throws CommandException, InterruptedException {
        var adapter = call.adapter();
        loaded(call);
        var table = new Table("BOND", "IDENTITY", "NAME", "SECURITY", "PINNED");
        for (var bond : adapter.bonds()) {
            table.row(bond.id(), bond.identity(), bond.name(), Words.security(bond.security()), bond.pinned() ? "yes" : "");
            if (call.output().json()) {
                call.output().print(Json.object().put("adapter", adapter.name()).putAll(Words.bond(bond)), "");
            }
        }
        call.output().remark(table.isEmpty() ? "no bond" : table.toString());
    }

    /** A list of bonds means something only once the store was read. */
    private static void loaded(Call call) throws CommandException, InterruptedException {
        var adapter = call.adapter();
        if (adapter.status().identity().isEmpty()) {
            call.await(adapter.up(call.left()), "the store of adapter " + adapter.name() + " is not loaded");
        }
    }

    private static void bond(Call call) throws CommandException, InterruptedException {
        var name = call.arguments().required(0, "a bond");
        loaded(call);
        var adapter = call.adapter();
        var bond = Targets.bond(adapter, name);
        call.output().print(Json.object().put("adapter", adapter.name()).putAll(Words.bond(bond)),
                "bond      " + bond.id()
                        + "\n  peer      " + bond.identity() + (bond.name().isEmpty() ? "" : " " + Table.printable(bond.name()))
                        + "\n  security  " + Words.security(bond.security())
                        + "\n  address   " + (bond.resolvable() ? "may change, resolved by the peer's identity key" : "fixed")
                        + "\n  made by   transaction " + bond.createdAt() + " of store " + bond.id().store()
                        + "\n  pinned    " + (bond.pinned() ? "yes: never evicted" : "no"));
    }

    private static void forget(Call call) throws CommandException, InterruptedException {
        var name = call.arguments().required(0, "a bond");
        loaded(call);
        var adapter = call.adapter();
        var bond = Targets.bond(adapter, name);
        call.await(adapter.forget(bond.id()), "bond " + bond.id() + " was not forgotten");
        call.output().print(Json.object().put("adapter", adapter.name()).put("forgotten", bond.id()).put("identity", bond.identity()),
                "forgotten: bond " + bond.id() + " with " + bond.identity());
    }
}
