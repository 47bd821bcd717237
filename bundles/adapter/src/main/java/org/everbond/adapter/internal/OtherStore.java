package org.everbond.adapter.internal;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.everbond.adapter.BondSource;
import org.everbond.adapter.ImportedBonds;
import org.everbond.bonds.keys.BondImport;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.LinkKeyStore;
import org.everbond.tlv.Resolution;
import org.everbond.tlv.Tags;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.disk.Disk;
import org.everbond.tlv.spi.Merge;
import org.everbond.tlv.spi.TlvBackend;

/**
 * Brings the bonds of another store into the one that serves. The other one is opened as any store is, so that nobody writes to it
 * meanwhile, read, and closed again; nothing is written there.
 */
final class OtherStore {
    private final Environment environment;
    private final Disk disk;
    private final Threads threads;
    private final BondStore bonds;
    private final LinkKeyStore linkKeys;

    OtherStore(Environment environment, Disk disk, Threads threads, BondStore bonds, LinkKeyStore linkKeys) {
        this.environment = environment;
        this.disk = disk;
        this.threads = threads;
        this.bonds = bonds;
        this.linkKeys = linkKeys;
    }

    /** @param serving where our own bonds are */
    CompletionStage<ImportedBonds> imports(BondSource source, String serving) {
        return CompletableFuture.supplyAsync(() -> read(source.place(), serving), threads.workers())
                .thenCompose(content -> threads.onLoop(() -> bring(content, source)));
    }

    private CompletionStage<ImportedBonds> bring(Merge.Content content, BondSource source) {
        var identity = source.identity()
                .map(wish -> wish == Resolution.ADOPT ? BondImport.Identity.TAKE : BondImport.Identity.KEEP)
                .orElse(BondImport.Identity.ASK);
        var options = new BondImport.Options(
                source.replace(), source.allowWeaker(), identity, source.address(), source.databaseHash().map(HexFormat.of()::parseHex), 0);
        return bonds.bring(content, options, !source.rehearse()).thenApply(plan -> {
            if (!source.rehearse()) {
                linkKeys.readAgain();
            }
            return new ImportedBonds(
                    plan.added(), plan.replaced(), plan.left(), plan.linkKeys(), plan.identity(), content.setAside(), plan.remarks());
        });
    }

    private Merge.Content read(String text, String serving) {
        try {
            var backend = backend(Locator.parse("store", text));
            var resource = backend.info().resource();
            if (resource.equals(serving)) {
                throw new TlvException(Reason.FAILED, resource + " is where the bonds of this adapter are; name another store");
            }
            checkThere(resource);
            try {
                return content(backend, resource);
            } finally {
                backend.close();
            }
        } catch (TlvException | IllegalArgumentException e) {
            throw new CompletionException(e);
        }
    }

    private TlvBackend backend(Locator place) throws TlvException {
        var provider = environment.store(place.scheme()).orElseThrow(
                () -> new TlvException(Reason.NO_BACKEND, environment.noStore(place.toString(), place.scheme())));
        return provider.create(place.place(), place.options());
    }

    /** To open what is not there would make it. */
    private void checkThere(String resource) throws TlvException {
        boolean there;
        try {
            there = disk.stat(disk.resolve(Path.of(resource))) != null;
        } catch (IOException | InvalidPathException e) {
            // Opening it tells.
            there = true;
        }
        if (!there) {
            throw new TlvException(Reason.UNUSABLE, resource + " does not exist; name a store that is there");
        }
    }

    private static Merge.Content content(TlvBackend backend, String resource) throws TlvException {
        var image = backend.open();
        if (Tags.areSealed(image.values().keySet())) {
            throw new TlvException(Reason.UNUSABLE, resource + " is sealed; name it as sealed:... with its key");
        }
        return Merge.Content.of(image.values(), image.id(), image.sequence(), image.setAside());
    }
}
