package org.everbond.security;

import java.time.Duration;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.bonds.PrivacyMode;
import org.everbond.bonds.SecurityLevel;

/**
 * The policy of the security manager; may change at run time and then holds for the next pairing. Made from {@link #DEFAULT} by
 * {@link #with}.
 *
 * @param minimumLevel a pairing that achieves less fails and makes no bond
 * @param minimumKeySize 7..16 octets
 * @param secureConnectionsOnly Secure Connections Only Mode (Vol 3, Part C, 10.2.4): only level 4 is good enough, for pairings and
 *     for encryption with stored keys
 * @param secureConnections whether LE Secure Connections is offered; not to is for tests of LE legacy pairing only
 * @param legacy whether new LE legacy pairings are allowed; bonds made so work on either way
 * @param methods association models that a new pairing may use; one that comes to another fails, whatever level it would reach
 * @param justWorks what to answer without an agent when a peer asks for Just Works
 * @param replace which new pairing may take the place of a bond
 * @param lost what is done when a peer turns out not to hold the key of its bond any more
 * @param firstWait how long a peer with which a pairing failed is not paired with again; doubles with each further failure (Vol 3,
 *     Part H, 2.3.6); zero for never, for tests
 * @param fixedPasskey shown instead of a random one whenever a passkey is displayed, 0..999999; weak, since whoever saw it once
 *     knows it for ever
 * @param debugKeys whether a peer may use the published debug key pair; for tests only, and no bond is made with it
 * @param signing whether signing keys (CSRK) are distributed
 * @param rules which edition of the specification bonds and pairings are judged by
 * @param privacy whether we use resolvable private addresses made from our IRK instead of the identity address
 * @param privacyMode whether bonded peers that gave their IRK are heard under their identity address, too; a bond may have its own
 * @param privateAddressLifetime how long one private address is used, 1 s to 11.5 hours
 * @param idleTimeout SMP timer, 30 s by the specification (Vol 3, Part H, 3.4)
 * @param totalTimeout cap on a whole pairing, since each PDU restarts the SMP timer
 */
public record SecurityOptions(
        SecurityLevel minimumLevel,
        int minimumKeySize,
        boolean secureConnectionsOnly,
        boolean secureConnections,
        boolean legacy,
        Set<PairingMethod> methods,
        JustWorks justWorks,
        Replace replace,
        Lost lost,
        Duration firstWait,
        OptionalInt fixedPasskey,
        boolean debugKeys,
        boolean signing,
        Rules rules,
        boolean privacy,
        PrivacyMode privacyMode,
        Duration privateAddressLifetime,
        Duration idleTimeout,
        Duration totalTimeout) {
    /** The safe defaults. */
    public static final SecurityOptions DEFAULT = new Builder().build();

    /** @throws IllegalArgumentException for a value out of range, with a sentence that names it */
    public SecurityOptions {
        if (minimumKeySize < 7 || minimumKeySize > 16) {
            throw new IllegalArgumentException("minimum key size " + minimumKeySize + " is out of range 7..16");
        }
        methods = Set.copyOf(methods);
        if (methods.isEmpty() || methods.contains(PairingMethod.UNKNOWN)) {
            throw new IllegalArgumentException("no method of pairing is allowed; name at least one");
        }
        if (firstWait.isNegative() || firstWait.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("the first wait after a failed pairing is out of range 0..3600 s");
        }
        if (fixedPasskey.isPresent() && (fixedPasskey.getAsInt() < 0 || fixedPasskey.getAsInt() > 999_999)) {
            throw new IllegalArgumentException("a passkey is out of range 000000..999999");
        }
    }

    /**
     * These options with some of them changed.
     *
     * @throws IllegalArgumentException when a changed one is out of range
     */
    public SecurityOptions with(Consumer<Builder> change) {
        var builder = new Builder(this);
        change.accept(builder);
        return builder.build();
    }

    /** Keeps the fixed passkey hidden. */
    @Override
    public String toString() {
        return "SecurityOptions[minimumLevel=" + minimumLevel + ", minimumKeySize=" + minimumKeySize + ", secureConnectionsOnly="
                + secureConnectionsOnly + ", secureConnections=" + secureConnections + ", legacy=" + legacy + ", methods=" + methods + ", justWorks=" + justWorks + ", replace=" + replace
                + ", lost=" + lost + ", firstWait=" + firstWait
                + ", fixedPasskey=" + (fixedPasskey.isPresent() ? "hidden" : "none") + ", debugKeys=" + debugKeys + ", signing="
                + signing + ", rules=" + rules + ", privacy=" + privacy + ", privacyMode=" + privacyMode
                + ", privateAddressLifetime=" + privateAddressLifetime
                + ", idleTimeout=" + idleTimeout + ", totalTimeout=" + totalTimeout + "]";
    }

    /** What is answered when a peer asks for Just Works and no agent is there. */
    public enum JustWorks {
        /** Refuse unless an agent says yes, or we asked for the pairing ourselves. */
        REFUSE,
        /** Accept while bondable, without asking anybody. */
        ACCEPT
    }

    /** Which new pairing may take the place of a bond; none does before it has fully succeeded. */
    public enum Replace {
        /** A bonded peer cannot pair again until its bond is forgotten. */
        NEVER,
        /** A bond may be replaced by one of at least its level and key size. */
        SAME_OR_STRONGER,
        /** Likewise, and an agent has to authorise it; without one it is refused. */
        ASK
    }

    /** What is done when a peer turns out not to hold the key of its bond any more. */
    public enum Lost {
        /** It is told, and the bond kept; people decide. */
        REPORT,
        /**
         * A peer that says that it has no key is paired with again, one that begins a pairing anew is let in, both without bondable mode, but
         * only as strongly as before; {@link Replace} decides as ever. One that holds another key is reported only.
         */
        REPAIR
    }

    /** An edition of the Bluetooth Core Specification. */
    public enum Rules {
        /** Legacy Passkey Entry counts as authenticated, as it did until 2024. */
        CORE_5_4,
        /** Legacy Passkey Entry does not count as authenticated any more. */
        CORE_6_2;

        /**
         * What counts by these rules of what a pairing achieved. A legacy bond of which the method is not known may have been paired with a
         * passkey.
         */
        public BondSecurity judge(BondSecurity made) {
            boolean counts = this == CORE_5_4 || made.secureConnections() || made.method() == PairingMethod.OUT_OF_BAND;
            return new BondSecurity(made.method(), made.secureConnections(), made.authenticated() && counts, made.keySize());
        }
    }

    /** Collects options, beginning with the safe defaults. */
    public static final class Builder {
        private SecurityLevel minimumLevel = SecurityLevel.ENCRYPTED;
        private int minimumKeySize = 16;
        private boolean secureConnectionsOnly;
        private boolean secureConnections = true;
        private boolean legacy;
        private Set<PairingMethod> methods = EnumSet.complementOf(EnumSet.of(PairingMethod.UNKNOWN));
        private JustWorks justWorks = JustWorks.REFUSE;
        private Replace replace = Replace.SAME_OR_STRONGER;
        private Lost lost = Lost.REPORT;
        private Duration firstWait = Duration.ofSeconds(1);
        private OptionalInt fixedPasskey = OptionalInt.empty();
        private boolean debugKeys;
        private boolean signing;
        private Rules rules = Rules.CORE_6_2;
        private boolean privacy;
        private PrivacyMode privacyMode = PrivacyMode.DEVICE;
        private Duration privateAddressLifetime = Duration.ofMinutes(15);
        private Duration idleTimeout = Duration.ofSeconds(30);
        private Duration totalTimeout = Duration.ofMinutes(5);

        private Builder() {}

        private Builder(SecurityOptions from) {
            minimumLevel = from.minimumLevel;
            minimumKeySize = from.minimumKeySize;
            secureConnectionsOnly = from.secureConnectionsOnly;
            secureConnections = from.secureConnections;
            legacy = from.legacy;
            methods = from.methods;
            justWorks = from.justWorks;
            replace = from.replace;
            lost = from.lost;
            firstWait = from.firstWait;
            fixedPasskey = from.fixedPasskey;
            debugKeys = from.debugKeys;
            signing = from.signing;
            rules = from.rules;
            privacy = from.privacy;
            privacyMode = from.privacyMode;
            privateAddressLifetime = from.privateAddressLifetime;
            idleTimeout = from.idleTimeout;
            totalTimeout = from.totalTimeout;
        }

        private SecurityOptions build() {
            return new SecurityOptions(
                    minimumLevel, minimumKeySize, secureConnectionsOnly, secureConnections, legacy, methods, justWorks, replace, lost,
                    firstWait, fixedPasskey, debugKeys, signing, rules, privacy, privacyMode, privateAddressLifetime, idleTimeout, totalTimeout);
        }

        /** What a pairing has to achieve, or it fails and makes no bond; ENCRYPTED by default. */
        public Builder minimumLevel(SecurityLevel value) {
            minimumLevel = value;
            return this;
        }

        /** 7..16 octets; 16 by default. */
        public Builder minimumKeySize(int value) {
            minimumKeySize = value;
            return this;
        }

        /** Secure Connections Only Mode (Vol 3, Part C, 10.2.4); off by default. */
        public Builder secureConnectionsOnly(boolean value) {
            secureConnectionsOnly = value;
            return this;
        }

        /** Whether LE Secure Connections is offered; it is by default, and not to is for tests of LE legacy pairing only. */
        public Builder secureConnections(boolean value) {
            secureConnections = value;
            return this;
        }

        /** Whether new LE legacy pairings are allowed; not by default. */
        public Builder legacy(boolean value) {
            legacy = value;
            return this;
        }

        /** Which association models a new pairing may use; all by default. */
        public Builder methods(Set<PairingMethod> value) {
            methods = value;
            return this;
        }

        /** What to answer to Just Works without an agent; REFUSE by default. */
        public Builder justWorks(JustWorks value) {
            justWorks = value;
            return this;
        }

        /** Which new pairing may take the place of a bond; SAME_OR_STRONGER by default. */
        public Builder replace(Replace value) {
            replace = value;
            return this;
        }

        /** What is done about a lost bond; REPORT by default. */
        public Builder lost(Lost value) {
            lost = value;
            return this;
        }

        /** The wait after a first failed pairing (Vol 3, Part H, 2.3.6), 0 s (none, for tests) to 1 hour; 1 s by default. */
        public Builder firstWait(Duration value) {
            firstWait = value;
            return this;
        }

        /** The passkey to display, 0..999999; a random one each time by default, which is the only safe way. */
        public Builder fixedPasskey(OptionalInt value) {
            fixedPasskey = value;
            return this;
        }

        /** Whether a peer may use the published debug key pair; not by default, and for tests only. */
        public Builder debugKeys(boolean value) {
            debugKeys = value;
            return this;
        }

        /** Whether signing keys (CSRK) are distributed; not by default. */
        public Builder signing(boolean value) {
            signing = value;
            return this;
        }

        /** By which edition of the specification bonds and pairings are judged; CORE_6_2 by default. */
        public Builder rules(Rules value) {
            rules = value;
            return this;
        }

        /** Whether we use resolvable private addresses (Vol 3, Part C, 10.7); not by default. */
        public Builder privacy(boolean value) {
            privacy = value;
            return this;
        }

        /** Whether peers that gave their IRK are heard under their identity address, too; DEVICE by default. */
        public Builder privacyMode(PrivacyMode value) {
            privacyMode = value;
            return this;
        }

        /** How long one private address is used, 1 s to 11.5 hours as controllers allow (Vol 4, Part E, 7.8.45); 15 minutes by default. */
        public Builder privateAddressLifetime(Duration value) {
            privateAddressLifetime = value;
            return this;
        }

        /** The SMP timer (Vol 3, Part H, 3.4); 30 s by default. An agent has five sixths of it to answer all that is asked. */
        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        /** The longest that a whole pairing may take; 5 minutes by default. */
        public Builder totalTimeout(Duration value) {
            totalTimeout = value;
            return this;
        }
    }
}
