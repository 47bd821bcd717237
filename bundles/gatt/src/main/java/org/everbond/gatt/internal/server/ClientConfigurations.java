package org.everbond.gatt.internal.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.Subscriptions;
import org.everbond.gatt.internal.AttBearer;
import org.everbond.gatt.internal.OperatorLog;
import org.everbond.gatt.internal.ServiceCalls;
import org.everbond.gatt.internal.ServiceCalls.Answer;
import org.everbond.gatt.internal.att.AttError;

/**
 * The Client Characteristic Configuration values of one connection (Vol 3, Part G, 3.3.3.3). Those of a bonded client are stored
 * under its bond with the hash of the table that they belong to, and come back once it has shown its key, if the table is still
 * the same. Otherwise only Service Changed comes back, whose handle never changes: by it the client hears that all others are
 * gone.
 */
final class ClientConfigurations {
    private final AttBearer bearer;
    private final AttributeTable table;
    private final int serviceChanged;
    private final BondStore bonds;
    private final ServiceCalls calls;
    private final Map<Integer, Integer> values = new HashMap<>();
    /** Hash of the table that the client knows. */
    private byte[] known;
    /** Whether the client has shown on this link that it is the bonded one: only then do its values belong to the bond. */
    private boolean proven;
    /** Values that belong to another table than the present one, which may come back: a bundle that is updated, or late. */
    private Subscriptions waiting;
    private boolean unsaved;
    private boolean closed;
    /** Whether a bond is being made durable, with the values as they were when that began. */
    private boolean bonding;
    /** Answers that wait for that. */
    private final List<Runnable> held = new ArrayList<>();

    /** @param serviceChanged handle of the configuration of Service Changed */
    ClientConfigurations(
            AttBearer bearer,
            AttributeTable table,
            int serviceChanged,
            BondStore bonds,
            ServiceCalls calls) {
        this.bearer = bearer;
        this.table = table;
        this.serviceChanged = serviceChanged;
        this.bonds = bonds;
        this.calls = calls;
        this.known = table.hash();
        bearer.link().subscriptions(this::bonding);
    }

    /** @param handle of the descriptor */
    int value(int handle) {
        return values.getOrDefault(handle, 0);
    }

    /**
     * The client writes a descriptor. A bonded one relies on it for ever once it has the answer, so it is answered when the value is
     * durable; where it cannot be stored nothing has changed.
     */
    void write(Attribute.Configuration configuration, int value, Answer<Void> answer) {
        int before = value(configuration.handle());
        waiting = null;
        knowsTheTable();
        set(configuration, value);
        Runnable store = () -> {
            unsaved = true;
            save().whenComplete((done, failure) -> {
                if (failure != null && !closed && value(configuration.handle()) == value) {
                    set(configuration, before);
                }
                answer.done(null, failure == null ? 0 : AttError.UNLIKELY);
            });
        };
        if (bonding) {
            held.add(store);
        } else {
            store.run();
        }
    }

    /** The link of a bonded client was encrypted with the stored key. */
    void proven() {
        if (proven) {
            return;
        }
        proven = true;
        // What came before the proof may be of somebody else, and of a time when we did not know of the bond.
        clear();
        bearer.link().bond().flatMap(bond -> bonds.subscriptions(bond.id())).ifPresent(stored -> {
            known = stored.databaseHash();
            if (isAware()) {
                restore(stored);
            } else {
                waiting = stored;
                restoreOne(serviceChanged, stored.values().getOrDefault(serviceChanged, 0));
            }
        });
    }

    /**
     * A pairing on this link is making a bond: what this client subscribed to here, and nothing older, belongs to it. What it subscribes to
     * from now on is answered when the bond is there, since a power cut may leave one without the other.
     */
    private Optional<Subscriptions> bonding() {
        bonding = true;
        knowsTheTable();
        return values.isEmpty() || !isAware() || closed ? Optional.empty() : Optional.of(current());
    }

    /** The bond is durable. */
    void bonded() {
        proven = true;
        waiting = null;
        knowsTheTable();
        unsaved = true;
        save();
        notBonded();
    }

    /** The pairing has ended. */
    void notBonded() {
        bonding = false;
        var waitingForIt = List.copyOf(held);
        held.clear();
        waitingForIt.forEach(Runnable::run);
    }

    /** Services came or went. */
    void tableChanged() {
        var before = Map.copyOf(values);
        values.keySet().removeIf(handle -> !(table.get(handle) instanceof Attribute.Configuration));
        if (waiting == null) {
            waiting = new Subscriptions(known, before);
        } else if (isAware()) {
            restore(waiting);
            waiting = null;
        }
    }

    /** Whether Service Changed must be indicated: wanted, and not known yet. */
    boolean mustHearOfChange() {
        return !isAware() && value(serviceChanged) == Attribute.Configuration.INDICATE;
    }

    /** The client is being told of the change: it will subscribe anew to what it still wants. */
    void telling() {
        waiting = null;
    }

    /** The client has confirmed Service Changed for the table as it is. */
    void awareNow() {
        known = table.hash();
        unsaved = true;
        save();
    }

    /** A client that does not want to hear of changes is taken to know the table as it is. */
    private void knowsTheTable() {
        if (value(serviceChanged) == 0) {
            known = table.hash();
        }
    }

    private boolean isAware() {
        return Arrays.equals(known, table.hash());
    }

    /** The connection has ended. */
    void closed() {
        closed = true;
        save();
        clear();
    }

    private void clear() {
        for (int handle : values.keySet().toArray(Integer[]::new)) {
            if (table.get(handle) instanceof Attribute.Configuration configuration) {
                set(configuration, 0);
            }
        }
    }

    private void restore(Subscriptions stored) {
        stored.values().forEach(this::restoreOne);
    }

    /** Stored values are input like any other: only what the descriptor could hold comes back. */
    private void restoreOne(int handle, int value) {
        if (value != 0 && table.get(handle) instanceof Attribute.Configuration configuration && configuration.allows(value)) {
            set(configuration, value);
        }
    }

    private void set(Attribute.Configuration configuration, int value) {
        boolean before = value(configuration.handle()) != 0;
        if (value == 0) {
            values.remove(configuration.handle());
        } else {
            values.put(configuration.handle(), value);
        }
        var service = configuration.of().service();
        boolean now = value != 0;
        if (service != null && before != now) {
            var peer = bearer.peer();
            calls.tell(() -> service.subscribed(peer, configuration.of().type(), now));
        }
    }

    /**
     * Not while the client does not know the table: the stored hash must keep saying so.
     *
     * @return completes when the values are durable, or at once when there is nothing to store
     */
    private CompletionStage<Void> save() {
        var bond = bearer.link().bond();
        if (!unsaved || !proven || !isAware() || bond.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        unsaved = false;
        var current = current();
        var stored = bonds.subscriptions(bond.get().id());
        if (stored.isPresent() ? same(stored.get(), current) : values.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return bonds.saveSubscriptions(bond.get().id(), current).whenComplete((done, failure) -> {
            if (failure != null) {
                OperatorLog.notStored(bond.get().id(), failure);
            }
        });
    }

    private Subscriptions current() {
        return new Subscriptions(table.hash(), Map.copyOf(values));
    }

    private static boolean same(Subscriptions a, Subscriptions b) {
        return Arrays.equals(a.databaseHash(), b.databaseHash())
                && a.values().equals(b.values());
    }
}
