package org.everbond.security.internal;

import java.util.Optional;
import org.everbond.bonds.Bond;
import org.everbond.bonds.keys.BondStore;
import org.everbond.bonds.keys.Lookup;
import org.everbond.host.Connection;
import org.everbond.security.PairingException;
import org.everbond.security.SecurityEvent;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Pdu;
import org.everbond.security.internal.pdu.PduCodec;
import org.everbond.security.internal.pdu.PduException;
import org.everbond.security.internal.policy.Negotiation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SMP channel of one link. Lengths and ranges are judged first, then the pairing that runs decides; without one, this does: it is
 * the state of rest. What has no place at rest is dropped without an answer: it is the rest of a pairing that has failed
 * already, and another Pairing Failed would kill the next one.
 */
final class SmpChannel implements Pdu.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(SmpChannel.class);

    static final String CLOSED = "an earlier pairing on this connection timed out; disconnect, connect and try again";

    private final LinkSecurity link;
    private final BondStore bonds;
    private boolean closed;
    /** Of which it was told that the peer could not finish its pairing. */
    private Optional<Bond> rejected = Optional.empty();
    /** What the peer asked for before it was known whose address it uses, or while the store was not READY. */
    private Pdu early;

    SmpChannel(LinkSecurity link, BondStore bonds) {
        this.link = link;
        this.bonds = bonds;
    }

    /** After a time-out there is no more SMP on the link (Vol 3, Part H, 3.4). */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    void send(Pdu pdu) {
        if (!closed) {
            link.connection().send(Connection.CID_SMP, PduCodec.encode(pdu));
        }
    }

    void requestSecurity() {
        send(new Pdu.SecurityRequest(Negotiation.authReq(link.pairing().options(), true)));
    }

    void received(byte[] sdu) {
        if (closed || sdu.length == 0) {
            return;
        }
        try {
            decode(sdu).ifPresent(this::received);
        } catch (RuntimeException e) {
            LOG.error("An SMP message from {} met an error of this gateway", link.connection().peerAddress(), e);
            if (link.isPairing()) {
                link.pairing().current().fail(
                        FailureReason.UNSPECIFIED_REASON, "an error of this gateway ended the pairing; see its log");
            }
        }
    }

    private Optional<Pdu> decode(byte[] sdu) {
        try {
            return PduCodec.decode(sdu);
        } catch (PduException e) {
            malformed(sdu[0], e.getMessage());
            return Optional.empty();
        }
    }

    private void malformed(int code, String problem) {
        var sentence = "the peer sent a malformed SMP message: " + problem + "; update the peer";
        if (link.isPairing()) {
            link.pairing().current().fail(FailureReason.INVALID_PARAMETERS, sentence);
        } else if (code == (link.isCentral() ? Pdu.SecurityRequest.CODE : Pdu.PairingRequest.CODE)) {
            link.pairing().refuse(FailureReason.INVALID_PARAMETERS, sentence);
        }
    }

    private void received(Pdu pdu) {
        if (link.isPairing()) {
            link.pairing().current().received(pdu);
        } else {
            pdu.accept(this);
        }
    }

    @Override
    public void pairingRequest(Pdu.PairingRequest pdu) {
        if (link.isCentral()) {
            send(new Pdu.PairingFailed(FailureReason.COMMAND_NOT_SUPPORTED.code()));
        } else if (link.isBeingRecognised()) {
            // Whether it is a bonded peer decides what it may do, and how long it has to wait.
            keep(pdu);
        } else {
            link.pairing().requested(pdu);
        }
    }

    /**
     * A peripheral asks for security (2.4.6): by the stored key if that is enough, else by a pairing if somebody wants one. Never
     * costs a bond.
     */
    @Override
    public void securityRequest(Pdu.SecurityRequest pdu) {
        if (!link.isCentral()) {
            send(new Pdu.PairingFailed(FailureReason.COMMAND_NOT_SUPPORTED.code()));
            return;
        }
        if (link.encryption().isPending()
                || link.security().filter(now -> now.authenticated() || !pdu.mitm()).isPresent()) {
            return;
        }
        var lookup = bonds.lookup(link.connection().peerAddress());
        if (lookup.result() == Lookup.Result.NOT_READY) {
            keep(pdu);
            return;
        }
        boolean enough = lookup.result() == Lookup.Result.FOUND
                && (lookup.bond().security().authenticated() || !pdu.mitm());
        if (enough && link.security().isEmpty()) {
            link.encryption().start();
        } else if (link.pairing().isPairingWanted()) {
            link.pairing().start();
        } else if (lookup.result() == Lookup.Result.FOUND && link.security().isEmpty()) {
            // Less than the peer asks for, and all that there is.
            link.encryption().start();
        } else {
            link.pairing().refuse(
                    FailureReason.PAIRING_NOT_SUPPORTED,
                    "the peer " + link.connection().peerAddress() + " asked for security while this gateway is not bondable;"
                            + " make it bondable for a while, or pair, if the peer is yours");
        }
    }

    /** Nobody can know yet whether there is a bond. One request is kept for as long as an LTK request would be. */
    private void keep(Pdu pdu) {
        if (early == null) {
            var deadline = link.pairing().surroundings().loop().schedule(StoredKeyEncryption.HOLD, () -> early = null);
            link.whenRecognised(() -> {
                deadline.cancel();
                var request = early;
                early = null;
                if (request != null && link.isOpen() && !link.isPairing()) {
                    request.accept(this);
                }
            });
        }
        early = pdu;
    }

    /** The end of a pairing that has ended here already, or the answer to our Security Request. */
    @Override
    public void pairingFailed(Pdu.PairingFailed pdu) {
        early = null;
        var bond = link.bond();
        if (link.bondedHere() && bond.isPresent() && !bond.equals(rejected)) {
            rejected = bond;
            tellUnfinished(bond.get(), FailureReason.sentence(pdu.reason()));
        }
        link.pairing().refusedByPeer(new PairingException(
                "the peer refused: " + FailureReason.sentence(pdu.reason()), pdu.reason(), true));
    }

    /** A peer without the keys of this pairing has none, or those of the bond before if there was one. */
    private void tellUnfinished(Bond bond, String reason) {
        var explanation = "the peer could not finish the pairing after this gateway had: " + reason;
        boolean replaced = bonds.previousLtk(bond.id()).isPresent();
        link.tell(new SecurityEvent.BondLost(
                link.connection(),
                Optional.of(bond),
                replaced ? Cause.KEYS_DIFFER : Cause.PEER_FORGOT,
                replaced ? explanation + "; it may hold the key before, which is tried, too: connect again, and pair again if that fails" : explanation));
    }

    @Override public void pairingResponse(Pdu.PairingResponse pdu) {}
    @Override public void pairingConfirm(Pdu.PairingConfirm pdu) {}
    @Override public void pairingRandom(Pdu.PairingRandom pdu) {}
    @Override public void encryptionInformation(Pdu.EncryptionInformation pdu) {}
    @Override public void centralIdentification(Pdu.CentralIdentification pdu) {}
    @Override public void identityInformation(Pdu.IdentityInformation pdu) {}
    @Override public void identityAddressInformation(Pdu.IdentityAddressInformation pdu) {}
    @Override public void signingInformation(Pdu.SigningInformation pdu) {}
    @Override public void pairingPublicKey(Pdu.PairingPublicKey pdu) {}
    @Override public void pairingDhKeyCheck(Pdu.PairingDhKeyCheck pdu) {}
    @Override public void keypressNotification(Pdu.KeypressNotification pdu) {}
}
