package org.everbond.store.internal;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.BondContents;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.tlv.Tags;

/** {@code store FILE}: what is in a store. Keys are shown on demand only. */
public final class Listing {
    private final StoreFile store;
    private final boolean keys;
    private final Map<Integer, byte[]> values = new TreeMap<>(Integer::compareUnsigned);

    public Listing(StoreFile store, boolean keys) {
        this.store = store;
        this.keys = keys;
        values.putAll(store.image().values());
    }

    public void print(boolean json, PrintStream out) {
        if (json) {
            printJson(out);
        } else {
            printText(out);
        }
    }

    // For people.

    private void printText(PrintStream out) {
        var image = store.image();
        out.println(store.path() + ": " + (store.isSealed() ? "sealed " : "") + store.format().title + " of " + Words.count(store.octets().length, "octet") + ", "
                + Words.contents(store));
        out.println("store: " + (image.id() == null
                ? values.isEmpty() ? "empty" : "written by BTstack only"
                : "id " + image.id().store() + ", lineage " + image.id().lineage() + ", sequence " + image.sequence()
                        + (image.foreign() ? ", another program has written since" : "")));
        if (!store.isLocked()) {
            out.println("identity on air: " + store.bonds().identityAddress().map(Object::toString).orElseGet(this::unknownIdentity));
        }
        store.bonds().bonds().forEach(bond -> printBond(bond, out));
        for (var kept : store.bonds().linkKeys()) {
            out.println("Classic link key  " + kept.key().address().text() + "  " + type(kept) + ", at " + Tags.name(kept.tag())
                    + (keys ? "  " + Words.hex(kept.key().key()) : ""));
        }
        values.forEach((tag, value) -> out.printf(Locale.ROOT, "tag %s  %-14s %5d octets%s%n",
                Words.tag(tag), Words.name(tag, value.length), value.length, keys ? "  " + Words.hex(value) : ""));
        image.setAside().forEach(sentence -> out.println("damage: " + Words.line(sentence)));
        store.besides().lost().forEach(sentence -> out.println("damage: " + Words.line(sentence)));
        store.besides().notices().forEach(sentence -> out.println("damage: " + Words.line(sentence)));
        store.bonds().damage().forEach(sentence -> out.println("set aside: " + Words.line(sentence)));
        store.remarks().forEach(sentence -> out.println("remark: " + Words.line(sentence)));
    }

    private String unknownIdentity() {
        if (store.bonds().bonds().isEmpty() && store.bonds().linkKeys().isEmpty()) {
            return "none yet";
        }
        return "not recorded; the bonds know the public address of the controller that they were made with";
    }

    private void printBond(BondContents.Kept kept, PrintStream out) {
        var bond = kept.bond();
        var security = bond.security();
        out.println("bond " + (kept.hasId() ? bond.id() : "(new)") + "  " + bond.identity() + "  "
                + (kept.keys().ltk() == null ? "no LTK" : text(security))
                + (bond.resolvable() ? ", resolvable" : "") + (bond.pinned() ? ", pinned" : "")
                + bond.privacyMode().map(mode -> ", privacy mode " + Words.word(mode)).orElse("")
                + ", at " + Words.name(kept.tag(), kept.entrySize())
                + subscribed(kept)
                + (bond.name().isEmpty() ? "" : "  \"" + Words.line(bond.name()) + "\""));
        if (keys) {
            var held = kept.keys();
            print(out, held.ltk() == null ? null : "LTK " + Words.hex(held.ltk()) + String.format("  EDIV %04x  Rand %016x", held.ediv(), held.rand()),
                    held.irk() == null ? null : "IRK " + Words.hex(held.irk()));
            print(out, held.remoteCsrk() == null ? null : "CSRK of the peer " + Words.hex(held.remoteCsrk()) + "  counter " + held.remoteCounter(),
                    held.localCsrk() == null ? null : "CSRK of ours " + Words.hex(held.localCsrk()) + "  counter " + held.localCounter());
        }
    }

    /** A line under the bond, of what is there. */
    private static void print(PrintStream out, String... parts) {
        var there = Stream.of(parts).filter(Objects::nonNull).toList();
        if (!there.isEmpty()) {
            out.println("     " + String.join("  ", there));
        }
    }

    private static String subscribed(BondContents.Kept kept) {
        int count = kept.subscriptions().map(subscriptions -> subscriptions.values().size()).orElse(0);
        return count == 0 ? "" : ", " + Words.count(count, "subscription");
    }

    private static String type(BondContents.KeptLinkKey kept) {
        return Words.word(kept.key().type());
    }

    private static String text(BondSecurity security) {
        return "level " + security.level().number() + ", method " + method(security) + ", "
                + (security.secureConnections() ? "Secure Connections" : "legacy pairing (weak)") + ", key size " + security.keySize();
    }

    private static String method(BondSecurity security) {
        return Words.word(security.method());
    }

    // For programs.

    private void printJson(PrintStream out) {
        var image = store.image();
        out.println(Json.object()
                .put("store", store.path())
                .put("format", store.format())
                .put("octets", store.octets().length)
                .put("inUse", store.inUse())
                .put("sealed", store.isSealed())
                .put("id", image.id() == null ? null : image.id().store())
                .put("lineage", image.id() == null ? null : image.id().lineage())
                .put("sequence", image.sequence())
                .put("foreign", image.foreign())
                .put("identity", store.bonds().identityAddress().orElse(null))
                .put("tags", values.size())
                .put("bonds", store.isLocked() ? null : store.bonds().bonds().size())
                .put("damaged", store.isDamaged()));
        values.forEach((tag, value) -> {
            var line = Json.object().put("tag", Words.tag(tag)).put("name", Words.name(tag, value.length)).put("length", value.length);
            out.println(keys ? line.put("value", Words.hex(value)) : line);
        });
        store.bonds().bonds().forEach(bond -> out.println(json(bond)));
        for (var kept : store.bonds().linkKeys()) {
            var line = Json.object().put("classic", kept.key().address().text()).put("type", type(kept))
                    .put("place", Tags.name(kept.tag())).put("seqNr", kept.sequence());
            out.println(keys ? line.put("linkKey", Words.hex(kept.key().key())) : line);
        }
        image.setAside().forEach(sentence -> out.println(Json.object().put("damage", sentence)));
        store.besides().lost().forEach(sentence -> out.println(Json.object().put("damage", sentence)));
        store.besides().notices().forEach(sentence -> out.println(Json.object().put("damage", sentence)));
        store.bonds().damage().forEach(sentence -> out.println(Json.object().put("setAside", sentence)));
        store.remarks().forEach(sentence -> out.println(Json.object().put("remark", sentence)));
    }

    private Json json(BondContents.Kept kept) {
        var bond = kept.bond();
        var held = kept.keys();
        var line = put(Json.object().put("bond", kept.hasId() ? bond.id() : null)
                        .put("store", kept.hasId() ? bond.id().store() : null)
                        .put("identity", bond.identity())
                        .put("name", bond.name()), bond.security(), held.ltk() != null)
                .put("authorized", kept.authorized())
                .put("resolvable", bond.resolvable())
                .put("pinned", bond.pinned())
                .put("privacyMode", bond.privacyMode().map(Words::word).orElse(null))
                .put("createdAt", kept.hasId() ? bond.createdAt() : null)
                .put("replacedAt", kept.replacedAt() == 0 ? null : kept.replacedAt())
                .put("place", Words.name(kept.tag(), kept.entrySize()))
                .put("entryOctets", kept.entrySize())
                .put("seqNr", kept.sequence())
                .put("hasLtk", held.ltk() != null)
                .put("hasPreviousLtk", kept.previousLtk().isPresent())
                .put("hasRemoteCsrk", held.remoteCsrk() != null)
                .put("remoteCounter", held.remoteCounter())
                .put("hasLocalCsrk", held.localCsrk() != null)
                .put("localCounter", held.localCounter())
                .put("subscriptions", subscriptions(kept));
        return keys ? putKeys(line, kept) : line;
    }

    /** @param encrypts whether there is an LTK; without one neither a level nor a key size means anything */
    private static Json put(Json line, BondSecurity security, boolean encrypts) {
        return line.put("level", encrypts ? security.level().number() : null)
                .put("method", method(security))
                .put("secureConnections", security.secureConnections())
                .put("authenticated", security.authenticated())
                .put("keySize", encrypts ? security.keySize() : null);
    }

    private static List<Json> subscriptions(BondContents.Kept kept) {
        return kept.subscriptions().stream()
                .flatMap(subscriptions -> new TreeMap<>(subscriptions.values()).entrySet().stream())
                .map(value -> Json.object().put("handle", value.getKey()).put("value", value.getValue()))
                .toList();
    }

    private static Json putKeys(Json line, BondContents.Kept kept) {
        var held = kept.keys();
        return line.put("ltk", Words.hex(held.ltk()))
                .put("ediv", held.ediv())
                .put("rand", String.format("%016x", held.rand()))
                .put("irk", Words.hex(held.irk()))
                .put("remoteCsrk", Words.hex(held.remoteCsrk()))
                .put("localCsrk", Words.hex(held.localCsrk()))
                .put("previousLtk", kept.previousLtk().map(Listing::json).orElse(null));
    }

    private static Json json(PreviousLtk previous) {
        return put(Json.object(), previous.security(), true)
                .put("ltk", Words.hex(previous.ltk()))
                .put("ediv", previous.ediv())
                .put("rand", String.format("%016x", previous.rand()));
    }
}
