package org.everbond.adapter.internal;

import java.util.Random;

/** How the gateways of a story are configured: what changes a pairing, an encryption or a record, by chance. */
final class Configuration {
    private Configuration() {}

    static void choose(SimulatedGateway gateway, Random random) {
        gateway.configure("privacy", Boolean.toString(random.nextInt(3) == 0));
        gateway.configure("privacy.lifetime", Integer.toString(new int[] {5, 60, 900}[random.nextInt(3)]));
        gateway.configure("btstack.slots", random.nextInt(3) == 0 ? "0" : "16");
        gateway.configure("pairing.signing", Boolean.toString(random.nextInt(4) != 0));
        gateway.configure("bond.minimumKeySize", random.nextInt(4) == 0 ? "16" : "7");
        gateway.configure("bond.replace", oneOf(random, "same-or-stronger", 8, "ask", 2, "never", 1));
        gateway.configure("bond.lost", oneOf(random, "report", 2, "repair", 1));
        gateway.configure("security.rules", oneOf(random, "6.2", 3, "5.4", 1));
        boolean only = random.nextInt(10) == 0;
        gateway.configure("security.scOnlyMode", Boolean.toString(only));
        gateway.configure("pairing.legacy", only ? "refuse" : legacy(random));
    }

    private static String legacy(Random random) {
        return oneOf(random, "accept", 6, "only", 3, "refuse", 1);
    }

    private static String oneOf(Random random, Object... valuesAndWeights) {
        int all = 0;
        for (int i = 1; i < valuesAndWeights.length; i += 2) {
            all += (int) valuesAndWeights[i];
        }
        int chosen = random.nextInt(all);
        int at = 0;
        while (chosen >= (int) valuesAndWeights[at + 1]) {
            chosen -= (int) valuesAndWeights[at + 1];
            at += 2;
        }
        return (String) valuesAndWeights[at];
    }

    /** Another mind about LE legacy pairing, about what a bond must be, or about Secure Connections Only Mode, which goes without the former. */
    static void change(SimulatedGateway gateway, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> gateway.reconfigure("bond.minimumLevel", oneOf(random, "2", 3, "3", 1, "4", 1));
            case 1 -> {
                gateway.reconfigure("pairing.legacy", "refuse");
                gateway.reconfigure("security.scOnlyMode", "true");
            }
            default -> {
                gateway.reconfigure("security.scOnlyMode", "false");
                gateway.reconfigure("pairing.legacy", legacy(random));
            }
        }
    }
}
