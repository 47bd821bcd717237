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
 * Seals the values of another backend. What the backend below sees is its own header with store id and sequence, {@code seal/0}, and
 * sealed values under pseudonyms; nothing of it can be read or exchanged unnoticed without the key. A store that a key of ours does not
 * open is not opened at all.
 */
public final class SealedBackend implements TlvBackend {
    /** Makes the backend below; its bundle may come later than ours. */
    public interface Inside {
        TlvBackend create() throws TlvException;
    }

    private final String place;
    private final Inside inside;
    private final KeySource source;
    private final String alias;
    private final String oldAlias;
    /** Null until its bundle is there. */
    private volatile TlvBackend below;
    /** Whether the bundle of the one below has gone, so that it must be given back. */
    private volatile boolean lost;

    private byte[] key;
    private Vault vault;
    /** What the backend below holds. */
    private Map<Integer, byte[]> sealed;
    /** Of the newest transaction there. */
    private long sequence;

    /**
     * @param place of the backend below, as configured
     * @param below null when its bundle is not there yet
     * @param oldAlias the key that the store may still be sealed with; null for none
     */
    public SealedBackend(String place, TlvBackend below, Inside inside, KeySource source, String alias, String oldAlias) {
        this.place = place;
        this.below = below;
        this.inside = inside;
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
        // The seal takes one place, and each value some octets more than it has.
        long tags = info.maxTags() == Long.MAX_VALUE ? info.maxTags() : Math.max(0, info.maxTags() - 1);
        long octets = info.maxOctets() == Long.MAX_VALUE ? info.maxOctets() : info.maxOctets() / 3 * 2;
        return new BackendInfo("sealed " + info.kind(), info.resource(), tags, octets, info.atomicBatch(), info.durable());
    }

    @Override
    public Image open() throws TlvException {
        if (below == null || lost) {
            below = inside.create();
            lost = false;
        }
        key = source.key(alias);
        var image = below.open();
        sealed = new HashMap<>(image.values());
        sequence = image.sequence();
        var record = sealed.get(Tags.SEAL);
        if (record == null) {
            return unsealed(image);
        }
        var seal = Seal.decode(record).orElseThrow(() -> unusable("was sealed by a newer Everbond or its seal is damaged; install that "
                + "one, or put back a copy of the store"));
        if (image.id() == null) {
            throw unusable("is sealed, but the record of its id is lost; put back a copy of the store");
        }
        var keys = seal.entries().get(0).with(key);
        boolean old = keys.isEmpty();
        if (old) {
            keys = fitting(seal.entries().get(0));
        }
        var present = keys.orElseThrow(() -> unusable("is sealed with another key than " + source.describe(alias)
                + ", or its seal is damaged; configure the key that it was "
                + "sealed with, or put back a copy of the store"));
        vault = new Vault(present, image.id(), sealed.keySet());
        var unopened = new ArrayList<Integer>();
        var values = vault.load(sealed, unopened);
        forgetOtherSealing(seal, image, unopened);
        if (old) {
            sealAnew(image.id(), image.sequence(), values, SealKeys.fresh(key));
        } else if (vault.hasLeftOver() || seal.entries().size() > 1) {
            finishSealing(image);
        }
        return new Image(values, image.id(), image.sequence(), false, notes(image, unopened));
    }

    private Optional<SealKeys> fitting(Seal.Entry entry) throws TlvException {
        return oldAlias == null ? Optional.empty() : entry.with(source.key(oldAlias));
    }

    /** A place that was never sealed: new, or one whose first commit was cut off behind the record of its id, or not ours to touch. */
    private Image unsealed(Image image) throws TlvException {
        if (image.values().keySet().stream().anyMatch(Vault::isPlace)) {
            throw unusable("is sealed, but its seal is lost; put back a copy of the store");
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
        if (sealed == null) {
            return Optional.empty();
        }
        checkThere();
        var inside = new HashMap<>(sealed);
        if (vault != null) {
            inside.keySet().removeAll(vault.placesInUse());
        }
        inside.put(Tags.SEAL, new byte[Seal.LENGTH]);
        inside.putAll(Vault.standIns(values.values(), inside.keySet()));
        return below.room(inside);
    }

    /** Values under the other sealing are left over from one that was cut off before or after its commit point. */
    private void forgetOtherSealing(Seal seal, Image image, List<Integer> unopened) throws TlvException {
        if (seal.entries().size() < 2) {
            return;
        }
        var entry = seal.entries().get(1);
        var other = entry.with(key).or(() -> {
            try {
                return fitting(entry);
            } catch (TlvException e) {
                return Optional.empty();
            }
        });
        if (other.isPresent()) {
            unopened.removeIf(place -> {
                boolean leftOver = other.get().open(image.id(), place, sealed.get(place)).isPresent();
                if (leftOver) {
                    vault.leftOver(place);
                }
                return leftOver;
            });
        }
    }

    private void finishSealing(Image image) throws TlvException {
        var next = vault.copy();
        var stages = new Stages(image.id(), image.sequence());
        stages.ahead().addAll(next.tidy());
        stages.now().add(change(Seal.encode(vault.keys())));
        write(stages);
        vault = next;
    }

    /**
     * Seals all values under other keys or for another id. Announced first; the seal that names the new keys first is the commit
     * point; then the old values go.
     */
    private void sealAnew(StoreId id, long number, Map<Integer, byte[]> values, SealKeys keys) throws TlvException {
        boolean moves = !id.equals(vault.id());
        var next = new Vault(keys, id, vault.occupied());
        var announced = new Stages(id, number);
        announced.now().add(change(Seal.encode(vault.keys(), keys)));
        var stages = new Stages(id, number);
        values.forEach((tag, value) -> next.put(tag, value, stages.ahead(), stages.ahead(), stages.ahead()));
        stages.now().add(change(Seal.encode(keys, vault.keys())));
        vault.placesInUse().forEach(place -> stages.later().add(new Change(place, null)));
        stages.later().addAll(vault.copy().tidy());
        var last = new Stages(id, number);
        last.now().add(change(Seal.encode(keys)));
        if (moves || below.info().atomicBatch()) {
            // Values open for one id only, so all of them change together.
            var whole = new Stages(id, number);
            Stream.of(announced, stages, last).map(Stages::all).forEach(whole.now()::addAll);
            write(whole);
        } else {
            write(announced);
            write(stages);
            write(last);
        }
        next.occupied().removeIf(place -> !sealed.containsKey(place));
        vault = next;
    }

    /** A batch as the backend below gets it: whole, where that promises batches as a whole; else one stage after the other. */
    private void write(Stages stages) throws TlvException {
        if (below.info().atomicBatch()) {
            write(stages, stages.all(), stages.sequence());
            return;
        }
        if (!stages.ahead().isEmpty()) {
            // It changes nothing that is read: it belongs to the transaction before.
            write(stages, stages.ahead(), sequence);
        }
        write(stages, stages.now(), stages.sequence());
        if (!stages.later().isEmpty()) {
            try {
                write(stages, stages.later(), stages.sequence());
            } catch (TlvException e) {
                throw new TlvException(Reason.IN_DOUBT, e.getMessage(), e);
            }
        }
    }

    private void write(Stages stages, List<Change> changes, long number) throws TlvException {
        below.commit(new Batch(stages.id(), number, List.copyOf(changes)));
        apply(changes);
        sequence = number;
    }

    private List<String> notes(Image image, List<Integer> unopened) {
        var notes = new ArrayList<>(image.setAside());
        long clear = sealed.keySet().stream().filter(tag -> !Vault.isPlace(tag) && tag != Tags.SEAL).count();
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
        var stages = new Stages(batch.id(), batch.sequence());
        if (vault == null) {
            var keys = SealKeys.fresh(key);
            vault = new Vault(keys, batch.id(), sealed.keySet());
            stages.ahead().add(change(Seal.encode(keys)));
        } else if (!vault.id().equals(batch.id())) {
            // Values are bound to the id of their store: in one with another id they would not open.
            var values = new Vault(vault.keys(), vault.id(), sealed.keySet()).load(sealed, new ArrayList<>());
            batch.changes().forEach(change -> {
                if (change.isDelete()) {
                    values.remove(change.tag());
                } else {
                    values.put(change.tag(), change.value());
                }
            });
            sealAnew(batch.id(), batch.sequence(), values, SealKeys.fresh(key));
            return;
        } else if (!sealed.containsKey(Tags.SEAL)) {
            stages.ahead().add(change(Seal.encode(vault.keys())));
        }
        var next = vault.copy();
        for (var change : batch.changes()) {
            if (change.isDelete()) {
                next.delete(change.tag(), stages.now(), stages.later());
            } else {
                next.put(change.tag(), change.value(), stages.ahead(), stages.now(), stages.later());
            }
        }
        try {
            write(stages);
        } catch (TlvException e) {
            // What was ahead of a change that failed means nothing.
            stages.ahead().stream().map(Change::tag).filter(place -> Vault.isPlace(place) && sealed.containsKey(place))
                    .forEach(vault::leftOver);
            throw e;
        }
        if (!stages.later().isEmpty()) {
            next.occupied().removeIf(place -> !sealed.containsKey(place));
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

    private static Change change(byte[] seal) {
        return new Change(Tags.SEAL, seal);
    }

    private void apply(List<Change> changes) {
        for (var change : changes) {
            if (change.isDelete()) {
                sealed.remove(change.tag());
            } else {
                sealed.put(change.tag(), change.value());
            }
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
        sealed = null;
        if (key != null) {
            Arrays.fill(key, (byte) 0);
            key = null;
        }
    }

    private TlvException unusable(String what) {
        return new TlvException(Reason.UNUSABLE, below.info().resource() + " " + what);
    }
}
