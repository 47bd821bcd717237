package org.everbond.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.everbond.security.Pair.NUMERIC;
import static org.everbond.security.Pair.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.bonds.keys.LocalKeys;
import org.everbond.bonds.keys.PreviousLtk;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.RandomAddress;
import org.everbond.host.Role;
import org.everbond.security.SecurityEvent.BondLost;
import org.everbond.security.SecurityEvent.BondLost.Cause;
import org.junit.jupiter.api.Test;

/** Stored keys of LE legacy pairing: whose key answers which EDIV and Rand, from which address, in which state of the store. */
class LegacyKeyTest {
    private static final BondSecurity JUST_WORKS = new BondSecurity(PairingMethod.JUST_WORKS, false, false, 16);
    private static final BondSecurity ADOPTED = new BondSecurity(PairingMethod.UNKNOWN, false, false, 16);
    private static final Key PEERS_LTK = LegacyTester.LTK;
    private static final Key SC_LTK = LegacyTester.key(0x10);
    private static final Key IRK = LegacyTester.IRK;
    private static final DeviceAddress OTHER = DeviceAddress.parse("C0:FF:EE:00:00:03/random");

    /** What the store holds of the peer. */
    enum Store {
        EMPTY,
        FORGOTTEN,
        NOT_READY,
        SET_ASIDE,
        SECURE_CONNECTIONS,
        LEGACY,
        LEGACY_WITHOUT_OUR_KEY,
        LEGACY_REPLACED,
        SECURE_CONNECTIONS_OVER_LEGACY,
        OF_ANOTHER_STACK
    }

    /** What the central asks for. */
    enum Asked {
        NOTHING_NAMED,
        FIRST,
        SECOND,
        OF_ANOTHER_BOND,
        WHAT_THE_PEER_DISTRIBUTED,
        MADE_UP,
        FIRST_WITH_ANOTHER_EDIV,
        FIRST_WITH_ANOTHER_RAND,
        OF_AN_IMPOSSIBLE_SIZE
    }

    enum From {
        IDENTITY,
        PRIVATE_ADDRESS,
        UNKNOWN_PRIVATE_ADDRESS,
        UNKNOWN_STATIC_ADDRESS
    }

    private final Pair pair = new Pair();
    private final MemoryBonds bonds = pair.peripheral.bonds;
    private final LocalKeys local = bonds.local().orElseThrow();
    private final LegacyName first = local.legacyName(1, 0x1111_1111_1111_1100L, 16, false);
    private final LegacyName second = local.legacyName(2, 0x2222_2222_2222_2200L, 16, false);
    private final LegacyName others = local.legacyName(3, 0x3333_3333_3333_3300L, 16, false);

    private static BondKeys keys(LegacyName legacy) {
        return new BondKeys(PEERS_LTK, LegacyTester.EDIV, LegacyTester.RAND, IRK, null, 0, null, 0, legacy);
    }

    private PreviousLtk previous() {
        return new PreviousLtk(PEERS_LTK, LegacyTester.EDIV, LegacyTester.RAND, JUST_WORKS, first);
    }

    private void fill(Store store) {
        var peer = pair.central.identity;
        bonds.put(OTHER, JUST_WORKS, new BondKeys(PEERS_LTK, 9, 9, null, null, 0, null, 0, others));
        switch (store) {
            case EMPTY -> {}
            case FORGOTTEN -> bonds.forget(bonds.put(peer, JUST_WORKS, keys(first)).id());
            case NOT_READY -> {
                bonds.put(peer, JUST_WORKS, keys(first));
                bonds.ready(false);
            }
            case SET_ASIDE -> bonds.setAside(true);
            case SECURE_CONNECTIONS -> bonds.put(peer, NUMERIC, BondKeys.secureConnections(SC_LTK, IRK));
            case LEGACY -> bonds.put(peer, JUST_WORKS, keys(first));
            case LEGACY_WITHOUT_OUR_KEY -> bonds.put(peer, JUST_WORKS, keys(null));
            case LEGACY_REPLACED -> bonds.putPrevious(bonds.put(peer, JUST_WORKS, keys(second)).id(), previous());
            case SECURE_CONNECTIONS_OVER_LEGACY ->
                bonds.putPrevious(bonds.put(peer, NUMERIC, BondKeys.secureConnections(SC_LTK, IRK)).id(), previous());
            case OF_ANOTHER_STACK -> bonds.put(peer, ADOPTED, keys(null));
        }
    }

    private LegacyName name(Asked asked) {
        return switch (asked) {
            case NOTHING_NAMED -> new LegacyName(0, 0);
            case FIRST -> first;
            case SECOND -> second;
            case OF_ANOTHER_BOND -> others;
            case WHAT_THE_PEER_DISTRIBUTED -> new LegacyName(LegacyTester.EDIV, LegacyTester.RAND);
            case MADE_UP -> new LegacyName(0xabcd, 0x4444_4444_4444_444fL);
            case FIRST_WITH_ANOTHER_EDIV -> new LegacyName(first.ediv() ^ 1, first.rand());
            case FIRST_WITH_ANOTHER_RAND -> new LegacyName(first.ediv(), first.rand() ^ 0x100);
            case OF_AN_IMPOSSIBLE_SIZE -> new LegacyName(first.ediv(), first.rand() & ~0x0f | 5);
        };
    }

    private DeviceAddress address(From from) {
        return switch (from) {
            case IDENTITY -> pair.central.identity;
            case PRIVATE_ADDRESS -> RandomAddress.resolvable(IRK, 12345);
            case UNKNOWN_PRIVATE_ADDRESS -> RandomAddress.resolvable(LegacyTester.key(1), 12345);
            case UNKNOWN_STATIC_ADDRESS -> DeviceAddress.parse("C0:FF:EE:00:00:99/random");
        };
    }

    /** Which names a bond of the peer answers, whatever else there is: written from Vol 3, Part H, 2.4.4 and THREATS B7, B8. */
    private static final Map<Store, Set<Asked>> ANSWERS = Map.of(
            Store.SECURE_CONNECTIONS, Set.of(Asked.NOTHING_NAMED),
            Store.LEGACY, Set.of(Asked.FIRST),
            Store.LEGACY_WITHOUT_OUR_KEY, Set.of(),
            Store.LEGACY_REPLACED, Set.of(Asked.FIRST, Asked.SECOND),
            Store.SECURE_CONNECTIONS_OVER_LEGACY, Set.of(Asked.NOTHING_NAMED, Asked.FIRST),
            // Whatever the other stack may have distributed: a key is derived, and only the peer that has it can encrypt with it.
            // But for a name of nine octets, since the pairing had a key of sixteen.
            Store.OF_ANOTHER_STACK,
                    Set.of(
                            Asked.FIRST, Asked.SECOND, Asked.MADE_UP, Asked.FIRST_WITH_ANOTHER_EDIV, Asked.FIRST_WITH_ANOTHER_RAND));

    private static String oracle(Store store, Asked asked, From from) {
        if (store == Store.NOT_READY) {
            return "held";
        }
        boolean known = from == From.IDENTITY || from == From.PRIVATE_ADDRESS;
        var answers = ANSWERS.get(store);
        if (known && answers != null) {
            return answers.contains(asked) ? "key" : "closed";
        }
        // The address tells nothing: the name does, if it is of a bond that made it.
        boolean ofPeer = answers != null && store != Store.OF_ANOTHER_STACK && asked != Asked.NOTHING_NAMED && answers.contains(asked);
        if (ofPeer || asked == Asked.OF_ANOTHER_BOND) {
            return "key";
        }
        return store == Store.SET_ASIDE ? "closed" : "refused";
    }

    /** P11, THREATS B7 and B8: LTK request × store × name × address. */
    @Test
    void ltkRequestInEveryStateOfTheStoreForEveryNameFromEveryAddress() {
        var counts = new TreeMap<String, Integer>();
        for (var store : Store.values()) {
            for (var asked : Asked.values()) {
                for (var from : From.values()) {
                    var outcome = new LegacyKeyTest().outcome(store, asked, from);
                    var cell = store + ", " + asked + ", from " + from;
                    assertThat(outcome).as(cell).isEqualTo(oracle(store, asked, from));
                    counts.merge(outcome, 1, Integer::sum);
                }
            }
        }
        System.out.println("LTK requests by store, EDIV and Rand, and address: " + counts);
        assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(10 * 9 * 4);
        assertThat(counts).containsOnlyKeys("closed", "held", "key", "refused");
    }

    private String outcome(Store store, Asked asked, From from) {
        fill(store);
        Tester.in(pair.central);
        pair.run();
        var name = name(asked);
        var wire = Wire.connect(address(from), pair);
        var expected = asked == Asked.NOTHING_NAMED ? SC_LTK : name.isPossible() ? local.ltk(name) : Key.ZERO;
        wire.central.encrypt(expected, name.rand(), name.ediv());
        pair.run();
        if (!wire.peripheral.keys.isEmpty()) {
            assertThat(wire.peripheral.keys).containsExactly(expected);
            assertThat(wire.peripheral.link().security()).isPresent();
            assertThat(wire.peripheral.link().bond()).isPresent();
            return "key";
        }
        if (wire.peripheral.refused) {
            return "refused";
        }
        return wire.isOpen() ? "held" : "closed";
    }

    @Test
    void aBondOfAnotherStackLearnsItsNameFromTheFirstThatEncrypts() {
        var bond = bonds.put(pair.central.identity, ADOPTED, keys(null));
        // Who does not know the key teaches nothing.
        var wire = asks(Key.of(new byte[16]), second);
        assertThat(wire.isOpen()).isFalse();
        assertThat(bonds.keys(bond.id()).orElseThrow().legacy()).isNull();
        assertThat(asks(local.ltk(first), first).peripheral.link().security()).isPresent();
        assertThat(bonds.keys(bond.id()).orElseThrow().legacy()).isEqualTo(first);
        // From now on it is the only one.
        assertThat(asks(local.ltk(second), second).peripheral.keys).isEmpty();
        assertThat(asks(local.ltk(first), first).peripheral.link().security()).contains(ADOPTED);
    }

    /**
     * A stranger at the address of such a bond: whatever it names and however encryption ends, what is stored stays as it is, to the last
     * field. Learning waits for the word of the controller that the key was the right one.
     */
    @Test
    void aStrangerTeachesABondOfAnotherStackNothing() {
        var bond = bonds.put(pair.central.identity, ADOPTED, keys(null));
        var foreign = new LegacyName(first.ediv() ^ 1, first.rand());
        var ofAnotherTime = new LegacyName(first.ediv(), first.rand() ^ 0x100);
        var shorter = local.legacyName(1, 0x1111_1111_1111_1100L, 7, false);
        for (var name : List.of(first, second, foreign, ofAnotherTime, shorter)) {
            for (var guess : List.of(Key.ZERO, PEERS_LTK, SC_LTK)) {
                var wire = asks(guess, name);
                assertThat(wire.isOpen()).isFalse();
                assertUntaught(bond, wire);
            }
        }
        // With the right key, but the link is lost before the controller has said so.
        var lost = waits(first);
        lost.lose(0x08, 0x08);
        pair.run();
        assertUntaught(bond, lost);
        // Or the controller says that it failed, or something about another link's key, or nothing at all.
        for (int status : new int[] {0x05, 0x06, 0x3d, 0x1f}) {
            var failed = waits(first);
            failed.encryptionChanged(Role.PERIPHERAL, status, false);
            pair.run();
            assertUntaught(bond, failed);
        }
        var silent = waits(first);
        pair.advance(Duration.ofMinutes(1));
        assertUntaught(bond, silent);
        var unasked = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
        unasked.encryptionChanged(Role.PERIPHERAL, 0, true);
        pair.run();
        assertUntaught(bond, unasked);
        // A key of another size than the pairing had is not even given, although it is one of ours.
        assertThat(asks(local.ltk(shorter), shorter).peripheral.keys).isEmpty();
        assertUntaught(bond, unasked);
        // The peer itself.
        assertThat(asks(local.ltk(first), first).peripheral.link().security()).isPresent();
        assertThat(bonds.keys(bond.id()).orElseThrow().legacy()).isEqualTo(first);
    }

    private void assertUntaught(Bond bond, Wire wire) {
        assertThat(bonds.keys(bond.id())).contains(keys(null));
        assertThat(bonds.list()).containsExactly(bond);
        assertThat(bonds.commits).isZero();
        assertThat(wire.peripheral.link().security()).isEmpty();
    }

    /** The peripheral has given the key, and nothing has come of it yet. */
    private Wire waits(LegacyName name) {
        var wire = asks(null, null);
        pair.peripheral.ports.port.longTermKeyRequested(wire.peripheral, name.rand(), name.ediv());
        pair.run();
        assertThat(wire.isOpen()).isTrue();
        return wire;
    }

    /** What Rand says of the key, which whoever changes it cannot compute the key of. */
    @Test
    void aBondOfAnotherStackHasTheLevelThatItsNameTells() {
        bonds.put(pair.central.identity, ADOPTED, new BondKeys(null, 0, 0, null, null, 0, null, 0));
        for (var rules : SecurityOptions.Rules.values()) {
            pair.peripheral.security.options(LegacyTester.allowing().with(options -> options.rules(rules)));
            var name = local.legacyName(9, 99, 10, true);
            var security = asks(local.ltk(name), name).peripheral.link().security();
            boolean counts = rules == SecurityOptions.Rules.CORE_5_4;
            assertThat(security).contains(new BondSecurity(PairingMethod.UNKNOWN, false, counts, 10));
        }
    }

    private Wire asks(Key ltk, LegacyName name) {
        Tester.in(pair.central);
        pair.run();
        var wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.run();
        if (name != null) {
            wire.central.encrypt(ltk, name.rand(), name.ediv());
            pair.run();
        }
        return wire;
    }

    @Test
    void aKeyThatWasNamedAndFailsIsNotReplacedByAnother() {
        bonds.putPrevious(bonds.put(pair.central.identity, JUST_WORKS, keys(second)).id(), previous());
        for (int attempt = 0; attempt < 3; attempt++) {
            var wire = asks(SC_LTK, second);
            assertThat(wire.peripheral.keys).containsExactly(local.ltk(second));
            assertThat(pair.peripheral.heard(BondLost.class)).hasSize(attempt + 1);
        }
        assertThat(pair.peripheral.heard(BondLost.class)).allMatch(lost -> lost.cause() == Cause.KEYS_DIFFER);
        // The central that missed the end of the last pairing goes on with the key before.
        assertThat(asks(local.ltk(first), first).peripheral.link().security()).contains(JUST_WORKS);
        assertThat(bonds.previousLtk(bonds.list().get(0).id())).isPresent();
        assertThat(asks(local.ltk(second), second).peripheral.link().security()).contains(JUST_WORKS);
        assertThat(bonds.previousLtk(bonds.list().get(0).id())).as("the new one works").isEmpty();
        assertThat(asks(local.ltk(first), first).peripheral.keys).isEmpty();
    }

    @Test
    void theCentralTriesThePeersKeyBeforeIfThePeerForgotTheNewOne() {
        var bond = pair.central.bonds.put(
                pair.peripheral.identity, JUST_WORKS, new BondKeys(SC_LTK, 7, 7, null, null, 0, null, 0));
        pair.central.bonds.putPrevious(bond.id(), previous());
        var tester = Tester.in(pair.peripheral);
        tester.answersKeyRequests = false;
        pair.run();
        var wire = new Wire(pair.central, pair.peripheral, pair.central.identity, pair.peripheral.identity);
        pair.central.security.encrypt(wire.central);
        pair.run();
        wire.peripheral.refuseLongTermKey();
        pair.run();
        assertThat(wire.central.keys).containsExactly(SC_LTK);
        assertThat(pair.central.heard(BondLost.class)).isEmpty();
        tester.answersKeyRequests = true;
        tester.ltk = PEERS_LTK;
        pair.central.security.encrypt(wire.central);
        pair.run();
        assertThat(wire.central.keys).containsExactly(SC_LTK, PEERS_LTK);
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    /** The peripheral missed the end of the last pairing, does not know the new key and must not say that it has none. */
    @Test
    void theCentralTriesThePeersKeyBeforeIfThePeerEndsTheLinkForTheNewOne() {
        assertTriesTheKeyBeforeIfThePeerEndsTheLinkFor(
                new BondKeys(local.ltk(second), second.ediv(), second.rand(), null, null, 0, null, 0));
    }

    /** The same, where the new key has no name: the peripheral, which has a legacy bond, is asked for one of another kind. */
    @Test
    void theCentralTriesThePeersKeyBeforeIfThePeerKeptTheLegacyBondThatSecureConnectionsReplaced() {
        assertTriesTheKeyBeforeIfThePeerEndsTheLinkFor(BondKeys.secureConnections(SC_LTK, null));
    }

    private void assertTriesTheKeyBeforeIfThePeerEndsTheLinkFor(BondKeys replacement) {
        bonds.put(pair.central.identity, JUST_WORKS, keys(first));
        var bond = pair.central.bonds.put(pair.peripheral.identity, JUST_WORKS, replacement);
        pair.central.bonds.putPrevious(
                bond.id(), new PreviousLtk(local.ltk(first), first.ediv(), first.rand(), JUST_WORKS, null));
        var refused = pair.connect();
        pair.central.security.encrypt(refused.central);
        pair.run();
        assertThat(refused.isOpen()).isFalse();
        for (int again = 0; again < 2; again++) {
            // The new one has another chance in between, for what only looked like it.
            var links = new ArrayList<Wire>();
            while (links.isEmpty() || links.size() < 2 && !links.get(0).isOpen()) {
                links.add(pair.connect());
                pair.central.security.encrypt(links.get(links.size() - 1).central);
                pair.run();
            }
            assertThat(links.get(links.size() - 1).central.link().security()).contains(JUST_WORKS);
        }
        assertThat(pair.central.heard(BondLost.class)).isEmpty();
        assertThat(pair.central.bonds.previousLtk(bond.id())).isPresent();
    }

    @Test
    void withoutAKeyForTheRoleASentenceSaysSo() {
        var ours = new BondKeys(null, 0, 0, null, null, 0, null, 0, pair.central.bonds.local().orElseThrow().legacyName(1, 1, 16, false));
        pair.central.bonds.put(pair.peripheral.identity, JUST_WORKS, ours);
        bonds.put(pair.central.identity, JUST_WORKS, keys(null));
        var wire = pair.connect();
        assertFails(pair.central.security.encrypt(wire.central), "no key to encrypt with as central");
        assertFails(pair.peripheral.security.encrypt(wire.peripheral), "no key to encrypt with as peripheral");
    }

    @Test
    void thePeripheralAsksForSecurityIfItsKeyCanAnswer() {
        bonds.put(pair.central.identity, JUST_WORKS, new BondKeys(null, 0, 0, null, null, 0, null, 0, first));
        pair.central.bonds.put(
                pair.peripheral.identity, JUST_WORKS, new BondKeys(local.ltk(first), first.ediv(), first.rand(), null, null, 0, null, 0));
        var wire = pair.connect();
        var encrypted = pair.peripheral.security.encrypt(wire.peripheral);
        pair.run();
        assertThat(encrypted.toCompletableFuture()).isCompleted();
        assertThat(wire.central.link().security()).contains(JUST_WORKS);
    }

    /** In Secure Connections Only Mode no legacy key is good enough; and no peer is told that its bond is dead. */
    @Test
    void secureConnectionsOnlyModeClosesTheLink() {
        bonds.put(pair.central.identity, JUST_WORKS, keys(first));
        pair.peripheral.security.options(LegacyTester.allowing().with(options -> options.secureConnectionsOnly(true)));
        for (var from : From.values()) {
            Tester.in(pair.central);
            pair.run();
            var wire = Wire.connect(address(from), pair);
            wire.central.encrypt(local.ltk(first), first.rand(), first.ediv());
            pair.run();
            assertThat(wire.peripheral.keys).isEmpty();
            assertThat(wire.peripheral.refused).isFalse();
            assertThat(wire.isOpen()).isFalse();
        }
        assertThat(pair.peripheral.heard(SecurityEvent.EncryptionRefused.class))
                .hasSize(From.values().length)
                .allSatisfy(refused -> {
                    assertThat(refused.bond()).contains(bonds.list().get(0));
                    assertThat(refused.explanation()).contains("Secure Connections Only Mode");
                });
    }
}
