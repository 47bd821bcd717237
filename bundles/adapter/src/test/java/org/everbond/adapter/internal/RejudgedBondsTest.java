package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondEvent.Kind;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.junit.jupiter.api.Test;

/** Old bonds are judged by the rules of today, and people are told. */
class RejudgedBondsTest {
    private final RejudgedBonds rejudged = new RejudgedBonds();

    private void tell(Kind kind, int serial, boolean authenticated) {
        rejudged.changed(new BondEvent(kind, new Bond(
                new BondId(new UUID(0x3f2a_9c01_0000_0000L, 1), serial),
                new DeviceAddress(AddressType.RANDOM, 0xc0ffee000000L + serial),
                new BondSecurity(PairingMethod.PASSKEY_ENTRY, false, authenticated, 16), true, "", serial, false)));
    }

    @Test
    void thoseThatCountForLessAreNamedUntilTheyAreGoneOrPairedAgain() {
        assertThat(rejudged.notices()).isEmpty();
        for (int serial = 1; serial <= 5; serial++) {
            tell(Kind.REJUDGED, serial, false);
        }
        assertThat(rejudged.notices()).singleElement().asString()
                .contains("1@3f2a9c01 with C0:FF:EE:00:00:01/random", "3@3f2a9c01", "and 2 more", "security.rules=6.2");
        tell(Kind.REPLACED, 1, true);
        tell(Kind.FORGOTTEN, 2, false);
        tell(Kind.EVICTED, 3, false);
        tell(Kind.UPDATED, 4, false);
        tell(Kind.REJUDGED, 5, true);
        assertThat(rejudged.notices()).singleElement().asString().contains("4@3f2a9c01").doesNotContain("5@", "more:");
        rejudged.changed(new BondEvent(Kind.LOADED, null));
        assertThat(rejudged.notices()).isEmpty();
    }
}
