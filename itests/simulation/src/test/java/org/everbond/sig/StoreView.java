package org.everbond.sig;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.keys.BondKeys;
import org.everbond.crypto.Key;

/**
 * What is in the IUT's store, in words: {@code nothing}, or a bond with its security and each key that it has: {@code ltk}, {@code irk},
 * {@code csrk} of the peer, {@code our-ltk}, {@code our-csrk} that we distributed. A key that is not the one that was on air is called
 * {@code other}.
 */
final class StoreView {
    private final CaseRun run;
    private String last = "";

    StoreView(CaseRun run) {
        this.run = run;
    }

    static String words(BondSecurity security) {
        return security.method().name() + (security.secureConnections() ? " sc" : " legacy")
                + (security.authenticated() ? " authenticated " : " unauthenticated ") + security.keySize();
    }

    void check(String expected) {
        run.world.advance(Duration.ofMillis(500));
        last = described();
        Expect.same(expected, last);
    }

    /** The same after a kill. */
    void survives() {
        var before = described();
        Expect.same(last, before);
        run.iut.kill();
        run.iut.boot();
        Expect.same("after a kill: " + before, "after a kill: " + described());
    }

    private String described() {
        List<Bond> bonds = run.iut.adapter().bonds();
        if (bonds.isEmpty()) {
            return "nothing";
        }
        return String.join("; ", bonds.stream().map(this::words).toList());
    }

    private String words(Bond bond) {
        var keys = run.iut.bonds().keys(bond.id()).orElseThrow();
        var words = new StringBuilder("bond " + words(bond.security()));
        if (!bond.identity().equals(run.tester.address())) {
            words.append(" of another");
        }
        var pdus = run.pdus;
        name(words, "ltk", keys.ltk(), isLtk(keys, pdus));
        name(words, "irk", keys.irk(), TesterPdus.IRK.equals(keys.irk()));
        name(words, "csrk", keys.remoteCsrk(), TesterPdus.CSRK.equals(keys.remoteCsrk()));
        if (keys.legacy() != null) {
            boolean named = keys.legacy().ediv() == pdus.iutEdiv && keys.legacy().rand() == pdus.iutRand
                    && run.iut.bonds().local().orElseThrow().ltk(keys.legacy()).equals(pdus.iutLtk);
            words.append(named ? " our-ltk" : " our-ltk:other");
        }
        name(words, "our-csrk", keys.localCsrk(), keys.localCsrk() != null && keys.localCsrk().equals(pdus.iutCsrk));
        return words.toString().toLowerCase(Locale.ROOT).replaceFirst("bond [a-z_]+", "bond " + bond.security().method());
    }

    private static boolean isLtk(BondKeys keys, TesterPdus pdus) {
        boolean legacy = keys.ediv() == TesterPdus.EDIV && keys.rand() == TesterPdus.RAND
                && TesterPdus.LTK.shortened(pdus.keySize).equals(keys.ltk());
        return legacy || keys.ediv() == 0 && keys.rand() == 0 && keys.ltk() != null && keys.ltk().equals(pdus.agreed);
    }

    private static void name(StringBuilder words, String name, Key key, boolean known) {
        if (key != null && !key.isZero()) {
            words.append(' ').append(name).append(known ? "" : ":other");
        }
    }
}
