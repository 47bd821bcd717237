package org.everbond.store.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondImport;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.disk.DiskFault;
import org.everbond.tlv.disk.StorePlace;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.TlvBackend;

/** {@code store import}: the bonds of one store come into another one, which is written anew in one step. */
public final class Importing {
    private static final int PLAIN_ENTRY = 60;

    private Importing() {}

    /** Refuses what would leave bonds without the identity that they know; then nothing was changed. */
    public static void run(Arguments arguments, Disk disk, PrintStream out, PrintStream err) throws ToolException {
        var into = arguments.to();
        var from = open(disk, arguments.file(), arguments.kind());
        if (from.isSealed() && from.key().isEmpty()) {
            throw Rewriting.refused(from.path() + " is sealed; name its key with --keystore and --password-file", null);
        }
        try (var place = StorePlace.claim(disk, into)) {
            if (disk.resolve(into).equals(disk.resolve(from.path()))) {
                throw Rewriting.refused("FROM and INTO are the same file " + into + "; name another one", null);
            }
            var there = disk.stat(disk.resolve(into)) == null ? Optional.<StoreFile>empty() : Optional.of(open(disk, into, arguments.target()));
            if (there.isPresent() && there.get().isSealed() && there.get().key().isEmpty()) {
                throw Rewriting.refused(into + " is sealed; name its key with --keystore and --password-file", null);
            }
            var before = there.map(StoreFile::image)
                    .orElseGet(() -> new TlvBackend.Image(new HashMap<>(), null, 0, false, List.of()));
            var kind = there.map(store -> new Arguments.Kind(Optional.of(store.format()), Rewriting.sameSize(store), store.key()))
                    .orElseGet(() -> made(arguments.target()));
            var id = before.id() == null ? new StoreId(UUID.randomUUID(), UUID.randomUUID()) : before.id();
            var plan = plan(before, id, from, kind, arguments.importing());
            var after = new HashMap<>(before.values());
            plan.transaction().changes().forEach(change -> {
                if (change.isDelete()) {
                    after.remove(change.tag());
                } else {
                    after.put(change.tag(), change.value());
                }
            });
            if (!plan.transaction().isEmpty()) {
                var image = new TlvBackend.Image(after, id, before.sequence() + 1, false, List.of());
                var made = Rewriting.made(image, kind, into, Rewriting.partition(disk, into, kind));
                if (arguments.dryRun()) {
                    report(arguments, from, plan, Optional.empty(), out, err);
                    return;
                }
                if (there.isPresent() && !Arrays.equals(StoreFile.read(disk, into), there.get().octets())) {
                    throw Rewriting.refused(into + " is being written by another program; stop that one first", null);
                }
                var kept = there.isPresent() ? Rewriting.kept(place, there.get()) : Optional.<Path>empty();
                Rewriting.put(place, made);
                report(arguments, from, plan, kept, out, err);
            } else {
                if (there.isPresent() && !arguments.dryRun()) {
                    settle(place);
                }
                report(arguments, from, plan, Optional.empty(), out, err);
            }
        } catch (TlvException e) {
            throw Rewriting.refused(e.getMessage(), e);
        } catch (IOException e) {
            throw Rewriting.refused(DiskFault.sentence(into, "could not be written", e), e);
        }
    }

    /** What is there already counts as done: a run before this one may have been killed before it was durable. */
    private static void settle(StorePlace place) throws IOException {
        try (var file = place.open()) {
            file.force();
        }
        place.syncFolder();
    }

    /** The key is for whichever of the two stores is sealed. */
    private static StoreFile open(Disk disk, Path path, Arguments.Kind kind) throws ToolException {
        var outside = StoreFile.open(disk, path, kind.inClear());
        return outside.isSealed() && kind.key().isPresent() ? StoreFile.open(disk, path, kind) : outside;
    }

    /** A new one is a log, unless another format was named. */
    private static Arguments.Kind made(Arguments.Kind target) {
        return new Arguments.Kind(Optional.of(target.format().orElse(Format.FILE)), target.options(), target.key());
    }

    private static BondImport plan(TlvBackend.Image before, StoreId id, StoreFile from, Arguments.Kind kind, BondImport.Options options)
            throws ToolException {
        // BTstack's ESP32 port is built without signed writes, and reads entries of its own size only.
        boolean bare = kind.format().orElseThrow() == Format.NVS && before.values().isEmpty();
        var told = new BondImport.Options(
                options.replace(), options.weaken(), options.identity(), options.fromAddress(), options.databaseHash(),
                bare ? PLAIN_ENTRY : 0);
        try {
            return BondImport.plan(content(before), id, content(from.image()), told);
        } catch (TlvException e) {
            throw Rewriting.refused(e.getMessage() + "; add --identity keep or --identity take to say which the gateway has then, or import "
                    + "into another file", e);
        }
    }

    private static Merge.Content content(TlvBackend.Image image) {
        return Merge.Content.of(image.values(), image.id(), image.sequence(), image.setAside());
    }

    /** @param kept where INTO as it was is kept, because it was damaged */
    private static void report(
            Arguments arguments, StoreFile from, BondImport plan, Optional<Path> kept, PrintStream out, PrintStream err) {
        boolean written = !arguments.dryRun() && !plan.transaction().isEmpty();
        if (arguments.json()) {
            var line = Json.object().put("imported", from.path()).put("into", arguments.to())
                    .put("added", plan.added().size()).put("replaced", plan.replaced().size()).put("left", plan.left().size())
                    .put("linkKeys", plan.linkKeys()).put("identity", plan.identity().orElse(null)).put("dryRun", arguments.dryRun())
                    .put("kept", kept.orElse(null));
            out.println(arguments.keys() ? keys(line, plan) : line);
            plan.added().forEach(bond -> out.println(json("added", bond)));
            plan.replaced().forEach(bond -> out.println(json("replaced", bond)));
            plan.left().forEach(bond -> out.println(json("left", bond)));
        } else {
            out.println(arguments.to() + ": " + Words.count(plan.added().size(), "bond") + " added, " + plan.replaced().size() + " replaced, "
                    + plan.left().size() + " left as " + (plan.left().size() == 1 ? "it was" : "they were")
                    + (plan.linkKeys() == 0 ? "" : ", " + Words.count(plan.linkKeys(), "Classic link key"))
                    + (written ? "" : "; nothing was written") + Rewriting.sentence(kept));
            out.println("identity on air: " + plan.identity().map(DeviceAddress::toString)
                    .orElse("not recorded; the public address of the controller, unless one is configured"));
            if (arguments.keys()) {
                plan.keys().ifPresent(keys -> out.println("     ER " + Words.hex(keys.er()) + "  IR " + Words.hex(keys.ir())
                        + "  IRK " + Words.hex(keys.irk())));
            }
        }
        from.findings().forEach(finding -> err.println("everbond: not imported: " + Words.line(finding)));
        plan.remarks().forEach(remark -> err.println("everbond: remark: " + Words.line(remark)));
    }

    private static Json keys(Json line, BondImport plan) {
        plan.keys().ifPresent(keys -> line.put("er", Words.hex(keys.er())).put("ir", Words.hex(keys.ir())).put("irk", Words.hex(keys.irk())));
        return line;
    }

    private static Json json(String what, Bond bond) {
        return Json.object().put(what, bond.id()).put("identity", bond.identity());
    }
}
