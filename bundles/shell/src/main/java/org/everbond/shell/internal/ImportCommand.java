package org.everbond.shell.internal;

import java.util.List;
import java.util.Optional;
import org.everbond.adapter.BondSource;
import org.everbond.adapter.ImportedBonds;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.Resolution;

/** Bonds of another store come into that of a running adapter. */
final class ImportCommand {
    private ImportCommand() {}

    static Command command() {
        return new Command(
                new Usage("import PLACE",
                        "Brings the bonds of another store in, BTstack's or ours, in one transaction; links stay up. PLACE is written as in store=; "
                                + "a relative path begins in the data folder. The other store stays as it is.",
                        1, "30s",
                        List.of(
                                new Usage.Option("--dry-run", "", "tell what would come of it, and write nothing"),
                                new Usage.Option("--replace", "", "also where there is a bond with the same identity address, if it is not weaker"),
                                new Usage.Option("--allow-weaker", "", "with --replace: also where it is weaker"),
                                new Usage.Option("--identity", "keep|take", "where two identities differ, go on with the adapter's or with theirs"),
                                new Usage.Option("--from-address", "A", "the address on air that the bonds know, where PLACE does not say"),
                                new Usage.Option("--database-hash", "H", "of the table that BTstack's subscriptions belong to, where PLACE does not say")),
                        List.of("import file:/home/me/btstack.tlv --dry-run", "import nvs:esp32.bin --from-address 24:0A:C4:A1:B2:C3")),
                ImportCommand::run);
    }

    private static void run(Call call) throws CommandException, InterruptedException {
        var source = source(call.arguments());
        var adapter = call.adapter();
        var done = call.await(adapter.importBonds(source), "the bonds of " + source.place() + " were not imported");
        call.output().print(object(adapter.name(), source, done), text(adapter.name(), source, done));
    }

    private static BondSource source(Arguments arguments) throws CommandException {
        var place = arguments.required(0, "a place, as in import file:btstack.tlv");
        if (arguments.has("--allow-weaker") && !arguments.has("--replace")) {
            throw arguments.wrong("takes --allow-weaker with --replace only");
        }
        var identity = arguments.option("--identity");
        var address = arguments.option("--from-address");
        try {
            return new BondSource(
                    place, arguments.has("--replace"), arguments.has("--allow-weaker"),
                    identity.isEmpty() ? Optional.empty() : Optional.of(resolution(arguments, identity.get())),
                    address.map(DeviceAddress::parse), arguments.option("--database-hash"), arguments.has("--dry-run"));
        } catch (IllegalArgumentException e) {
            throw new CommandException(e.getMessage());
        }
    }

    private static Resolution resolution(Arguments arguments, String word) throws CommandException {
        return switch (word) {
            case "keep" -> Resolution.CARRY;
            case "take" -> Resolution.ADOPT;
            default -> throw arguments.wrong("knows --identity keep and take, not '" + word + "'");
        };
    }

    private static Json object(String adapter, BondSource source, ImportedBonds done) {
        return Json.object().put("adapter", adapter).put("imported", source.place())
                .put("added", done.added().stream().map(bond -> bond.id().toString()).toList())
                .put("replaced", done.replaced().stream().map(bond -> bond.id().toString()).toList())
                .put("left", done.left().stream().map(bond -> bond.id().toString()).toList())
                .put("linkKeys", done.linkKeys())
                .put("identity", done.identity().map(DeviceAddress::toString).orElse(null))
                .put("dryRun", source.rehearse())
                .put("unreadable", done.unreadable())
                .put("remarks", done.remarks());
    }

    private static String text(String adapter, BondSource source, ImportedBonds done) {
        var text = new StringBuilder(adapter).append(": ").append(done.added().size()).append(done.added().size() == 1 ? " bond added, " : " bonds added, ")
                .append(done.replaced().size()).append(" replaced, ").append(done.left().size()).append(" left as they were");
        if (done.linkKeys() > 0) {
            text.append(", ").append(done.linkKeys()).append(done.linkKeys() == 1 ? " Classic link key" : " Classic link keys");
        }
        text.append(source.rehearse() ? "; nothing was written" : "");
        done.identity().ifPresent(identity -> text.append("\n  identity      ").append(identity));
        done.unreadable().forEach(sentence -> text.append("\n  not imported  ").append(Table.printable(sentence)));
        done.remarks().forEach(sentence -> text.append("\n  remark        ").append(Table.printable(sentence)));
        return text.toString();
    }
}
