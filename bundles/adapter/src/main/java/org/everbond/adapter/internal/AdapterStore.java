package org.everbond.adapter.internal;

import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.everbond.adapter.BondSource;
import org.everbond.adapter.ImportedBonds;
import org.everbond.bonds.keys.BondOptions;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.LinkKeyOptions;
import org.everbond.bonds.keys.LinkKeyStore;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.TlvState;
import org.everbond.tlv.TlvStore;
import org.everbond.tlv.TlvStoreOwner;
import org.everbond.tlv.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory of one adapter: its store, the backend that is bound to it, the bonds and the Classic link keys in it. */
final class AdapterStore {
    private static final Logger LOG = LoggerFactory.getLogger(AdapterStore.class);

    private final Environment environment;
    private final Threads threads;
    private final String adapter;
    private final TlvStoreOwner owner;
    private final StoreBinding binding;
    private final BondStore bonds;
    private final LinkKeyStore linkKeys;
    private final OtherStore others;
    private volatile Settings settings;

    /** @param dataFolder in which relative paths begin */
    AdapterStore(Settings settings, Environment environment, Disk disk, Path dataFolder, Threads threads) {
        this.settings = settings;
        this.environment = environment;
        this.threads = threads;
        adapter = settings.name();
        owner = TlvStore.create(
                adapter,
                storeOptions(settings),
                BondStore.merge(bondOptions(settings)),
                new AsideStore(environment, dataFolder, adapter, () -> this.settings.store()),
                new ForgottenNote(disk, dataFolder, adapter),
                threads.store());
        owner.trace(settings.storeTrace());
        binding = new StoreBinding(
                owner, environment, adapter, settings.store(), new FormerStore(disk, dataFolder, adapter));
        bonds = BondStore.create(tlv(), threads.loop(), bondOptions(settings));
        bonds.guard(new Guards(environment.guards(), adapter, threads));
        linkKeys = LinkKeyStore.create(tlv(), threads.loop(), new LinkKeyOptions(settings.linkKeySlots()));
        others = new OtherStore(environment, disk, threads, bonds, linkKeys);
    }

    /**
     * Binds the best backend there is, now and whenever another one comes or goes.
     *
     * @param changed on the event loop, when the state or the generation of the store changed
     * @param rebound on the event loop, after another look at the backends there are
     */
    void start(Runnable changed, Runnable rebound) {
        tlv().listen((state, generation) -> threads.loop().execute(() -> {
            warnOfTrouble();
            changed.run();
            threads.workers().execute(binding::refresh);
        }));
        // What comes may be taken over in its own time; what goes must be given back before its bundle is stopped.
        Runnable rebind = () -> {
            binding.refresh();
            threads.loop().execute(rebound);
        };
        threads.workers().execute(rebind);
        BiConsumer<Object, Boolean> listener = (source, added) -> {
            if (added) {
                threads.workers().execute(rebind);
            } else {
                rebind.run();
            }
        };
        environment.stores().listener(listener::accept);
        environment.backends().listener(listener::accept);
    }

    /** Takes over other settings, without the bonds noticing. */
    void configure(Settings next) {
        settings = next;
        owner.configure(storeOptions(next));
        owner.trace(next.storeTrace());
        binding.want(next.store());
    }

    TlvStore tlv() {
        return owner.store();
    }

    BondStore bonds() {
        return bonds;
    }

    LinkKeyStore linkKeys() {
        return linkKeys;
    }

    /** Why the store is not READY; empty when it is. Any thread. */
    String reason() {
        String problem = binding.problem();
        if (!problem.isEmpty()) {
            return problem;
        }
        String storeReason = tlv().stateReason();
        if (!storeReason.isEmpty()) {
            return storeReason + binding.why();
        }
        return bonds.reason().isEmpty() ? owner.obstacle() : bonds.reason();
    }

    /** Why nobody can rely on the bonds yet. Any thread. */
    String obstacle() {
        String reason = reason();
        return reason.isEmpty() ? "the bonds are being read" : reason;
    }

    /** See {@link org.everbond.adapter.Adapter#resolveStore}. */
    CompletionStage<String> resolve(Resolution resolution) {
        return owner.resolve(resolution);
    }

    /** See {@link org.everbond.adapter.Adapter#importBonds}. */
    CompletionStage<ImportedBonds> imports(BondSource source) {
        return others.imports(source, tlv().backend().resource());
    }

    /** Closes the store, waiting for what is being written; after what waits was {@link BondStore#settled}. */
    void close() {
        threads.loop().execute(bonds::close);
        threads.loop().execute(linkKeys::close);
        binding.close();
        owner.close();
    }

    boolean isInTrouble() {
        return tlv().state() == TlvState.DEGRADED || tlv().state() == TlvState.CONFLICT;
    }

    private void warnOfTrouble() {
        if (isInTrouble()) {
            LOG.warn("Store of adapter {} is {}: {}", adapter, tlv().state(), tlv().stateReason());
        }
    }

    private static TlvStoreOwner.Options storeOptions(Settings settings) {
        return TlvStoreOwner.Options.DEFAULTS.withCommitWait(settings.storeWait());
    }

    private static BondOptions bondOptions(Settings settings) {
        var options = settings.identity().map(BondOptions.DEFAULT::withIdentityAddress).orElse(BondOptions.DEFAULT);
        return options
                .withCapacity(settings.capacity())
                .withSlots(settings.slots())
                .withEntrySize(settings.entrySize())
                .withVolatileIdentity(settings.store().scheme().equals("memory"));
    }
}
