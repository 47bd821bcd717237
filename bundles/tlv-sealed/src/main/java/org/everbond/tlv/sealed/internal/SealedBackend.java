package org.everbond.tlv.sealed.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.everbond.tlv.BackendInfo;
import org.everbond.tlv.StoreId;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.Transaction.Change;
import org.everbond.tlv.spi.Remains;
import org.everbond.tlv.spi.TlvBackend;

/**
 * Seals the values of another backend. What the backend below sees is its own header with store id and sequence, {@code seal/0}, a copy of what opens it, and
 * sealed values under pseudonyms; nothing of it can be read or exchanged unnoticed without the key. A store that a key of ours does not
 * open is not opened at all.
 */
public final class SealedBackend implements TlvBackend {
    /** Makes the backend below; its bundle may come later than ours. */
    public interface Inside {
        TlvBackend create() throws TlvException;
    }

    private final String place;
    private final Inside maker;
    private final KeySource source;
    private final String alias;
    private final String oldAlias;
    /** Null until its bundle is there. */
    private volatile TlvBackend below;
    /** Whether the bundle of the one below has gone, so that it must be given back. */
    private volatile boolean lost;

    private byte[] key;
    private Vault vault;
    /** The one below while it is open. */
    private Underneath inside;

    /**
     * @param place of the backend below, as configured
     * @param below null when its bundle is not there yet
     * @param oldAlias the key that the store may still be sealed with; null for none
     */
    public SealedBackend(String place, TlvBackend below, Inside inside, KeySource source, String alias, String oldAlias) {
        this.place = place;
        this.below = below;
        maker = inside;
        this.source = source;
        this.alias = alias;
        this.oldAlias = oldAlias;
    }

    @Override
    public BackendInfo info() {
        if (below == null) {
            return new BackendInfo("sealed", place, Long.MAX_VALUE, Long.MAX_VALUE, false, true);
        }
        var info = below.info();
        // The seal and its copy take one place each, and each value some octets more than it has.
        long tags = info.maxTags() == Long.MAX_VALUE ? info.maxTags() : Math.max(0, info.maxTags() - 2);
        long octets = info.maxOctets() == Long.MAX_VALUE ? info.maxOctets() : info.maxOctets() / 3 * 2;
        return new BackendInfo("sealed " + info.kind(), info.resource(), tags, octets, info.atomicBatch(), info.durable());
    }

    @Override
    public Image open() throws TlvException {
        return open(false);
    }

    /** @param waits whether what can wait of the repair of the seal shall */
    private Image open(boolean waits) throws TlvException {
        if (below == null || lost) {
            below = maker.create();
            lost = false;
        }
        key = source.key(alias);
        var image = below.open();
        inside = new Underneath(below, image);
        var opening = new Opening(inside.values(), image.id(), keys());
        if (opening.hasNoSeal()) {
            return unsealed(image);
        }
        if (opening.hasNoId()) {
            throw unusable("is sealed, but both records of its id are lost; put back a copy of the store");
        }
        var opened = opening.open().orElseThrow(() -> unusable("is sealed with another key than " + source.describe(alias)
                + ", or both records of its seal are damaged; configure the key that it was "
                + "sealed with, or put back a copy of the store"));
        vault = opened.vault();
        forgetOtherSealing(opened);
        if (opened.former()) {
            var fresh = SealKeys.fresh(key);
            ifNeedBeWithoutCopy(copied ->
                    vault = new Sealing(inside).anew(vault, vault.id(), image.sequence(), opened.values(), fresh, copied));
        } else {
            var mended = new Sealing(inside).mended(opened, image.id() == null, waits);
            if (mended.isEmpty()) {
                below.close();
                return open(true);
            }
            vault = mended.get();
        }
        return new Image(opened.values(), vault.id(), image.sequence(), false, notes(image, opened));
    }

    private Opening.Keys keys() {
        return new Opening.Keys() {
            @Override
            public Optional<SealKeys> present(Seal.Entry entry) {
                return entry.with(key);
            }

            @Override
            public Optional<SealKeys> former(Seal.Entry entry) throws TlvException {
                return oldAlias == null ? Optional.empty() : entry.with(source.key(oldAlias));
            }
        };
    }

    /** A place that was never sealed: new, or one whose first commit was cut off behind the record of its id, or not ours to touch. */
    private Image unsealed(Image image) throws TlvException {
        if (Tags.areSealed(image.values().keySet())) {
            throw unusable("was sealed by a newer Everbond or both records of its seal are damaged; install that one, or put back a copy of the store");
        }
        if (image.values().keySet().stream().anyMatch(Vault::isPlace)) {
            throw unusable("is sealed, but both records of its seal are lost; put back a copy of the store");
        }
        if (!image.values().isEmpty()) {
            throw unusable("is not sealed; to seal it, configure store=sealed: with another place and the running store moves there");
        }
        vault = null;
        return image;
    }

    /** What the backend below would hold then: everything but our values, and those sealed, whose lengths do not depend on the key. */
    @Override
    public Optional<Room> room(Map<Integer, byte[]> values) throws TlvException {
        if (inside == null) {
            return Optional.empty();
        }
        checkThere();
        var then = new HashMap<>(inside.values());
        if (vault != null) {
            then.keySet().removeAll(vault.placesInUse());
        }
        then.put(Tags.SEAL, new byte[Seal.LENGTH]);
        // Gives way where there is no room for it.
        then.remove(Tags.SEAL_COPY);
        then.putAll(Vault.standIns(values.values(), then.keySet()));
        return below.room(then);
    }

    /** Values under the other sealing are left over from one that was cut off before or after its commit point. */
    private void forgetOtherSealing(Opening.Opened opened) {
        if (opened.other() == null) {
            return;
        }
        var other = keys().present(opened.other()).or(() -> {
            try {
                return keys().former(opened.other());
            } catch (TlvException e) {
                return Optional.empty();
            }
        });
        if (other.isPresent()) {
            opened.unopened().removeIf(place -> {
                boolean leftOver = other.get().open(vault.id(), place, inside.values().get(place)).isPresent();
                if (leftOver) {
                    vault.leftOver(place);
                }
                return leftOver;
            });
        }
    }

    private List<String> notes(Image image, Opening.Opened opened) {
        var notes = new ArrayList<>(image.setAside());
        opened.damage().forEach(sentence -> notes.add(below.info().resource() + ": " + sentence));
        var unopened = opened.unopened();
        long clear = inside.values().keySet().stream().filter(tag -> !Vault.isPlace(tag) && !Sealing.isRecord(tag)).count();
        if (clear > 0) {
            notes.add(below.info().resource() + ": " + clear + " values were written into the sealed store by another program; they are kept, not used");
        }
        if (!unopened.isEmpty()) {
            notes.add(below.info().resource() + ": " + unopened.size() + " sealed values are damaged and do not open; they are kept as they are");
        }
        return notes;
    }

    @Override
    public void commit(Batch batch) throws TlvException {
        if (key == null) {
            throw new TlvException(Reason.FAILED, info().resource() + " is not open");
        }
        checkThere();
        ifNeedBeWithoutCopy(copied -> commit(batch, copied));
    }

    private interface Attempt {
        void write(boolean copied) throws TlvException;
    }

    /** Where there is no room for all, the copy of the seal gives way. */
    private static void ifNeedBeWithoutCopy(Attempt attempt) throws TlvException {
        try {
            attempt.write(true);
        } catch (TlvException e) {
            if (e.reason() != Reason.FULL) {
                throw e;
            }
            attempt.write(false);
        }
    }

    private void commit(Batch batch, boolean copied) throws TlvException {
        var stages = new Stages(batch.id(), batch.sequence());
        boolean fresh = !inside.values().containsKey(Tags.SEAL);
        if (!copied) {
            stages.ahead().add(Sealing.NO_COPY);
        }
        if (vault == null) {
            vault = new Vault(SealKeys.fresh(key), batch.id(), inside.values().keySet());
        }
        if (!vault.id().equals(batch.id())) {
            // Values are bound to the id of their store: in one with another id they would not open.
            var values = new Vault(vault.keys(), vault.id(), inside.values().keySet()).load(inside.values(), new ArrayList<>());
            batch.changes().forEach(change -> {
                if (change.isDelete()) {
                    values.remove(change.tag());
                } else {
                    values.put(change.tag(), change.value());
                }
            });
            vault = new Sealing(inside).anew(vault, batch.id(), batch.sequence(), values, SealKeys.fresh(key), copied);
            return;
        }
        if (fresh) {
            stages.ahead().add(Sealing.seal(vault.keys()));
        }
        var next = vault.copy();
        for (var change : batch.changes()) {
            if (change.isDelete()) {
                next.delete(change.tag(), stages.now(), stages.later());
            } else {
                next.put(change.tag(), change.value(), stages.ahead(), stages.now(), stages.later());
            }
        }
        if (fresh && copied) {
            // Away from the seal, so that one lost sector does not take both.
            stages.later().add(Sealing.copy(vault.id(), vault.keys()));
        }
        try {
            inside.write(stages);
        } catch (TlvException e) {
            // What was ahead of a change that failed means nothing.
            stages.ahead().stream().map(Change::tag).filter(place -> Vault.isPlace(place) && inside.values().containsKey(place))
                    .forEach(vault::leftOver);
            throw e;
        }
        if (!stages.later().isEmpty()) {
            next.occupied().removeIf(place -> !inside.values().containsKey(place));
        }
        vault = next;
    }

    @Override
    public Remains remains() {
        return below.remains();
    }

    @Override
    public void note(String note) {
        below.note(note);
    }

    /** The bundle of the backend below goes: it is given back at the next occasion, and looked for again. */
    void lose() {
        lost = true;
    }

    private void checkThere() throws TlvException {
        if (lost) {
            throw new TlvException(Reason.CHANGED, "the bundle that keeps " + place + " has gone");
        }
    }

    @Override
    public void housekeeping() throws TlvException {
        checkThere();
        below.housekeeping();
    }

    @Override
    public void close() {
        if (below != null) {
            below.close();
        }
        vault = null;
        inside = null;
        if (key != null) {
            Arrays.fill(key, (byte) 0);
            key = null;
        }
    }

    private TlvException unusable(String what) {
        return new TlvException(Reason.UNUSABLE, below.info().resource() + " " + what);
    }
}
