package org.everbond.security;

import java.time.Duration;
import org.everbond.bonds.SecurityLevel;

/**
 * The policy of the security manager; may change at run time and then holds for the next pairing.
 *
 * @param minimumLevel a pairing that achieves less fails and makes no bond
 * @param minimumKeySize 7..16 octets
 * @param justWorks what to answer without an agent when a peer asks for Just Works
 * @param replace which new pairing may take the place of a bond
 * @param privacy whether we use resolvable private addresses made from our IRK instead of the identity address
 * @param privateAddressLifetime how long one private address is used
 * @param idleTimeout SMP timer, 30 s by the specification (Vol 3, Part H, 3.4)
 * @param totalTimeout cap on a whole pairing
 */
public record SecurityOptions(
        SecurityLevel minimumLevel,
        int minimumKeySize,
        JustWorks justWorks,
        Replace replace,
        boolean privacy,
        Duration privateAddressLifetime,
        Duration idleTimeout,
        Duration totalTimeout) {
    /** The safe defaults. */
    public static final SecurityOptions DEFAULT = new SecurityOptions(
            SecurityLevel.ENCRYPTED,
            16,
            JustWorks.REFUSE,
            Replace.SAME_OR_STRONGER,
            false,
            Duration.ofMinutes(15),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5));

    public enum JustWorks {
        /** Refuse unless an agent says yes, or we asked for the pairing ourselves. */
        REFUSE,
        /** Accept while bondable, without asking anybody. */
        ACCEPT
    }

    public enum Replace {
        /** A bonded peer cannot pair again until its bond is forgotten. */
        NEVER,
        /** A bond may be replaced by one of at least its level and key size. */
        SAME_OR_STRONGER
    }
}
