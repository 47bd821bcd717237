package org.everbond.adapter.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.SecurityLevel;
import org.everbond.security.SecurityOptions;
import org.everbond.security.SecurityOptions.JustWorks;
import org.everbond.security.SecurityOptions.Lost;
import org.everbond.security.SecurityOptions.Replace;
import org.everbond.security.SecurityOptions.Rules;

/** The part of the configuration that is the policy of the security manager, and what of it is weak. */
final class SecuritySettings {
    private static final Set<PairingMethod> METHODS = SecurityOptions.DEFAULT.methods();

    private SecuritySettings() {}

    /** @throws IllegalArgumentException with one sentence for people */
    static SecurityOptions of(Settings.Reader in) {
        int minimumLevel = in.number("bond.minimumLevel", 2, 2, 4);
        int minimumKeySize = in.number("bond.minimumKeySize", 16, 7, 16);
        var justWorks = accepts(in, "pairing.justWorks") ? JustWorks.ACCEPT : JustWorks.REFUSE;
        var replace =
                switch (in.choice("bond.replace", "same-or-stronger", "same-or-stronger", "ask", "never")) {
                    case "never" -> Replace.NEVER;
                    case "ask" -> Replace.ASK;
                    default -> Replace.SAME_OR_STRONGER;
                };
        var lost = in.choice("bond.lost", "report", "report", "repair").equals("repair") ? Lost.REPAIR : Lost.REPORT;
        var allowed = in.choice("pairing.legacy", "refuse", "refuse", "accept", "only");
        boolean legacy = !allowed.equals("refuse");
        var methods = methods(in.text("pairing.methods", ""));
        boolean only = in.flag("security.scOnlyMode", false);
        var rules = in.choice("security.rules", "6.2", "6.2", "5.4").equals("5.4") ? Rules.CORE_5_4 : Rules.CORE_6_2;
        var passkey = in.passkey("pairing.fixedPasskey");
        boolean debugKeys = in.flag("pairing.debugKeys", false);
        boolean signing = in.flag("pairing.signing", false);
        int firstWait = in.number("pairing.firstWait", 1, 1, 3600);
        boolean privacy = in.flag("privacy", false);
        var privacyMode = in.choice("privacy.mode", "device", "device", "network").equals("network")
                ? PrivacyMode.NETWORK
                : PrivacyMode.DEVICE;
        int lifetime = in.number("privacy.lifetime", 900, 1, 41_400);
        if (only && legacy) {
            throw new IllegalArgumentException("security.scOnlyMode=true contradicts pairing.legacy=" + allowed + "; drop one of them");
        }
        if (methods.equals(Set.of(PairingMethod.JUST_WORKS)) && (only || minimumLevel > 2)) {
            throw new IllegalArgumentException("pairing.methods=just-works contradicts "
                    + (only ? "security.scOnlyMode=true" : "bond.minimumLevel=" + minimumLevel) + ", so that nothing can be paired; drop one of them");
        }
        return SecurityOptions.DEFAULT.with(options -> options
                .minimumLevel(SecurityLevel.values()[minimumLevel - 1])
                .minimumKeySize(minimumKeySize)
                .secureConnectionsOnly(only)
                .secureConnections(!allowed.equals("only"))
                .legacy(legacy)
                .methods(methods)
                .justWorks(justWorks)
                .replace(replace)
                .lost(lost)
                .firstWait(Duration.ofSeconds(firstWait))
                .fixedPasskey(passkey)
                .debugKeys(debugKeys)
                .signing(signing)
                .rules(rules)
                .privacy(privacy)
                .privacyMode(privacyMode)
                .privateAddressLifetime(Duration.ofSeconds(lifetime)));
    }

    private static Set<PairingMethod> methods(String text) {
        var methods = EnumSet.noneOf(PairingMethod.class);
        for (var word : text.split(",")) {
            if (!word.isBlank()) {
                methods.add(METHODS.stream()
                        .filter(method -> word(method).equals(word.trim()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("pairing.methods=" + text + " is not known; use some of "
                                + String.join(", ", METHODS.stream().map(SecuritySettings::word).toList()))));
            }
        }
        return methods.isEmpty() ? METHODS : methods;
    }

    private static String word(PairingMethod method) {
        return method.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean accepts(Settings.Reader in, String key) {
        return in.choice(key, "refuse", "refuse", "accept").equals("accept");
    }

    /** What people who look at the adapter should know to be weak, one sentence each. */
    static List<String> weaknesses(SecurityOptions options, Bondable bondable) {
        var weak = new ArrayList<String>();
        if (options.fixedPasskey().isPresent()) {
            weak.add("pairing.fixedPasskey is set: whoever has seen that passkey once can pair, and it can be guessed bit by bit");
        }
        if (options.debugKeys()) {
            weak.add("pairing.debugKeys=true: anybody can read links of peers that use the published debug key; for tests only");
        }
        if (options.legacy()) {
            weak.add("pairing.legacy=" + (options.secureConnections() ? "accept" : "only") + ": the keys of a legacy pairing can be computed by whoever records it");
        }
        if (!bondable.equals(Bondable.OFF) && options.justWorks() == JustWorks.ACCEPT) {
            weak.add(bondable.on()
                    ? "bondable=on with pairing.justWorks=accept: any device in range can bond at any time and nobody is asked"
                    : "bondable=" + bondable.window().toSeconds() + " with pairing.justWorks=accept: after each start any device in range can"
                            + " bond for that long and nobody is asked");
        }
        if (options.minimumKeySize() < 16) {
            weak.add("bond.minimumKeySize=" + options.minimumKeySize() + ": a peer can talk us into a key that can be guessed");
        }
        if (options.lost() == Lost.REPAIR && options.replace() == Replace.SAME_OR_STRONGER) {
            weak.add("bond.lost=repair: a device that sends the address of a peer that was bonded by Just Works can take its place");
        }
        return List.copyOf(weak);
    }
}
