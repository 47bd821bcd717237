package org.everbond.tlv.sealed.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.Transaction.Change;

/** Writes the two records that open a store, {@code seal/0} and its copy: when it is sealed anew, and when one of them is not what it should be. */
final class Sealing {
    static final Change NO_COPY = new Change(Tags.SEAL_COPY, null);

    private final Underneath place;

    Sealing(Underneath place) {
        this.place = place;
    }

    static Change seal(SealKeys... sealings) {
        return new Change(Tags.SEAL, new Seal(Arrays.stream(sealings).map(Seal.Entry::of).toList()).encode());
    }

    static Change copy(StoreId id, SealKeys keys) {
        return new Change(Tags.SEAL_COPY, new SealCopy(id, Seal.Entry.of(keys)).encode());
    }

    static boolean isRecord(int tag) {
        return tag == Tags.SEAL || tag == Tags.SEAL_COPY;
    }

    /**
     * Seals all values under other keys or for another id. Announced first; the seal that names the new keys first, and its copy, which
     * names them alone, are the commit point; then the old values go.
     *
     * @param copied whether there is room for a copy of the seal
     */
    Vault anew(Vault vault, StoreId id, long number, Map<Integer, byte[]> values, SealKeys keys, boolean copied) throws TlvException {
        var next = new Vault(keys, id, vault.occupied());
        var announced = new Stages(id, number);
        announced.now().add(seal(vault.keys(), keys));
        var stages = new Stages(id, number);
        values.forEach((tag, value) -> next.put(tag, value, stages.ahead(), stages.ahead(), stages.ahead()));
        stages.now().add(seal(keys, vault.keys()));
        stages.now().add(copied ? copy(id, keys) : NO_COPY);
        vault.placesInUse().forEach(place -> stages.later().add(new Change(place, null)));
        stages.later().addAll(vault.copy().tidy());
        var last = new Stages(id, number);
        last.now().add(seal(keys));
        if (!id.equals(vault.id()) || place.isAtomic()) {
            // Values open for one id only, so all of them change together.
            var whole = new Stages(id, number);
            Stream.of(announced, stages, last).map(Stages::all).forEach(whole.now()::addAll);
            place.write(whole);
        } else {
            place.write(announced);
            place.write(stages);
            place.write(last);
        }
        next.occupied().removeIf(tag -> !place.values().containsKey(tag));
        return next;
    }

    /**
     * Makes seal and copy what they should be: they agree before anything goes that the other sealing needs. Without what can wait the
     * store opens all the same.
     *
     * @param idLost whether the store's id stands in the copy alone
     * @param waits whether what can wait shall
     * @return empty when a write of what can wait has failed in such a way that the place must be opened again
     */
    Optional<Vault> mended(Opening.Opened opened, boolean idLost, boolean waits) throws TlvException {
        var vault = opened.vault();
        var mine = Seal.Entry.of(vault.keys());
        var seal = Optional.ofNullable(place.values().get(Tags.SEAL)).flatMap(Seal::decode);
        boolean named = seal.isPresent() && seal.get().names(mine);
        boolean unfinished = vault.hasLeftOver() || named && opened.other() != null;
        if (idLost || !named || !seal.get().first().isSame(mine)) {
            var entries = unfinished && opened.other() != null ? List.of(mine, opened.other()) : List.of(mine);
            if (!written(vault.id(), new Change(Tags.SEAL, new Seal(entries).encode()), unfinished, waits)) {
                return Optional.empty();
            }
        }
        var copy = place.values().get(Tags.SEAL_COPY);
        var whole = copy(vault.id(), vault.keys());
        boolean stale = copy != null && SealCopy.decode(copy).isPresent();
        if (!Arrays.equals(whole.value(), copy) && !written(vault.id(), whole, stale, waits)) {
            return Optional.empty();
        }
        if (!unfinished) {
            return Optional.of(vault);
        }
        var next = vault.copy();
        var stages = new Stages(vault.id(), place.sequence());
        stages.ahead().addAll(next.tidy());
        stages.now().add(seal(vault.keys()));
        place.write(stages);
        return Optional.of(next);
    }

    /** @param must whether the store must not be used without it */
    private boolean written(StoreId id, Change change, boolean must, boolean waits) throws TlvException {
        if (waits && !must) {
            return true;
        }
        try {
            place.write(id, List.of(change), place.sequence());
            return true;
        } catch (TlvException e) {
            if (must) {
                throw e;
            }
            // There is no room for it, or the disk takes nothing now: another time.
            return e.reason() != Reason.IN_DOUBT && e.reason() != Reason.CHANGED;
        }
    }
}
