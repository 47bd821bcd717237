package org.everbond.security.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.SecurityLevel;
import org.everbond.security.IoCapability;
import org.everbond.security.SecurityOptions;
import org.everbond.security.SecurityOptions.Rules;
import org.everbond.security.internal.pdu.AuthReq;
import org.everbond.security.internal.pdu.Features;
import org.junit.jupiter.api.Test;

/** Decisions on LE legacy pairing against an oracle written from the words of Vol 3, Part H, 2.3.5.1, not from its table. */
class LegacyDecisionsTest {
    private static boolean shows(int io) {
        return io == 0 || io == 1 || io == 4;
    }

    private static boolean types(int io) {
        return io == 2 || io == 4;
    }

    private static AssociationModel oracle(boolean bothOob, boolean mitm, int initiator, int responder) {
        if (bothOob) {
            return AssociationModel.OUT_OF_BAND;
        }
        if (!mitm) {
            return AssociationModel.JUST_WORKS;
        }
        if (initiator == 2 && responder == 2) {
            return AssociationModel.BOTH_INPUT;
        }
        if (shows(initiator) && types(responder)) {
            return AssociationModel.INITIATOR_DISPLAYS;
        }
        return types(initiator) && shows(responder) ? AssociationModel.RESPONDER_DISPLAYS : AssociationModel.JUST_WORKS;
    }

    private static Features features(int io, int oob, int authReq, int keySize, int keys) {
        return new Features(io, oob, authReq, keySize, keys, keys);
    }

    @Test
    void associationModelOfTable28() {
        int cells = 0;
        for (int initiator = 0; initiator < 5; initiator++) {
            for (int responder = 0; responder < 5; responder++) {
                for (int flags = 0; flags < 16; flags++) {
                    var first = features(initiator, flags & 1, (flags & 4) != 0 ? AuthReq.MITM : 0, 16, 0);
                    var second = features(responder, flags >> 1 & 1, (flags & 8) != 0 ? AuthReq.MITM : 0, 16, 0);
                    assertThat(AssociationModel.legacy(first, second))
                            .as("%s %s", first, second)
                            .isEqualTo(oracle((flags & 3) == 3, (flags & 12) != 0, initiator, responder));
                    cells++;
                }
            }
        }
        assertThat(cells).isEqualTo(400);
    }

    /** THREATS A11, A12, A14, A17: a peer without LE Secure Connections against all that may be at hand and asked for here. */
    @Test
    void whatIsAgreedIsAllowedAndAsGoodAsRequired() {
        int agreed = 0;
        int refused = 0;
        for (var level : SecurityLevel.values()) {
            for (var rules : Rules.values()) {
                for (int policy = 0; policy < 8; policy++) {
                    boolean allowed = (policy & 1) != 0;
                    boolean only = (policy & 2) != 0;
                    boolean signing = (policy & 4) != 0;
                    var options = SecurityOptions.DEFAULT.with(change -> change.legacy(allowed)
                            .secureConnectionsOnly(only)
                            .signing(signing)
                            .minimumLevel(level)
                            .minimumKeySize(10)
                            .rules(rules));
                    for (var here : IoCapability.values()) {
                        for (int keys = 0; keys < 2; keys++) {
                            var means = new Means(here, keys == 1, false, false);
                            for (int io = 0; io < 5; io++) {
                                for (int bits = 0; bits < 8; bits++) {
                                    for (int keySize : new int[] {7, 10, 16}) {
                                        int authReq = (bits & 1) | ((bits & 2) != 0 ? AuthReq.MITM : 0);
                                        var peer = features(io, bits >> 2, authReq, keySize, 0x0f);
                                        for (boolean initiator : new boolean[] {true, false}) {
                                            if (check(options, means, peer, initiator)) {
                                                agreed++;
                                            } else {
                                                refused++;
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        System.out.println("LE legacy pairing negotiated: " + agreed + " agreed, " + refused + " refused");
        assertThat(agreed).isGreaterThan(5_000);
        assertThat(refused).isGreaterThan(50_000);
    }

    private static boolean check(SecurityOptions options, Means means, Features peer, boolean initiator) {
        boolean wantsMitm = options.minimumLevel().compareTo(SecurityLevel.AUTHENTICATED) >= 0
                || options.secureConnectionsOnly()
                || means.ioCapability() != IoCapability.NO_INPUT_NO_OUTPUT
                || means.temporaryKey();
        int own = means.ioCapability().value();
        var model = oracle(
                means.temporaryKey() && peer.oob(),
                wantsMitm || peer.mitm(),
                initiator ? own : peer.ioCapability(),
                initiator ? peer.ioCapability() : own);
        boolean authenticates = model == AssociationModel.OUT_OF_BAND
                || model != AssociationModel.JUST_WORKS && options.rules() == Rules.CORE_5_4;
        int number = authenticates ? 3 : 2;
        boolean possible = options.legacy()
                && !options.secureConnectionsOnly()
                && peer.maximumKeySize() >= options.minimumKeySize()
                && number >= options.minimumLevel().number();
        var result = agreement(options, means, peer, initiator);
        assertThat(result.isPresent()).as("%s, %s, %s, %s", options, means, peer, initiator).isEqualTo(possible);
        result.ifPresent(agreement -> {
            assertThat(agreement.secureConnections()).isFalse();
            assertThat(agreement.model()).isEqualTo(model);
            assertThat(agreement.achieved())
                    .isEqualTo(new BondSecurity(model.method(), false, authenticates, peer.maximumKeySize()));
            assertThat(agreement.made().authenticated()).isEqualTo(model != AssociationModel.JUST_WORKS);
            int offered = peer.bonding() ? options.signing() ? 7 : 3 : 0;
            assertThat(agreement.initiatorKeys()).isEqualTo(offered);
            assertThat(agreement.responderKeys()).isEqualTo(offered);
            assertThat(agreement.makesBond()).isEqualTo(peer.bonding());
        });
        return possible;
    }

    private static Optional<Agreement> agreement(SecurityOptions options, Means means, Features peer, boolean initiator) {
        try {
            if (initiator) {
                var request = Negotiation.request(options, means, true);
                int keys = peer.bonding() ? request.initiatorKeys() : 0;
                var response = features(peer.ioCapability(), peer.oobDataFlag(), peer.authReq(), peer.maximumKeySize(), keys);
                return Optional.of(Negotiation.agree(request, response, options, means, true));
            }
            return Optional.of(
                    Negotiation.agree(peer, Negotiation.response(peer, options, means, true), options, means, false));
        } catch (Refusal refusal) {
            assertThat(refusal.getMessage()).contains(";");
            return Optional.empty();
        }
    }

    /** Our request is the same to every peer: the LTK is offered for the case that the peer knows LE legacy pairing only. */
    @Test
    void theLtkIsOfferedOnlyWhereLegacyPairingIsAllowed() {
        for (boolean allowed : new boolean[] {true, false}) {
            for (boolean only : new boolean[] {true, false}) {
                var options = SecurityOptions.DEFAULT.with(change -> change.legacy(allowed).secureConnectionsOnly(only));
                assertThat(Negotiation.request(options, Means.NONE, true).initiatorKeys()).isEqualTo(allowed && !only ? 3 : 2);
                assertThat(Negotiation.response(features(3, 0, 9, 16, 7), options, Means.NONE, true).initiatorKeys())
                        .as("in LE Secure Connections the LTK is made, not sent")
                        .isEqualTo(2);
            }
        }
    }
}
