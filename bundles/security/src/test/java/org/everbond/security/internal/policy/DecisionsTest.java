package org.everbond.security.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.SecurityLevel;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.Lookup;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.everbond.security.SecurityOptions;
import org.everbond.security.internal.pdu.AuthReq;
import org.everbond.security.internal.pdu.FailureReason;
import org.everbond.security.internal.pdu.Features;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Decisions against oracles written from the specification's rules, not from the tables of the code. */
class DecisionsTest {
    private static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16);

    // Vol 3, Part H, Table 2.8: a number is compared when both can show and say yes or no; else somebody types.

    static AssociationModel oracle(boolean oob, boolean mitm, int initiator, int responder) {
        if (oob) {
            return AssociationModel.OUT_OF_BAND;
        }
        if (!mitm || initiator == 3 || responder == 3) {
            return AssociationModel.JUST_WORKS;
        }
        if (showsAndConfirms(initiator) && showsAndConfirms(responder)) {
            return AssociationModel.NUMERIC_COMPARISON;
        }
        if (initiator == 2 && responder == 2) {
            return AssociationModel.BOTH_INPUT;
        }
        if (types(responder) && shows(initiator) && !(types(initiator) && responder == 4)) {
            return AssociationModel.INITIATOR_DISPLAYS;
        }
        return types(initiator) && shows(responder)
                ? AssociationModel.RESPONDER_DISPLAYS
                : AssociationModel.JUST_WORKS;
    }

    private static boolean shows(int io) {
        return io == 0 || io == 1 || io == 4;
    }

    private static boolean types(int io) {
        return io == 2 || io == 4;
    }

    private static boolean showsAndConfirms(int io) {
        return io == 1 || io == 4;
    }

    @Test
    void associationModelOfTable28() {
        int cells = 0;
        for (int initiator = 0; initiator < 5; initiator++) {
            for (int responder = 0; responder < 5; responder++) {
                for (int flags = 0; flags < 16; flags++) {
                    var first = features(initiator, flags & 1, (flags & 4) != 0);
                    var second = features(responder, flags >> 1 & 1, (flags & 8) != 0);
                    assertThat(AssociationModel.secureConnections(first, second))
                            .as("%s %s", first, second)
                            .isEqualTo(oracle((flags & 3) != 0, (flags & 12) != 0, initiator, responder));
                    cells++;
                }
            }
        }
        assertThat(cells).isEqualTo(400);
    }

    private static Features features(int io, int oob, boolean mitm) {
        return new Features(io, oob, AuthReq.SECURE_CONNECTIONS | (mitm ? AuthReq.MITM : 0), 16, 0, 0);
    }

    // Phase 1.

    private static final Means NOTHING = Means.NONE;
    private static final SecurityOptions SAFE = SecurityOptions.DEFAULT;

    private static SecurityOptions minimum(SecurityLevel level, int keySize) {
        return SAFE.with(options -> options.minimumLevel(level).minimumKeySize(keySize));
    }

    /** THREATS A12: all IO capabilities, AuthReq, OOB and key sizes of a peer against all our requirements, in both roles. */
    @Test
    void whatIsAgreedIsWhatWeRequireOrNothing() {
        int agreed = 0;
        int refused = 0;
        for (var level : List.of(SecurityLevel.NONE, SecurityLevel.ENCRYPTED, SecurityLevel.AUTHENTICATED, SecurityLevel.SECURE)) {
            for (var minimum : List.of(7, 16)) {
                for (int io = 0; io < 5; io++) {
                    for (int oob = 0; oob < 2; oob++) {
                        for (int authReq = 0; authReq < 64; authReq++) {
                            for (int keySize : new int[] {7, 15, 16}) {
                                for (boolean initiator : new boolean[] {true, false}) {
                                    var options = minimum(level, minimum);
                                    var peer = new Features(io, oob, authReq, keySize, 0x0f, 0x0f);
                                    boolean possible = (authReq & 8) != 0
                                            && keySize >= minimum
                                            && oob == 0
                                            && level.compareTo(SecurityLevel.ENCRYPTED) <= 0;
                                    var result = agreement(initiator, peer, options);
                                    assertThat(result.isPresent()).as("%s %s %s", level, minimum, peer).isEqualTo(possible);
                                    if (possible) {
                                        agreed++;
                                        var agreement = result.get();
                                        assertThat(agreement.achieved()).isEqualTo(new BondSecurity(
                                                PairingMethod.JUST_WORKS, true, false, keySize));
                                        assertThat(agreement.bonding()).isEqualTo((authReq & 3) == 1);
                                        assertThat(agreement.initiatorKeys() & ~2).isZero();
                                        assertThat(agreement.responderKeys() & ~2).isZero();
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
        assertThat(agreed).isGreaterThan(500);
        assertThat(refused).isGreaterThan(5000);
    }

    private static Optional<Agreement> agreement(boolean initiator, Features peer, SecurityOptions options) {
        try {
            if (initiator) {
                var response = new Features(
                        peer.ioCapability(), peer.oobDataFlag(), peer.authReq(), peer.maximumKeySize(), 2, 2);
                return Optional.of(Negotiation.agree(
                        Negotiation.request(options, NOTHING, true), response, options, NOTHING, true));
            }
            return Optional.of(Negotiation.agree(
                    peer, Negotiation.response(peer, options, NOTHING, true), options, NOTHING, false));
        } catch (Refusal refusal) {
            assertThat(refusal.getMessage()).contains(";");
            return Optional.empty();
        }
    }

    @Test
    void legacyPairingIsRefused() {
        var legacy = new Features(3, 0, AuthReq.BONDING, 16, 7, 7);
        assertThatThrownBy(() -> Negotiation.agree(
                        legacy, Negotiation.response(legacy, SAFE, NOTHING, true), SAFE, NOTHING, false))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(FailureReason.AUTHENTICATION_REQUIREMENTS));
    }

    @Test
    void aResponseMayNotDistributeWhatWasNotAskedFor() {
        var request = Negotiation.request(SAFE, NOTHING, true);
        assertThatThrownBy(() -> Negotiation.agree(request, new Features(3, 0, 9, 16, 3, 2), SAFE, NOTHING, true))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(FailureReason.INVALID_PARAMETERS));
    }

    /** THREATS A21: the LinkKey bit is never set, whatever the peer asks for. */
    @Test
    void theLinkKeyBitIsNeverSet() {
        for (int keys = 0; keys < 256; keys++) {
            var response = Negotiation.response(new Features(3, 0, 9, 16, keys, keys), SAFE, NOTHING, true);
            assertThat(response.initiatorKeys()).isEqualTo(keys & 2);
            assertThat(response.responderKeys()).isEqualTo(keys & 2);
        }
        assertThat(Negotiation.request(SAFE, NOTHING, true).responderKeys()).isEqualTo(2);
    }

    @Test
    void withoutBondingNoKeysAreDistributed() {
        var request = new Features(3, 0, AuthReq.SECURE_CONNECTIONS, 16, 7, 7);
        var response = Negotiation.response(request, SAFE, NOTHING, true);
        assertThat(response.bonding()).isFalse();
        assertThat(response.initiatorKeys() | response.responderKeys()).isZero();
        assertThat(Negotiation.request(SAFE, NOTHING, false).bonding()).isFalse();
    }

    // THREATS B2, P7.

    private static List<BondSecurity> all() {
        var all = new ArrayList<BondSecurity>();
        for (var method : PairingMethod.values()) {
            for (int bits = 0; bits < 4; bits++) {
                for (int size : new int[] {7, 15, 16}) {
                    all.add(new BondSecurity(method, (bits & 1) != 0, (bits & 2) != 0, size));
                }
            }
        }
        return all;
    }

    @Test
    void noWeakerPairingReplacesAStrongerBond() {
        int refused = 0;
        for (var old : all()) {
            for (var coming : all()) {
                boolean allowed = coming.keySize() >= old.keySize()
                        && (coming.secureConnections() || !old.secureConnections())
                        && (coming.authenticated() || !old.authenticated());
                var bond = Optional.of(bond(old));
                assertThat(isAllowed(bond, coming, SecurityOptions.Replace.SAME_OR_STRONGER)).isEqualTo(allowed);
                assertThat(isAllowed(bond, coming, SecurityOptions.Replace.NEVER)).isFalse();
                if (allowed) {
                    assertThat(coming.level()).isGreaterThanOrEqualTo(old.level());
                } else {
                    refused++;
                }
            }
        }
        assertThat(refused).isPositive();
        assertThat(isAllowed(Optional.empty(), JUST_WORKS, SecurityOptions.Replace.NEVER)).isTrue();
    }

    private static boolean isAllowed(Optional<Bond> bond, BondSecurity coming, SecurityOptions.Replace policy) {
        try {
            Replacement.check(bond, coming, policy, FailureReason.KEY_REJECTED);
            return true;
        } catch (Refusal refusal) {
            assertThat(refusal.reason()).isEqualTo(FailureReason.KEY_REJECTED);
            return false;
        }
    }

    private static Bond bond(BondSecurity security) {
        return new Bond(
                new BondId(new UUID(1, 2), 1), DeviceAddress.parse("C0:FF:EE:00:00:09/random"), security, false, "", 1, false);
    }

    // THREATS B5, B7, B8: one function says whether a stored key is good enough.

    @Test
    void aStoredKeyIsUsedOnlyForWhatItIs() {
        var ltk = Key.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
        var legacy = new BondSecurity(PairingMethod.UNKNOWN, false, false, 16);
        var sc = candidate(JUST_WORKS, ltk, 0, 0);
        assertThat(sc.isUsable()).isTrue();
        assertThat(sc.answers(0, 0)).isTrue();
        assertThat(sc.answers(1, 0)).isFalse();
        assertThat(sc.answers(0, 1)).isFalse();
        assertThat(candidate(JUST_WORKS, Key.ZERO, 0, 0).isUsable()).isFalse();
        assertThat(candidate(JUST_WORKS, null, 0, 0).isUsable()).isFalse();
        assertThat(candidate(JUST_WORKS, ltk, 5, 0).isUsable()).isFalse();
        assertThat(candidate(legacy, ltk, 5, 6).isUsable()).isTrue();
        // The stored LTK of a legacy bond is the peer's: it encrypts as central and answers nothing.
        assertThat(candidate(legacy, ltk, 5, 6).answers(6, 5)).isFalse();
        assertThat(candidate(legacy, ltk, 5, 6).answers(0, 0)).isFalse();
        // A key longer than the size that its bond says.
        var seven = new BondSecurity(PairingMethod.UNKNOWN, false, false, 7);
        assertThat(candidate(seven, ltk, 5, 6).isUsable()).isFalse();
        assertThat(candidate(seven, ltk.shortened(7), 5, 6).isUsable()).isTrue();
        assertThat(sc.toString()).doesNotContain("Key[");
    }

    private static Candidate candidate(BondSecurity security, Key ltk, int ediv, long rand) {
        return Candidate.present(bond(security), new BondKeys(ltk, ediv, rand, null, null, 0, null, 0));
    }

    // P11.

    @ParameterizedTest
    @EnumSource(Lookup.Result.class)
    void aNegativeReplyOnlyWhenNothingElseCanBeTrue(Lookup.Result looked) {
        for (boolean answers : new boolean[] {true, false}) {
            var answer = LongTermKeyAnswer.of(looked, answers);
            assertThat(answer == LongTermKeyAnswer.REFUSE).isEqualTo(looked == Lookup.Result.ABSENT);
            assertThat(answer == LongTermKeyAnswer.GIVE).isEqualTo(looked == Lookup.Result.FOUND && answers);
            assertThat(answer == LongTermKeyAnswer.HOLD).isEqualTo(looked == Lookup.Result.NOT_READY);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x06, PEER_FORGOT, ", "0x3d, KEYS_DIFFER, KEYS_DIFFER", "0x05, KEYS_DIFFER, SUSPECTED", "0x08, SUSPECTED, SUSPECTED",
        "0x22, SUSPECTED, SUSPECTED", "0x0c, , ", "0x13, , ", "0x16, , ", "0xff, , "
    })
    void whatAFailureSaysAboutTheBond(String code, Cause asStatus, Cause asReason) {
        assertThat(LossCause.ofStatus(Integer.decode(code))).isEqualTo(Optional.ofNullable(asStatus));
        assertThat(LossCause.ofDisconnection(Integer.decode(code))).isEqualTo(Optional.ofNullable(asReason));
    }

    @Test
    void everyLossIsExplainedWithACure() {
        for (var cause : Cause.values()) {
            assertThat(LossCause.explanation(cause)).contains("pair");
        }
        assertThatCode(() -> FailureReason.sentence(-1)).doesNotThrowAnyException();
    }
}
