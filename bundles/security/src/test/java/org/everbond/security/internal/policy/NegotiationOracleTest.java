package org.everbond.security.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.crypto.DeviceAddress;
import org.everbond.security.IoCapability;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.pdu.AuthReq;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Features;
import org.junit.jupiter.api.Test;

/**
 * THREATS A11, A12: every IO capability × OOB × MITM × SC × bonding × key size of a peer, against everything that may be at hand and
 * asked for here, beside every kind of bond, in both roles; judged by an oracle written from Vol 3, Part H, 2.3.5.1 and Part C, 10.2.
 */
class NegotiationOracleTest {
    /** Here: what is at hand, what is asked for, and the bond that is there already. */
    private record Here(Means means, SecurityOptions options, boolean bonding, Optional<BondSecurity> bond) {
        /** Secure Connections Only Mode asks for level 4 whatever else is configured (Part C, 10.2.4). */
        int level() {
            return options.secureConnectionsOnly() ? 4 : options.minimumLevel().number();
        }

        boolean asksForMitm() {
            return level() >= 3 || means.ioCapability().value() != 3 || means.peerOob();
        }
    }

    private long agreed;
    private long refused;

    @Test
    void whatBothSidesOfferLeadsToWhatTheSpecificationSays() {
        for (var here : everythingHere()) {
            for (var peer : everyPeer()) {
                for (boolean initiator : new boolean[] {true, false}) {
                    check(here, peer, initiator);
                }
            }
        }
        System.out.println("negotiation: " + (agreed + refused) + " cases, " + agreed + " agreed, " + refused + " refused");
        assertThat(agreed).isGreaterThan(100_000);
        assertThat(refused).isGreaterThan(100_000);
    }

    private static List<Here> everythingHere() {
        var all = new java.util.ArrayList<Here>();
        for (var io : IoCapability.values()) {
            for (int oob = 0; oob < 4; oob++) {
                var means = new Means(io, false, (oob & 1) != 0, (oob & 2) != 0);
                for (var level : SecurityLevel.values()) {
                    for (int bits = 0; bits < 8; bits++) {
                        boolean only = (bits & 1) != 0;
                        int keySize = (bits & 2) != 0 ? 7 : 16;
                        var options = SecurityOptions.DEFAULT.with(change -> change.minimumLevel(level)
                                .secureConnectionsOnly(only)
                                .minimumKeySize(keySize));
                        for (var bond : bonds()) {
                            all.add(new Here(means, options, (bits & 4) != 0, bond));
                        }
                    }
                }
            }
        }
        return all;
    }

    private static List<Optional<BondSecurity>> bonds() {
        return List.of(
                Optional.empty(),
                Optional.of(new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16)),
                Optional.of(new BondSecurity(PairingMethod.UNKNOWN, false, false, 7)),
                Optional.of(new BondSecurity(PairingMethod.PASSKEY_ENTRY, false, true, 16)),
                Optional.of(new BondSecurity(PairingMethod.NUMERIC_COMPARISON, true, true, 16)));
    }

    private static List<Features> everyPeer() {
        var all = new java.util.ArrayList<Features>();
        for (int io = 0; io < 5; io++) {
            for (int bits = 0; bits < 32; bits++) {
                int authReq = ((bits & 2) != 0 ? AuthReq.MITM : 0)
                        | ((bits & 4) != 0 ? AuthReq.SECURE_CONNECTIONS : 0)
                        | ((bits & 8) != 0 ? AuthReq.BONDING : 0);
                all.add(new Features(io, bits & 1, authReq, (bits & 16) != 0 ? 7 : 16, 2, 2));
            }
        }
        return all;
    }

    private void check(Here here, Features peer, boolean initiator) {
        var own = initiator
                ? Negotiation.request(here.options(), here.means(), here.bonding())
                : Negotiation.response(peer, here.options(), here.means(), here.bonding());
        var answer = initiator ? new Features(
                peer.ioCapability(), peer.oobDataFlag(), peer.authReq(), peer.maximumKeySize(),
                own.initiatorKeys(), own.responderKeys()) : own;
        var request = initiator ? own : peer;

        // Our own features say what we have and want, whatever the peer said. Out of band data is of one kind of pairing only.
        boolean asks = peer.secureConnections() || initiator
                ? here.asksForMitm()
                : here.level() >= 3 || here.means().ioCapability() != IoCapability.NO_INPUT_NO_OUTPUT;
        boolean right = own.ioCapability() == here.means().ioCapability().value()
                && own.mitm() == asks
                && own.secureConnections()
                && own.bonding() == (here.bonding() && (initiator || peer.bonding()))
                && (own.authReq() & 0xe0) == 0;
        var expected = expected(here, peer, initiator);
        var reasons = reasons(here, peer, expected);
        try {
            var agreement = Negotiation.agree(request, answer, here.options(), here.means(), initiator);
            Replacement.check(
                    here.bond().map(NegotiationOracleTest::bond), agreement.achieved(), here.options().replace(),
                    FailureReason.KEY_REJECTED);
            right &= reasons.isEmpty()
                    && agreement.achieved().equals(expected)
                    && agreement.achieved().level().number() >= here.level()
                    && agreement.bonding() == (here.bonding() && peer.bonding());
            agreed++;
        } catch (Refusal refusal) {
            right &= reasons.contains(refusal.reason()) && refusal.getMessage().contains(";");
            refused++;
        }
        // AssertJ would cost more than all the rest.
        if (!right) {
            throw new AssertionError(here + " " + peer + " initiator " + initiator + ", ours " + own + ", expected " + expected
                    + " or one of " + reasons);
        }
    }

    /** What the method that runs achieves, if both can do LE Secure Connections. */
    private static BondSecurity expected(Here here, Features peer, boolean initiator) {
        boolean oob = here.means().peerOob() || peer.oob();
        boolean mitm = here.asksForMitm() || peer.mitm();
        int own = here.means().ioCapability().value();
        var model = DecisionsTest.oracle(
                oob, mitm, initiator ? own : peer.ioCapability(), initiator ? peer.ioCapability() : own);
        var method = switch (model) {
            case JUST_WORKS -> PairingMethod.JUST_WORKS;
            case NUMERIC_COMPARISON -> PairingMethod.NUMERIC_COMPARISON;
            case INITIATOR_DISPLAYS, RESPONDER_DISPLAYS, BOTH_INPUT -> PairingMethod.PASSKEY_ENTRY;
            case OUT_OF_BAND -> PairingMethod.OUT_OF_BAND;
        };
        return new BondSecurity(method, true, method != PairingMethod.JUST_WORKS, peer.maximumKeySize());
    }

    /** Every reason there is to refuse; which of several is given does not matter. */
    private static Set<FailureReason> reasons(Here here, Features peer, BondSecurity expected) {
        var reasons = EnumSet.noneOf(FailureReason.class);
        if (!peer.secureConnections()) {
            reasons.add(FailureReason.AUTHENTICATION_REQUIREMENTS);
        }
        if (peer.maximumKeySize() < (here.level() == 4 ? 16 : here.options().minimumKeySize())) {
            reasons.add(FailureReason.ENCRYPTION_KEY_SIZE);
        }
        if (peer.oob() && !here.means().ownOob()) {
            reasons.add(FailureReason.OOB_NOT_AVAILABLE);
        }
        // Part C, 10.2.1: 2 without, 3 with protection against a man in the middle, 4 with 128 bits of strength as well.
        int level = !expected.authenticated() ? 2 : expected.keySize() == 16 ? 4 : 3;
        if (level < here.level()) {
            reasons.add(FailureReason.AUTHENTICATION_REQUIREMENTS);
        }
        here.bond().ifPresent(bond -> {
            if (bond.authenticated() && !expected.authenticated() || bond.keySize() > expected.keySize()) {
                reasons.add(FailureReason.KEY_REJECTED);
            }
        });
        return reasons;
    }

    private static Bond bond(BondSecurity security) {
        return new Bond(
                new BondId(new UUID(1, 2), 1), DeviceAddress.parse("C0:FF:EE:00:00:09/random"), security, false, "", 1, false);
    }
}
