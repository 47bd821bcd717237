package org.everbond.sig;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.everbond.adapter.internal.UnderTest;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.hci.virtual.SimulatedLoop;
import org.everbond.hci.virtual.VirtualAir;
import org.everbond.host.Advertising;
import org.everbond.security.IoCapability;
import org.everbond.sig.CaseTable.Row;
import org.everbond.sig.CaseTable.Step;

/**
 * Plays one row of the table: an IUT, a lower tester, and nobody else on the air, in simulated time. The steps:
 *
 * <pre>
 * iut central|peripheral option=value ...   our role and configuration; starts it
 * user CAPABILITY                           of the IUT's user, from the next pairing on
 * connect, disconnect, iut restarts, wait 30 s, link ends
 * iut pairs, iut encrypts, iut writes signed 2a; and when it was in vain: iut is refused
 * &lt; 02 03 .. 09                             the IUT sends this next (.. any octet), or a PDU by its name, see {@link TesterPdus}
 * &lt; nothing for 5 s
 * &gt; 01 03 00 09 10 03 03                    the tester sends this, or a PDU by its name
 * encryption with STK                       begins at the central and succeeds
 * ! failed 04 by us                         the application hears this next of pairings
 * = nothing                                 is in the store, or what {@link StoreView} says
 * </pre>
 *
 * At the end nothing may be left that was not expected, and the store has to hold the same after a kill.
 */
final class CaseRun {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SETTLE = Duration.ofMillis(500);

    final SimulatedLoop world = new SimulatedLoop();
    private final VirtualAir air = VirtualAir.on(world);
    final UnderTest iut = new UnderTest(world, air);
    final LowerTester tester = new LowerTester(world, air.controller());
    private final TestUser user = new TestUser();
    private final SignedService service = new SignedService();
    private final UpperTester upper = new UpperTester(world, iut, service);
    private final Secrets secrets = new Secrets(user);
    final TesterPdus pdus = new TesterPdus(this);
    private final StoreView store = new StoreView(this);
    private final Row row;
    private boolean central;
    /** The pairing that runs, or the next. */
    Calculations pairing;
    /** Each Random and each public key that the IUT has sent: none may come twice. */
    private final Set<String> sentOnce = new HashSet<>();

    CaseRun(Row row) {
        this.row = row;
    }

    void play() {
        Step now = row.steps().get(0);
        try {
            for (var step : row.steps()) {
                now = step;
                take(step.words());
            }
            nothingIsLeft();
            store.survives();
            Expect.same(List.of(), iut.broken());
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(row + "\n  line " + now.line() + ": " + now.words() + "\n  " + e.getMessage(), e);
        } finally {
            if (iut.isAlive()) {
                iut.kill();
            }
        }
    }

    private void take(String words) {
        var rest = words.substring(words.indexOf(' ') + 1);
        switch (words.split(" ")[0]) {
            case "<" -> expect(rest);
            case ">" -> pdus.send(rest);
            case "!" -> upper.hears(rest);
            case "=" -> store.check(rest);
            case "iut" -> iutDoes(rest);
            case "user" -> userDoes(rest);
            case "tester" -> testerDoes(rest);
            case "both" -> secrets.bothType(Integer.parseInt(rest.substring("type ".length())));
            case "passkeys" -> secrets.passkeysDiffer();
            case "connect" -> connect();
            case "disconnect" -> disconnect();
            case "encryption" -> encrypt(rest.substring("with ".length()));
            case "wait" -> world.advance(time(rest));
            case "link" -> tester.await(() -> !tester.isConnected(), "the end of the link");
            default -> throw new IllegalArgumentException("no such step");
        }
    }

    // What the IUT sends.

    private void expect(String what) {
        if (what.startsWith("nothing")) {
            world.advance(what.equals("nothing") ? Duration.ofSeconds(1) : time(what.substring("nothing for ".length())));
            sendsNothing();
            return;
        }
        int channel = what.startsWith("att ") ? LowerTester.ATT : LowerTester.SMP;
        var pdu = tester.next(channel, PATIENCE)
                .orElseThrow(() -> new AssertionError("the IUT sends nothing; the application heard " + upper.unheard()));
        pdus.take(what, pdu);
    }

    private void sendsNothing() {
        tester.next(LowerTester.SMP, Duration.ZERO).ifPresent(pdu -> Expect.fail("the IUT sends " + Expect.hex(pdu)));
    }

    void sentOnce(byte[] pdu) {
        Expect.that(sentOnce.add(Expect.hex(pdu)), "the IUT sends this for the first time: " + Expect.hex(pdu));
    }

    private void nothingIsLeft() {
        world.advance(SETTLE);
        sendsNothing();
        upper.hasHeardAll();
    }

    // What people do.

    private void iutDoes(String what) {
        if (what.startsWith("central") || what.startsWith("peripheral")) {
            start(what.split(" "));
        } else if (what.equals("restarts")) {
            upper.askedIsDone();
            iut.kill();
            tester.await(() -> !tester.isConnected(), "the end of the link");
            iut.boot();
        } else {
            upper.does(what);
        }
    }

    private void start(String[] configuration) {
        central = configuration[0].equals("central");
        for (var option : List.of(configuration).subList(1, configuration.length)) {
            var parts = option.split("=");
            iut.configure(parts[0], parts[1]);
        }
        iut.equip(user, service);
        iut.boot();
    }

    private void userDoes(String what) {
        if (what.startsWith("has ")) {
            secrets.userHas(what.substring("has ".length()));
        } else if (what.equals("sees the right number")) {
            tester.await(() -> user.number.isPresent(), "the number");
            Expect.same(Optional.of(pairing.number()), user.number);
            user.number = Optional.empty();
        } else {
            user.ioCapability = IoCapability.valueOf(what);
        }
    }

    private void testerDoes(String what) {
        switch (what) {
            case "types what is shown" -> pairing.passkey = shownPasskey();
            case "types another passkey" -> pairing.passkey = (shownPasskey() + 1) % 1_000_000;
            default -> secrets.testerHas(what.substring("has ".length()), upper.oobData);
        }
    }

    private int shownPasskey() {
        tester.await(secrets::isPasskeyShown, "the passkey");
        return secrets.shownPasskey();
    }

    // The link.

    private void connect() {
        if (central) {
            tester.advertise();
            iut.adapter().connect(tester.address(), PATIENCE);
        } else {
            iut.adapter().advertise(new Advertising(new byte[0], new byte[0], Duration.ofMillis(20)));
            world.runUntilIdle();
            tester.connect(identity());
        }
        tester.await(() -> tester.isConnected() && !iut.adapter().links().isEmpty(), "the connection");
        world.advance(SETTLE);
        newPairing();
    }

    private void disconnect() {
        upper.askedIsDone();
        tester.disconnect();
        tester.await(() -> iut.adapter().links().isEmpty(), "the end of the IUT's link");
    }

    void newPairing() {
        pairing = secrets.pairing(!central, tester.address(), identity());
    }

    DeviceAddress identity() {
        return iut.adapter().status().identity().orElseThrow();
    }

    private void encrypt(String with) {
        switch (with) {
            case "STK" -> encrypt(pairing.stk(), 0, 0);
            case "LTK" -> {
                pdus.agreed = pairing.ltk();
                encrypt(pdus.agreed, 0, 0);
            }
            case "the bond's LTK" -> encrypt(pdus.agreed, 0, 0);
            case "the tester's LTK" -> encrypt(TesterPdus.LTK.shortened(pdus.keySize), TesterPdus.RAND, TesterPdus.EDIV);
            case "the IUT's LTK" -> encrypt(pdus.iutLtk, pdus.iutRand, pdus.iutEdiv);
            default -> throw new IllegalArgumentException("no such key");
        }
    }

    private void encrypt(Key key, long rand, int ediv) {
        if (central) {
            Expect.same(new LowerTester.KeyRequest(rand, ediv), tester.keyRequest());
            tester.reply(key);
        } else {
            tester.encrypt(key, rand, ediv);
        }
        Expect.same(0, tester.encryptionStatus());
    }

    private static Duration time(String words) {
        var parts = words.split(" ");
        long number = Long.parseLong(parts[0]);
        return parts[1].equals("min") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
    }
}
