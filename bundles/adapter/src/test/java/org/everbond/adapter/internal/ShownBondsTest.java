package org.everbond.adapter.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.UUID;
import org.everbond.bonds.Bond;
import org.everbond.bonds.BondEvent;
import org.everbond.bonds.BondEvent.Kind;
import org.everbond.bonds.BondId;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.Bonds;
import org.everbond.bonds.ClassicBonds;
import org.everbond.bonds.PairingMethod;
import org.everbond.crypto.AddressType;
import org.everbond.crypto.DeviceAddress;
import org.junit.jupiter.api.Test;

/** What other threads read of the bonds is in step with the events, without a copy of all bonds at each of them. */
class ShownBondsTest {
    private List<Bond> stored = List.of(bond(1, "one"), bond(2, "two"), bond(3, "three"));
    private List<Bond> withFormerIrk = List.of();
    private int copies;

    private final Bonds bonds = answering(Bonds.class);
    private final ShownBonds shown = new ShownBonds(bonds, answering(ClassicBonds.class));

    private <T> T answering(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (type == ClassicBonds.class) {
                return List.of();
            }
            if (method.getName().equals("list")) {
                copies++;
                return stored;
            }
            if (method.getName().equals("holdsFormerIrk")) {
                return withFormerIrk.stream().map(Bond::id).anyMatch(arguments[0]::equals);
            }
            assertThat(method.getName()).isEqualTo("withFormerIrk");
            return withFormerIrk;
        }));
    }

    private static Bond bond(int serial, String name) {
        return new Bond(
                new BondId(new UUID(0x3f2a_9c01_0000_0000L, 1), serial),
                new DeviceAddress(AddressType.RANDOM, 0xc0ffee000000L + serial),
                new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16), true, name, serial, false);
    }

    private void tell(Kind kind, Bond bond) {
        shown.changed(new BondEvent(kind, bond));
    }

    @Test
    void eventsKeepThemInStepById() {
        shown.load();
        tell(Kind.EVICTED, bond(2, "two"));
        tell(Kind.CREATED, bond(5, "five"));
        tell(Kind.CREATED, bond(4, "four"));
        tell(Kind.UPDATED, bond(1, "uno"));
        tell(Kind.REPLACED, bond(3, "tre"));
        tell(Kind.REJUDGED, bond(5, "cinque"));
        tell(Kind.FORGOTTEN, bond(4, "four"));
        tell(Kind.FORGOTTEN, bond(4, "four"));

        assertThat(shown.all()).extracting(Bond::name).containsExactly("uno", "tre", "cinque");
        assertThat(shown.count()).isEqualTo(3);
        assertThat(copies).isEqualTo(1);
    }

    @Test
    void aLoadedStoreIsReadAnew() {
        shown.load();
        var before = shown.all();
        stored = List.of(bond(7, "seven"));
        tell(Kind.LOADED, null);

        assertThat(shown.all()).isEqualTo(stored);
        assertThat(shown.count()).isEqualTo(1);
        assertThat(before).as("what was handed out stays as it was").hasSize(3);
    }

    @Test
    void whoHoldsAFormerIdentityKeyIsToldUntilItPairsAgainOrIsGone() {
        shown.load();
        assertThat(shown.notices()).isEmpty();
        withFormerIrk = stored;
        tell(Kind.LOADED, null);
        assertThat(shown.notices()).singleElement().asString().startsWith("3 bonds hold a former identity key of ours");

        withFormerIrk = stored.subList(1, 3);
        tell(Kind.REPLACED, bond(1, "one"));
        tell(Kind.FORGOTTEN, bond(2, "two"));
        tell(Kind.UPDATED, bond(3, "tre"));
        assertThat(shown.withFormerIrk()).containsExactly(bond(3, "tre"));

        tell(Kind.EVICTED, bond(3, "tre"));
        assertThat(shown.withFormerIrk()).isEmpty();
        assertThat(shown.notices()).isEmpty();
    }

    @Test
    void soIsWhoWasGivenItByAPairingThatEndedAfterTheChange() {
        shown.load();
        withFormerIrk = List.of(bond(1, "one"), bond(4, "four"));
        tell(Kind.REPLACED, bond(1, "one"));
        tell(Kind.CREATED, bond(4, "four"));
        assertThat(shown.withFormerIrk()).extracting(Bond::name).containsExactly("one", "four");
    }
}
