package org.everbond.tlv.sealed.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;

/**
 * Opens what is sealed, by its seal or by the copy of it, whichever is whole. Where they do not agree, because the power went while the
 * store was sealed anew or one of them is damaged, that counts by which more values open: either names another sealing first only when
 * all values are there under that one, and the values under the one before go only when both do.
 */
final class Opening {
    /** The keys that may fit. */
    interface Keys {
        /** By the configured one. */
        Optional<SealKeys> present(Seal.Entry entry);

        /** By the one before, if one is configured. */
        Optional<SealKeys> former(Seal.Entry entry) throws TlvException;
    }

    /**
     * @param former whether the key before opened it
     * @param other another sealing that the seal names: one that was begun, or is being left; null for none
     * @param damage what of seal, copy and store id was not as it should be, as the beginning of a sentence
     */
    record Opened(
            Vault vault, Map<Integer, byte[]> values, List<Integer> unopened, boolean former, Seal.Entry other, List<String> damage) {}

    private final Map<Integer, byte[]> sealed;
    private final StoreId recorded;
    private final Keys keys;
    private final Optional<Seal> seal;
    private final Optional<SealCopy> copy;

    /** @param recorded id of the store, as it stands beside the values; null when it is lost */
    Opening(Map<Integer, byte[]> sealed, StoreId recorded, Keys keys) {
        this.sealed = sealed;
        this.recorded = recorded;
        this.keys = keys;
        seal = Optional.ofNullable(sealed.get(Tags.SEAL)).flatMap(Seal::decode);
        copy = Optional.ofNullable(sealed.get(Tags.SEAL_COPY)).flatMap(SealCopy::decode);
    }

    /** Whether neither record can be read. */
    boolean hasNoSeal() {
        return seal.isEmpty() && copy.isEmpty();
    }

    /** Whether nothing says whose content it is. */
    boolean hasNoId() {
        return ids().isEmpty();
    }

    /** Empty when no key fits. */
    Optional<Opened> open() throws TlvException {
        var entries = Stream.concat(seal.map(Seal::first).stream(), copy.map(SealCopy::entry).stream()).toList();
        boolean former = false;
        var fitting = entries.stream().flatMap(entry -> keys.present(entry).stream()).toList();
        if (fitting.isEmpty()) {
            former = true;
            fitting = new ArrayList<>();
            for (var entry : entries) {
                keys.former(entry).ifPresent(fitting::add);
            }
        }
        Opened best = null;
        for (var sealing : fitting) {
            for (var id : ids()) {
                boolean again = best != null && best.vault().id().equals(id)
                        && Seal.Entry.of(best.vault().keys()).isSame(Seal.Entry.of(sealing));
                if (!again) {
                    var opened = opened(sealing, id, former);
                    best = best == null || opened.values().size() > best.values().size() ? opened : best;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private Opened opened(SealKeys sealing, StoreId id, boolean former) {
        var vault = new Vault(sealing, id, sealed.keySet());
        var unopened = new ArrayList<Integer>();
        var values = vault.load(sealed, unopened);
        var mine = Seal.Entry.of(sealing);
        var other = seal.stream().flatMap(found -> found.entries().stream()).filter(entry -> !entry.isSame(mine)).findFirst().orElse(null);
        return new Opened(vault, values, unopened, former, other, damage(mine));
    }

    private LinkedHashSet<StoreId> ids() {
        var ids = new LinkedHashSet<StoreId>();
        if (recorded != null) {
            ids.add(recorded);
        }
        copy.ifPresent(found -> ids.add(found.id()));
        return ids;
    }

    private List<String> damage(Seal.Entry mine) {
        var damage = new ArrayList<String>();
        if (seal.isEmpty() || !seal.get().names(mine)) {
            damage.add("the seal was damaged and the store opened by its second copy");
        }
        if (recorded == null) {
            damage.add("the record of the store's id was lost and taken from the second copy of the seal");
        }
        if (copy.isEmpty() && sealed.containsKey(Tags.SEAL_COPY)) {
            damage.add("the second copy of the seal was damaged");
        }
        return damage;
    }
}
