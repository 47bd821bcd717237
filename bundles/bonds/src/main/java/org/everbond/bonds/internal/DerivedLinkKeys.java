package org.everbond.bonds.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.ClassicBond;
import org.everbond.bonds.keys.LinkKey;
import org.everbond.bonds.keys.LinkKeyOptions;
import org.everbond.bonds.keys.LinkKeyStore;
import org.everbond.bonds.keys.Lookup;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Classic link keys of a store. BTstack's records hold all there is to know, so that the view is read from them again after
 * each change. Belongs to the event loop.
 */
public final class DerivedLinkKeys implements LinkKeyStore {
    private static final Logger LOG = LoggerFactory.getLogger(DerivedLinkKeys.class);

    private final TlvStore store;
    private final Executor loop;
    private final LinkKeyOptions options;
    private final WriteQueue<LinkKeyChange> writes;
    private final AutoCloseable subscription;
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private LinkKeyView view;
    /** Whether something became durable that the view does not show. */
    private boolean stale;

    public DerivedLinkKeys(TlvStore store, Executor loop, LinkKeyOptions options) {
        this.store = store;
        this.loop = loop;
        this.options = options;
        writes = new WriteQueue<>(store, loop, this::durable);
        subscription = store.listen((state, generation) -> onLoop(this::view));
        onLoop(this::view);
    }

    // Reading.

    /** The view of the store's present generation; an older one while there is no other; null before the first. */
    private LinkKeyView view() {
        boolean loaded = store.generation() > 0 && store.state() != TlvState.LOADING;
        boolean reloaded = view == null || view.generation != store.generation();
        boolean current = !reloaded && !stale && (view.readWhileReady || store.state() != TlvState.READY);
        if (loaded && !current) {
            view = new LinkKeyView(store);
            stale = false;
            if (reloaded) {
                onLoop(() -> tell(new Event(BondEvent.Kind.LOADED, null)));
            }
        }
        return view;
    }

    @Override
    public boolean ready() {
        return view() != null && store.state() == TlvState.READY && view.generation == store.generation();
    }

    @Override
    public List<ClassicBond> list() {
        return view() == null ? List.of() : view.keys().stream().map(DerivedLinkKeys::bond).toList();
    }

    @Override
    public Optional<ClassicBond> get(DeviceAddress address) {
        return view() == null ? Optional.empty() : Optional.ofNullable(view.get(address)).map(DerivedLinkKeys::bond);
    }

    @Override
    public int capacity() {
        return options.slots();
    }

    @Override
    public List<String> setAside() {
        return view() == null ? List.of() : view.setAside.stream().map(SetAside::reason).toList();
    }

    @Override
    public Answer find(DeviceAddress address) {
        var found = view() == null ? null : view.get(address);
        if (found != null) {
            return new Answer(Lookup.Result.FOUND, found.entry().key());
        }
        if (!ready()) {
            return new Answer(Lookup.Result.NOT_READY, null);
        }
        boolean perhapsThere = view.setAside.stream()
                .anyMatch(item -> item.address().isEmpty() || item.address().get().equals(address));
        return new Answer(perhapsThere ? Lookup.Result.SET_ASIDE : Lookup.Result.ABSENT, null);
    }

    // Writing.

    @Override
    public CompletionStage<Committed> put(LinkKey key) {
        if (key.address().type() != AddressType.PUBLIC || !key.address().isIdentity()) {
            return refused(key.address() + " is no BD_ADDR, so that a link key cannot be kept for it");
        }
        if (key.key().isZero()) {
            return refused("the link key of " + key.address().text() + " is zero, which is none; pair again");
        }
        return put(key, false).exceptionallyCompose(failure -> !Admission.isFull(failure)
                ? CompletableFuture.failedFuture(failure)
                : put(key, true).exceptionallyCompose(again -> CompletableFuture.failedFuture(failure)));
    }

    /** @param forced whether the place of the store was full, so that another key has to go if none goes anyhow */
    private CompletionStage<Committed> put(LinkKey key, boolean forced) {
        return writes.add(() -> planPut(loaded(), key, forced)).thenApply(done -> {
            var events = done.change().events();
            var last = events.get(events.size() - 1);
            return new Committed(last.bond(), last.kind() == BondEvent.Kind.REPLACED, done.commit().durable());
        });
    }

    /** The one record that BTstack would write is the commit point; older keys of a peer evicted from its place go before it, all else after. */
    private LinkKeyChange planPut(LinkKeyView basis, LinkKey key, boolean forced) throws TlvException {
        var before = basis.get(key.address());
        int slot = slotFor(basis, key.address());
        int padding = before != null && before.slot() == slot ? before.entry().padding() : 0;
        var transaction = new Transaction();
        var events = new ArrayList<Event>();
        var there = basis.in(slot);
        if (there != null && !there.address().equals(key.address())) {
            evict(basis, slot, transaction, events);
        }
        transaction.put(Tags.linkKey(slot), new LinkKeyEntry(basis.nextSequence(), key, padding).encode());
        remove(basis, key.address(), slot, key, transaction);
        if (forced && events.isEmpty()) {
            basis.firstFor(key).ifPresent(gives -> {
                remove(basis, gives.entry().key().address(), gives.slot(), null, transaction);
                transaction.delete(Tags.linkKey(gives.slot()));
                events.add(new Event(BondEvent.Kind.EVICTED, bond(gives)));
            });
        }
        events.add(new Event(
                before == null ? BondEvent.Kind.CREATED : BondEvent.Kind.REPLACED,
                new ClassicBond(key.address(), key.type())));
        return new LinkKeyChange(transaction, events);
    }

    /** Where BTstack would put it: the place of the same peer, else the highest free one, else that of the lowest seq_nr. */
    private int slotFor(LinkKeyView basis, DeviceAddress address) throws TlvException {
        var own = basis.get(address);
        if (own != null && own.slot() < options.slots()) {
            return own.slot();
        }
        for (int slot : basis.slotsOf(address)) {
            if (slot < options.slots()) {
                return slot;
            }
        }
        int free = basis.freeSlot(options.slots());
        int slot = free >= 0 ? free : basis.first(options.slots());
        if (slot < 0) {
            throw new TlvException(
                    TlvException.Reason.FULL,
                    "all " + options.slots() + " places for Classic link keys hold records that cannot be read;"
                            + " raise the number of places");
        }
        return slot;
    }

    /** The key in this place gives way. If it was an older one that nobody used, its peer loses nothing. */
    private static void evict(LinkKeyView basis, int slot, Transaction transaction, List<Event> events) {
        var address = basis.in(slot).address();
        var used = basis.get(address);
        if (used.slot() == slot) {
            remove(basis, address, slot, null, transaction);
            events.add(new Event(BondEvent.Kind.EVICTED, bond(used)));
        }
    }

    /** Every record of this peer goes but the one in the place that is written; older copies of the store bring none back. */
    private static void remove(LinkKeyView basis, DeviceAddress address, int but, LinkKey kept, Transaction transaction) {
        basis.slotsOf(address).stream().filter(slot -> slot != but).forEach(slot -> transaction.delete(Tags.linkKey(slot)));
        basis.keysOf(address).stream()
                .filter(older -> kept == null || !older.key().equals(kept.key()))
                .forEach(older -> LinkKeys.bury(transaction, older));
    }

    @Override
    public CompletionStage<Void> forget(DeviceAddress address) {
        return writes.add(() -> planForget(loaded(), address)).thenApply(done -> null);
    }

    private static LinkKeyChange planForget(LinkKeyView basis, DeviceAddress address) {
        var transaction = new Transaction().byDecision();
        var found = basis.get(address);
        remove(basis, address, found == null ? -1 : found.slot(), null, transaction);
        if (found == null) {
            return new LinkKeyChange(transaction, List.of());
        }
        // Last, so that no part of this brings an older key of the peer into use.
        transaction.delete(Tags.linkKey(found.slot()));
        return new LinkKeyChange(transaction, List.of(new Event(BondEvent.Kind.FORGOTTEN, bond(found))));
    }

    private LinkKeyView loaded() throws TlvException {
        if (view() == null) {
            throw new TlvException(
                    TlvException.Reason.NO_BACKEND, "store " + store.name() + " was not loaded yet: " + store.stateReason());
        }
        return view;
    }

    @Override
    public void readAgain() {
        stale = true;
        view();
        tell(new Event(BondEvent.Kind.LOADED, null));
    }

    private void durable(LinkKeyChange change) {
        stale = true;
        view();
        change.events().forEach(this::tell);
    }

    private static ClassicBond bond(LinkKeyView.Found found) {
        return new ClassicBond(found.entry().key().address(), found.entry().key().type());
    }

    private static <T> CompletionStage<T> refused(String reason) {
        return CompletableFuture.failedFuture(new IllegalArgumentException(reason));
    }

    // Listeners.

    @Override
    public AutoCloseable listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(Event event) {
        for (var listener : listeners) {
            try {
                listener.changed(event);
            } catch (RuntimeException e) {
                LOG.warn("A listener of Classic link keys failed", e);
            }
        }
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The loop has ended before the link keys of store {} were closed", store.name());
        }
    }

    @Override
    public void close() {
        listeners.clear();
        try {
            subscription.close();
        } catch (Exception e) {
            LOG.debug("Store {}: {}", store.name(), e.getMessage());
        }
    }
}
