package org.everbond.gatt.internal.server;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.everbond.bonds.BondSecurity;
import org.everbond.gatt.Access;
import org.everbond.gatt.internal.att.AttError;
import org.everbond.security.SecureLink;

/** What a link must have to reach an attribute, and what it is told when it has not (Vol 3, Part C, 10.3.1). */
public final class Permissions {
    /** No error. */
    public static final int GRANTED = 0;

    private Permissions() {}

    /**
     * What a link has.
     *
     * @param security what protects it now; empty while it is not encrypted
     * @param keyKnown whether there is a key to encrypt it with; asked only when it matters, since the answer may need a search
     */
    public record LinkState(Optional<BondSecurity> security, BooleanSupplier keyKnown) {}

    /**
     * Decides about one access.
     *
     * @param notPermitted the error for {@link Access#NONE}
     * @return {@link #GRANTED} or the error code
     */
    public static int check(Access access, int keySize, LinkState link, int notPermitted) {
        if (access == Access.NONE) {
            return notPermitted;
        }
        if (access == Access.OPEN) {
            return GRANTED;
        }
        if (link.security().isEmpty()) {
            return link.keyKnown().getAsBoolean() ? AttError.INSUFFICIENT_ENCRYPTION : AttError.INSUFFICIENT_AUTHENTICATION;
        }
        var security = link.security().get();
        if (access == Access.AUTHENTICATED && !security.authenticated()) {
            return AttError.INSUFFICIENT_AUTHENTICATION;
        }
        return security.keySize() < keySize ? AttError.KEY_SIZE_TOO_SHORT : GRANTED;
    }

    /**
     * Whether an attribute may be written by a signed command on this link, in LE security mode 2 (Vol 3, Part C, 10.2.2): with the
     * bond's signing key whatever the pairing was, for {@link Access#AUTHENTICATED} only when it was authenticated. Encrypted links carry
     * no signatures (Vol 3, Part F, 3.3.1).
     */
    static boolean allowsSigned(Access access, SecureLink link) {
        return access != Access.NONE
                && link.security().isEmpty()
                && link.bond().filter(bond -> access != Access.AUTHENTICATED || bond.security().authenticated()).isPresent();
    }
}
