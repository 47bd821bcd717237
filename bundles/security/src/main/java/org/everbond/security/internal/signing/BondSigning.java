package org.everbond.security.internal.signing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.everbond.bonds.BondId;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.BondStore;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.host.Connection;
import org.everbond.security.DataSigning;
import org.everbond.security.PairingException;
import org.everbond.security.SecureLink;

/** Signs and verifies with the keys of the bond of a link; the counters of each bond outlive its links. */
public final class BondSigning implements DataSigning {
    private static final int MAC = 8;

    private final BondStore bonds;
    private final Function<Connection, SecureLink> links;
    private final Map<BondId, Counters> counters = new HashMap<>();

    /** Each counter belongs to a key: another key counts anew, and one that a new pairing has given again counts on. */
    private record Counters(Key localCsrk, OwnCounter own, Key remoteCsrk, PeerCounter peer) {}

    public BondSigning(BondStore bonds, Function<Connection, SecureLink> links) {
        this.bonds = bonds;
        this.links = links;
    }

    /** The bond is gone. */
    public void forget(BondId bond) {
        counters.remove(bond);
    }

    @Override
    public CompletionStage<byte[]> sign(Connection connection, byte[] message) {
        var link = links.apply(connection);
        if (link.security().isPresent()) {
            return failed("the link is encrypted, which proves more than a signature; write without one");
        }
        var keys = link.bond().flatMap(bond -> keys(bond.id()));
        if (keys.isEmpty() || keys.get().localCsrk().isZero()) {
            return failed("no signing key was given to " + connection.peerAddress()
                    + " in a pairing; allow signing on both sides and pair again");
        }
        return counters(link.bond().get().id(), keys.get()).own().take(keys.get().localCounter()).thenApply(counter -> signature(keys.get(), message, counter));
    }

    private static byte[] signature(BondKeys keys, byte[] message, long counter) {
        return ByteBuffer.allocate(LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) counter)
                .put(Toolbox.signature(keys.localCsrk(), message, (int) counter))
                .array();
    }

    @Override
    public CompletionStage<Boolean> verify(Connection connection, byte[] signed) {
        var link = links.apply(connection);
        var keys = link.bond().flatMap(bond -> keys(bond.id()));
        if (link.security().isPresent() || keys.isEmpty() || keys.get().remoteCsrk().isZero() || signed.length <= LENGTH) {
            return CompletableFuture.completedFuture(false);
        }
        int end = signed.length - LENGTH;
        int counter = ByteBuffer.wrap(signed).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
        var peer = counters(link.bond().get().id(), keys.get()).peer();
        boolean genuine = peer.isNew(Integer.toUnsignedLong(counter), keys.get().remoteCounter())
                && MessageDigest.isEqual(
                        Toolbox.signature(keys.get().remoteCsrk(), Arrays.copyOf(signed, end), counter),
                        Arrays.copyOfRange(signed, signed.length - MAC, signed.length));
        return genuine ? peer.accept(Integer.toUnsignedLong(counter)) : CompletableFuture.completedFuture(false);
    }

    /** The keys of a bond, zero for a CSRK that is not there: that is never used as a key. */
    private Optional<BondKeys> keys(BondId bond) {
        return bonds.keys(bond).map(keys -> new BondKeys(
                keys.ltk(), keys.ediv(), keys.rand(), keys.irk(), orZero(keys.remoteCsrk()), keys.remoteCounter(),
                orZero(keys.localCsrk()), keys.localCounter()));
    }

    private static Key orZero(Key key) {
        return key == null ? Key.ZERO : key;
    }

    private Counters counters(BondId bond, BondKeys keys) {
        return counters.compute(bond, (id, known) -> {
            boolean sameLocal = known != null && known.localCsrk().equals(keys.localCsrk());
            boolean sameRemote = known != null && known.remoteCsrk().equals(keys.remoteCsrk());
            return sameLocal && sameRemote
                    ? known
                    : new Counters(
                            keys.localCsrk(), sameLocal ? known.own() : new OwnCounter(bonds, bond, keys.localCounter()),
                            keys.remoteCsrk(), sameRemote ? known.peer() : new PeerCounter(bonds, bond));
        });
    }

    private static <T> CompletionStage<T> failed(String sentence) {
        return CompletableFuture.failedFuture(new PairingException(sentence, 0, false));
    }
}
