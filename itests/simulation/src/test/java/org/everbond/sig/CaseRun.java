package org.everbond.sig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.everbond.adapter.Adapter;
import org.everbond.adapter.AdapterEvent;
import org.everbond.adapter.Link;
import org.everbond.adapter.internal.UnderTest;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.crypto.Toolbox;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.host.Advertising;
import org.everbond.security.IoCapability;
import org.everbond.security.OobData;
import org.everbond.sig.CaseTable.Row;
import org.everbond.sig.CaseTable.Step;

/**
 * Plays one row of the table: an IUT, a lower tester, and nobody else on the air, in simulated time.
 *
 * <pre>
 * iut central|peripheral option=value ...   our role and configuration
 * user CAPABILITY                           of the IUT's user
 * &lt; 02 03 .. 09                             the IUT sends this next (.. any octet), or a PDU by its name, see {@link TesterPdus}
 * &gt; 01 03 00 09 10 03 03                    the tester sends this, or a PDU by its name
 * &lt; nothing for 5 s
 * ! ...                                     the application hears this next of pairings
 * = ...                                     this is in the store
 * </pre>
 *
 * and actions in words, see {@link #act}. At the end nothing may be left that was not expected, and the store has to hold the same
 * after a kill.
 */
final class CaseRun {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SETTLE = Duration.ofMillis(500);

    final SimulatedLoop world = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(world);
    final UnderTest iut = new UnderTest(world, air);
    final LowerTester tester = new LowerTester(world, air.controller());
    final TestUser user = new TestUser();
    private final SignedService service = new SignedService();
    private final Row row;
    private boolean central;
    Calculations pairing;
    private final TesterPdus pdus;
    private final StoreView store = new StoreView(this);
    private int heard;
    private int written;
    /** Every Random that the IUT has sent: none may come twice. */
    private final Set<String> randoms = new HashSet<>();

    private final Set<Integer> passkeys = new HashSet<>();
    private CompletionStage<?> asked;
    private P256 next = P256.generate();
    /** What the out of band data of the tester or of the IUT says, for the pairings to come. */
    private Key temporaryKey = Key.ZERO;

    private byte[] oobRandom = new byte[16];
    private OobData iutOob;
    private boolean testerHasOob;
    /** What the tester's user will type or show; -1 for nothing. */
    private int passkey = -1;

    CaseRun(Row row) {
        this.row = row;
        this.pdus = new TesterPdus(this);
    }

    void play() {
        var now = new AtomicReference<Step>();
        try {
            for (var step : row.steps()) {
                now.set(step);
                take(step.words());
            }
            nothingLeft();
            store.survives();
            same(List.of(), iut.broken());
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(row + "\n  line " + now.get().line() + ": " + now.get().words() + "\n  " + e.getMessage(), e);
        } finally {
            if (iut.isAlive()) {
                iut.kill();
            }
        }
    }

    private void take(String words) {
        var rest = words.substring(Math.min(2, words.length()));
        switch (words.charAt(0)) {
            case '<' -> expect(rest);
            case '>' -> pdus.send(rest);
            case '!' -> event(rest);
            case '=' -> store.check(rest);
            default -> act(words);
        }
    }

    // What the IUT sends.

    private void expect(String what) {
        if (what.startsWith("nothing")) {
            var time = what.equals("nothing") ? Duration.ofSeconds(1) : time(what.substring("nothing for ".length()));
            world.advance(time);
            tester.next(LowerTester.SMP, Duration.ZERO).ifPresent(pdu -> fail("the IUT sends " + hex(pdu)));
            return;
        }
        int channel = what.startsWith("att ") ? LowerTester.ATT : LowerTester.SMP;
        var pdu = tester.next(channel, PATIENCE)
                .orElseThrow(() -> new AssertionError("the IUT sends nothing; the application heard " + events()));
        pdus.take(what, pdu);
    }

    void random(byte[] value) {
        if (!randoms.add(hex(value))) {
            fail("the IUT has sent this Random before");
        }
    }

    // What the application hears.

    private List<String> events() {
        return iut.events().stream().filter(CaseRun::tellsOfPairing).skip(heard).map(CaseRun::words).toList();
    }

    private static boolean tellsOfPairing(AdapterEvent event) {
        return event instanceof AdapterEvent.Paired || event instanceof AdapterEvent.PairingFailed
                || event instanceof AdapterEvent.BondLost;
    }

    private void event(String what) {
        if (what.equals("nothing")) {
            world.advance(SETTLE);
            if (!events().isEmpty()) {
                fail("the application heard " + events());
            }
            return;
        }
        if (what.equals("nothing written")) {
            world.advance(SETTLE);
            same(written, service.written.size());
            return;
        }
        if (what.startsWith("encrypted ")) {
            var words = what.substring("encrypted ".length());
            tester.await(() -> iut.events().stream().anyMatch(event -> event instanceof AdapterEvent.EncryptionChanged), "encryption");
            world.advance(SETTLE);
            same(words, link().status().security().map(StoreView::words).orElse("not"));
            return;
        }
        if (what.startsWith("written ")) {
            world.runUntil(() -> service.written.size() > written, PATIENCE);
            same(what.substring("written ".length()), String.join(" ", service.written.subList(written, service.written.size())));
            written = service.written.size();
            return;
        }
        if (!world.runUntil(() -> !events().isEmpty(), PATIENCE)) {
            fail("the application hears nothing");
        }
        var next = events().get(0);
        heard++;
        same(what, next);
    }

    private static String words(AdapterEvent event) {
        if (event instanceof AdapterEvent.Paired paired) {
            return "paired " + StoreView.words(paired.result().security()) + " "
                    + paired.result().bonding().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
        if (event instanceof AdapterEvent.PairingFailed failed) {
            return String.format("failed %02x by %s", failed.reason(), failed.byPeer() ? "peer" : "us");
        }
        return "lost " + ((AdapterEvent.BondLost) event).cause();
    }

    private void nothingLeft() {
        world.advance(SETTLE);
        if (tester.isConnected()) {
            tester.next(LowerTester.SMP, SETTLE).ifPresent(pdu -> fail("and then the IUT sends " + hex(pdu)));
        }
        if (!events().isEmpty()) {
            fail("and then the application hears " + events());
        }
        if (service.written.size() != written) {
            fail("and then is written " + service.written);
        }
    }

    // Actions.

    private void act(String words) {
        var parts = words.split(" ");
        switch (parts[0]) {
            case "iut" -> {
                switch (parts[1]) {
                    case "pairs" -> asked = on(link().pair());
                    case "encrypts" -> asked = on(link().encrypt());
                    case "writes" -> asked = on(link().gatt().writeSigned(SignedService.VALUE_HANDLE, HexFormat.of().parseHex(parts[3])));
                    case "is" -> become(words.substring("iut is ".length()));
                    case "makes" -> iutOob = done(iut.adapter().createOobData());
                    case "restarts" -> restart();
                    default -> configure(parts);
                }
            }
            case "user" -> user(words.substring(5));
            case "tester" -> testerDoes(words.substring(7));
            case "both" -> {
                passkey = Integer.parseInt(parts[2]);
                user.types = Optional.of(passkey);
            }
            case "connect" -> connect();
            case "disconnect" -> {
                tester.disconnect();
                tester.await(() -> iut.adapter().links().isEmpty(), "the end of the IUT's link");
            }
            case "encryption" -> encrypt(words.substring("encryption with ".length()));
            case "wait" -> world.advance(time(words.substring(5)));
            case "link" -> tester.await(() -> !tester.isConnected(), "the end of the link");
            default -> throw new IllegalArgumentException("no such step");
        }
    }

    private void configure(String[] parts) {
        central = switch (parts[1]) {
            case "central" -> true;
            case "peripheral" -> false;
            default -> throw new IllegalArgumentException("no such role");
        };
        for (int i = 2; i < parts.length; i++) {
            var option = parts[i].split("=");
            iut.configure(option[0], option[1]);
        }
        iut.equip(user, service);
        iut.boot();
    }

    private void user(String what) {
        if (what.equals("has the tester's TK")) {
            temporaryKey = freshKey();
            user.oobData = Optional.of(oob(temporaryKey));
        } else if (what.equals("has another TK")) {
            user.oobData = Optional.of(oob(TesterPdus.key(0x33)));
        } else if (what.equals("has the tester's data") || what.equals("has data of another")) {
            oobRandom = TesterPdus.key(0x44).octets();
            var x = (what.endsWith("another") ? P256.generate() : next).publicKey().x();
            user.oobData = Optional.of(new OobData(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(new OobData.SecureConnections(
                            Key.of(Toolbox.f4(x, x, oobRandom, 0)), Key.of(oobRandom)))));
        } else if (what.equals("has no data")) {
            user.oobData = Optional.empty();
            oobRandom = new byte[16];
            temporaryKey = Key.ZERO;
        } else if (what.startsWith("types ")) {
            user.types = Optional.of(Integer.parseInt(what.substring(6)));
        } else if (what.equals("sees the right number")) {
            tester.await(() -> user.number.isPresent(), "the number");
            same(pairing.number(), user.number.orElseThrow());
            user.number = Optional.empty();
        } else {
            user.ioCapability = IoCapability.valueOf(what);
        }
    }

    private static Key freshKey() {
        return Key.of(Arrays.copyOf(P256.generate().publicKey().x(), 16));
    }

    private static OobData oob(Key temporaryKey) {
        return new OobData(Optional.empty(), Optional.of(temporaryKey), Optional.empty());
    }

    private void testerDoes(String what) {
        switch (what) {
            case "types what is shown" -> pairing.passkey = shown();
            case "types another passkey" -> pairing.passkey = (shown() + 1) % 1_000_000;
            case "has the IUT's data" -> testerHasOob = true;
            case "has no data" -> testerHasOob = false;
            case "has a TK" -> temporaryKey = freshKey();
            default -> throw new IllegalArgumentException("no such step");
        }
    }

    /** The passkey that the IUT shows now, another one in each pairing. */
    private int shown() {
        int before = passkeys.size();
        tester.await(() -> user.shown.size() > before, "the passkey");
        int passkey = user.shown.get(user.shown.size() - 1);
        if (!passkeys.add(passkey)) {
            fail("the IUT has shown this passkey before");
        }
        return passkey;
    }

    private void connect() {
        var identity = iut.adapter().status().identity().orElseThrow();
        if (central) {
            tester.advertise();
            iut.adapter().connect(tester.address(), PATIENCE);
        } else {
            iut.adapter().advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20)));
            world.runUntilIdle();
            tester.connect(identity);
        }
        tester.await(() -> tester.isConnected() && !iut.adapter().links().isEmpty(), "the connection");
        world.advance(SETTLE);
        newPairing();
    }

    private void restart() {
        iut.kill();
        tester.await(() -> !tester.isConnected(), "the end of the link");
        iut.boot();
    }

    /** With what was handed over out of band, which lives as long as the key pair that it was made for. */
    void newPairing() {
        var identity = iut.adapter().status().identity().orElseThrow();
        pairing = new Calculations(!central, tester.address(), identity, next);
        pairing.temporaryKey = temporaryKey;
        pairing.passkey = passkey;
        pairing.oobRandom = oobRandom;
        if (testerHasOob) {
            var data = iutOob.secureConnections().orElseThrow();
            pairing.iutOobConfirm = data.confirm().octets();
            pairing.iutOobRandom = data.random().octets();
        }
        if (user.oobData.isEmpty()) {
            next = P256.generate();
        }
    }

    private void encrypt(String with) {
        var key = switch (with) {
            case "STK" -> pairing.stk();
            case "LTK" -> pairing.secureConnections() ? keep(pairing.ltk()) : null;
            case "the bond's LTK" -> pdus.agreed;
            case "the tester's LTK" -> TesterPdus.LTK.shortened(pdus.keySize);
            case "the IUT's LTK" -> pdus.iutLtk;
            default -> throw new IllegalArgumentException("no such key");
        };
        boolean testers = with.equals("the tester's LTK");
        boolean iuts = with.equals("the IUT's LTK");
        long rand = testers ? TesterPdus.RAND : iuts ? pdus.iutRand : 0;
        int ediv = testers ? TesterPdus.EDIV : iuts ? pdus.iutEdiv : 0;
        if (central) {
            same(new LowerTester.KeyRequest(rand, ediv), tester.keyRequest());
            tester.reply(key);
        } else {
            tester.encrypt(key, rand, ediv);
        }
        same(0, tester.encryptionStatus());
    }

    private Key keep(Key ltk) {
        pdus.agreed = ltk;
        return ltk;
    }

    TesterPdus pdus() {
        return pdus;
    }

    Link link() {
        return iut.adapter().links().get(0);
    }

    Adapter adapter() {
        return iut.adapter();
    }

    DeviceAddress identity() {
        return iut.adapter().status().identity().orElseThrow();
    }

    private void become(String what) {
        switch (what) {
            case "refused" -> inVain();
            case "bondable" -> done(iut.adapter().bondable(true));
            case "not bondable" -> done(iut.adapter().bondable(false));
            default -> throw new IllegalArgumentException("no such step");
        }
    }

    /** What was asked for last fails. */
    private void inVain() {
        var failed = asked.toCompletableFuture();
        tester.await(failed::isDone, "the end of what was asked for");
        if (!failed.isCompletedExceptionally()) {
            fail("it succeeds");
        }
    }

    private <T> CompletionStage<T> on(CompletionStage<T> stage) {
        world.runUntilIdle();
        return stage;
    }

    private <T> T done(CompletionStage<T> stage) {
        var result = stage.toCompletableFuture();
        tester.await(result::isDone, "the result");
        return result.join();
    }

    private static Duration time(String words) {
        var parts = words.split(" ");
        long number = Long.parseLong(parts[0]);
        return parts[1].equals("min") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
    }

    static void same(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            fail("expected: " + expected + "\n  but is:   " + actual);
        }
    }

    static void fail(String sentence) {
        throw new AssertionError(sentence);
    }

    static String hex(byte[] octets) {
        return HexFormat.ofDelimiter(" ").formatHex(octets);
    }

    /** Whether a PDU fits "01 03 .. 09". */
    static void fits(String pattern, byte[] pdu) {
        var expected = new ArrayList<>(Arrays.asList(pattern.split(" ")));
        var actual = Arrays.asList(hex(pdu).split(" "));
        boolean fits = expected.size() == actual.size();
        for (int i = 0; fits && i < expected.size(); i++) {
            fits = expected.get(i).equals("..") || expected.get(i).equals(actual.get(i));
        }
        if (!fits) {
            same(pattern, hex(pdu));
        }
    }
}
