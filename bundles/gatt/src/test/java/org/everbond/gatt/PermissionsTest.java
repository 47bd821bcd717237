package org.everbond.gatt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.everbond.bonds.BondSecurity;
import org.everbond.bonds.PairingMethod;
import org.everbond.gatt.internal.att.AttUuid;
import org.everbond.gatt.spi.GattService;
import org.everbond.hci.virtual.SimulatedLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every access to every kind of attribute over every kind of link, against a table written from Vol 3, Part C, 10.3.1 and Vol 3,
 * Part F, 3.4: reading, writing, writing without response, preparing a write, subscribing, being notified.
 */
class PermissionsTest {
    enum Link {
        PLAIN_NO_BOND(null, false),
        PLAIN_BONDED(null, true),
        SHORT_KEY(new BondSecurity(PairingMethod.JUST_WORKS, false, false, 7), true),
        JUST_WORKS(new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16), true),
        JUST_WORKS_NO_BOND(new BondSecurity(PairingMethod.JUST_WORKS, true, false, 16), false),
        AUTHENTICATED_SHORT_KEY(new BondSecurity(PairingMethod.PASSKEY_ENTRY, false, true, 15), true),
        AUTHENTICATED_LEGACY(new BondSecurity(PairingMethod.PASSKEY_ENTRY, false, true, 16), true),
        AUTHENTICATED(new BondSecurity(PairingMethod.NUMERIC_COMPARISON, true, true, 16), true);

        final BondSecurity security;
        final boolean bonded;

        Link(BondSecurity security, boolean bonded) {
            this.security = security;
            this.bonded = bonded;
        }
    }

    /** Rows: access and key size demanded; columns: the links above; entries: ATT error, 0 is granted. */
    private static final int[][] TABLE = {
        //  plain bonded short jw    jwNb  auSh  auLe  au
        {0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00}, // open
        {0x05, 0x0F, 0x0C, 0x00, 0x00, 0x0C, 0x00, 0x00}, // encrypted, 16
        {0x05, 0x0F, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00}, // encrypted, 7
        {0x05, 0x0F, 0x05, 0x05, 0x05, 0x0C, 0x00, 0x00}, // authenticated, 16
        {0x05, 0x0F, 0x05, 0x05, 0x05, 0x00, 0x00, 0x00}, // authenticated, 7
    };

    private static int row(Access access, int keySize) {
        return access == Access.OPEN ? 0 : (access == Access.ENCRYPTED ? 1 : 3) + (keySize == 16 ? 0 : 1);
    }

    record Case(Access access, int keySize, Link link) {
        int expected() {
            return TABLE[row(access, keySize)][link.ordinal()];
        }
    }

    static Stream<Case> cases() {
        var cases = new ArrayList<Case>();
        for (var access : List.of(Access.OPEN, Access.ENCRYPTED, Access.AUTHENTICATED)) {
            for (int keySize : new int[] {7, 16}) {
                for (var link : Link.values()) {
                    cases.add(new Case(access, keySize, link));
                }
            }
        }
        return cases.stream();
    }

    /** One characteristic per way, all with the same demand; the last one can do nothing. */
    private static final class Demanding implements GattService {
        private final Access access;
        private final int keySize;
        int written;
        Notifier notifier;

        Demanding(Access access, int keySize) {
            this.access = access;
            this.keySize = keySize;
        }

        @Override
        public UUID uuid() {
            return Lamp.SERVICE;
        }

        @Override
        public List<CharacteristicDefinition> characteristics() {
            return List.of(
                    with(0xFE01, Property.READ),
                    with(0xFE02, Property.WRITE),
                    with(0xFE03, Property.WRITE_WITHOUT_RESPONSE),
                    with(0xFE04, Property.NOTIFY),
                    new CharacteristicDefinition(
                            AttUuid.of16(0xFE05), Set.of(Property.READ, Property.WRITE, Property.WRITE_WITHOUT_RESPONSE),
                            Access.NONE, Access.NONE, Access.OPEN, 16));
        }

        private CharacteristicDefinition with(int uuid, Property property) {
            return new CharacteristicDefinition(AttUuid.of16(uuid), Set.of(property), access, access, access, keySize);
        }

        @Override
        public void added(Notifier notifier) {
            this.notifier = notifier;
        }

        @Override
        public CompletionStage<byte[]> read(GattPeer peer, UUID characteristic) {
            return CompletableFuture.completedFuture(new byte[] {1});
        }

        @Override
        public CompletionStage<Void> write(GattPeer peer, UUID characteristic, byte[] value) {
            written++;
            return CompletableFuture.completedFuture(null);
        }
    }

    private static final int READABLE = 0x10;
    private static final int WRITABLE = 0x12;
    private static final int COMMANDABLE = 0x14;
    private static final int CONFIGURATION = 0x17;
    private static final int NOTHING = 0x19;

    @ParameterizedTest
    @MethodSource("cases")
    void everyAccessGetsWhatTheTableSays(Case c) {
        var device = new Device(new SimulatedLoop());
        var service = new Demanding(c.access(), c.keySize());
        device.serve(service);
        var bond = Device.bond(2, c.link().security == null ? Device.JUST_WORKS : c.link().security);
        var peer = c.link().bonded ? device.connect(bond) : device.connect();
        if (c.link().security != null) {
            device.encrypted(peer, c.link().security);
        }

        assertThat(device.exchange(peer, pdu("0a", READABLE, ""))).as("read").containsExactly(
                answer(c.expected(), "0b01", 0x0a, READABLE));
        assertThat(device.exchange(peer, pdu("0c", READABLE, "0000"))).as("read blob").containsExactly(
                answer(c.expected(), "0d01", 0x0c, READABLE));
        assertThat(device.exchange(peer, pdu("12", WRITABLE, "01"))).as("write").containsExactly(
                answer(c.expected(), "13", 0x12, WRITABLE));
        assertThat(device.exchange(peer, pdu("16", WRITABLE, "000001"))).as("prepare").containsExactly(
                answer(c.expected(), "171200000001", 0x16, WRITABLE));
        device.exchange(peer, "18 00");

        int before = service.written;
        assertThat(device.exchange(peer, pdu("52", COMMANDABLE, "01"))).as("command").isEmpty();
        assertThat(service.written - before).as("command").isEqualTo(c.expected() == 0 ? 1 : 0);

        // Subscriptions belong to the bond: in clear a bonded client does not touch them, however open they are.
        int subscribing = c.link() == Link.PLAIN_BONDED ? 0x0F : c.expected();
        assertThat(device.exchange(peer, pdu("12", CONFIGURATION, "0100"))).as("subscribe").containsExactly(
                answer(subscribing, "13", 0x12, CONFIGURATION));
        assertThat(device.get(service.notifier.send(AttUuid.of16(0xFE04), new byte[] {9}))).isEqualTo(subscribing == 0 ? 1 : 0);
        assertThat(peer.taken()).isEqualTo(subscribing == 0 ? List.of("1b160009") : List.of());

        assertThat(device.exchange(peer, pdu("0a", WRITABLE, ""))).containsExactly("010a%02x0002".formatted(WRITABLE));
        assertThat(device.exchange(peer, pdu("12", READABLE, "01"))).containsExactly("0112%02x0003".formatted(READABLE));
        assertThat(device.exchange(peer, pdu("12", COMMANDABLE, "01"))).containsExactly("0112%02x0003".formatted(COMMANDABLE));
        assertThat(device.exchange(peer, pdu("0a", NOTHING, ""))).containsExactly("010a%02x0002".formatted(NOTHING));
        assertThat(device.exchange(peer, pdu("12", NOTHING, "01"))).containsExactly("0112%02x0003".formatted(NOTHING));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aSubscriptionNotifiesOnlyWhileTheLinkHasWhatTheValueDemands(Case c) {
        // The attack of CVE-2026-2411: subscribe on a good link, be notified on a bad one.
        var device = new Device(new SimulatedLoop());
        var service = new Demanding(c.access(), c.keySize());
        device.serve(service);
        var bond = Device.bond(2, Device.NUMERIC);
        var peer = c.link().bonded ? device.connect(bond) : device.connect();
        device.encrypted(peer, Device.NUMERIC);
        assertThat(device.exchange(peer, pdu("12", CONFIGURATION, "0100"))).containsExactly("13");
        peer.link.security = Optional.ofNullable(c.link().security);

        boolean mayHear = c.expected() == 0 && c.link() != Link.PLAIN_BONDED;
        assertThat(device.get(service.notifier.send(AttUuid.of16(0xFE04), new byte[] {9}))).isEqualTo(mayHear ? 1 : 0);
        peer.sent.removeIf(pdu -> pdu[0] != 0x1b);
        assertThat(peer.sent).hasSize(mayHear ? 1 : 0);
    }

    private static String pdu(String opcode, int handle, String rest) {
        return opcode + "%02x00".formatted(handle) + rest;
    }

    private static String answer(int error, String granted, int opcode, int handle) {
        return error == 0 ? granted : "01%02x%02x00%02x".formatted(opcode, handle, error);
    }
}
