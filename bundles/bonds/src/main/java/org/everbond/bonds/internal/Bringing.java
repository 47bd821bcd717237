package org.everbond.bonds.internal;

import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.spi.Merge;

/** Imports bonds into a store that serves: the same plan as for one at rest, made on what the store holds when its turn comes. */
final class Bringing {
    private final TlvStore store;
    private final BondOptions options;
    private final Follower follower;

    Bringing(TlvStore store, BondOptions options, Follower follower) {
        this.store = store;
        this.options = options;
        this.follower = follower;
    }

    CompletionStage<BondImport> bring(Merge.Content from, BondImport.Options wish, boolean write) {
        var plan = new BondImport[1];
        return follower.write(view -> {
                    plan[0] = plan(view, from, wish);
                    // On no view: what came is found by deriving anew, as after a loading.
                    return write ? new Change(null, plan[0].transaction(), List.of(), List.of(), List.of()) : Change.NONE;
                })
                .thenApply(done -> plan[0]);
    }

    private BondImport plan(View view, Merge.Content from, BondImport.Options wish) throws TlvException {
        if (store.state() != TlvState.READY || store.id() == null || view.local == null) {
            throw new TlvException(Reason.NO_BACKEND, "store " + store.name() + " is not ready: " + store.stateReason());
        }
        boolean bare = options.entrySize() == 0 && view.entrySize == 0 && store.backend().kind().equals("nvs");
        var told = new BondImport.Options(
                wish.replace(), wish.weaken(), wish.identity(), wish.fromAddress(), wish.databaseHash(),
                bare ? DeviceEntry.PLAIN : options.entrySize());
        var plan = planned(from, told);
        int bonds = view.bonds().size() + plan.added().size();
        if (bonds > options.capacity()) {
            throw new TlvException(Reason.FULL, "there would be " + bonds + " bonds, but " + options.capacity()
                    + " are kept; raise bond.capacity or forget some first; nothing was imported");
        }
        return plan;
    }

    private BondImport planned(Merge.Content from, BondImport.Options told) throws TlvException {
        try {
            return new Imports(content(), store.id(), from, told, options.slots()).plan();
        } catch (TlvException e) {
            throw new TlvException(e.reason(), e.getMessage()
                    + "; nothing was imported, say which of the two to go on with (--identity keep or --identity take)", e);
        }
    }

    private Merge.Content content() {
        var values = new HashMap<Integer, byte[]>();
        for (int tag : store.tags()) {
            var value = store.get(tag);
            if (value != null) {
                values.put(tag, value);
            }
        }
        return new Merge.Content(store.id(), store.sequence(), values, store.tombstones(), store.setAside());
    }
}
