package org.everbond.security;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.everbond.bonds.keys.LegacyName;
import org.everbond.crypto.Key;
import org.everbond.crypto.OctetOrder;
import org.everbond.crypto.Toolbox;
import org.everbond.host.Role;

/**
 * A lower tester that speaks LE legacy pairing, in raw PDUs and with its own calculations from the text of the specification (Vol 3,
 * Part H, 2.3.5.5, 2.4.3.2, 3.6).
 */
final class LegacyTester {
    static final Key LTK = key(0xa1);
    static final Key IRK = key(0xb1);
    static final Key CSRK = key(0xc1);
    static final int EDIV = 0x1234;
    static final long RAND = 0x0102030405060708L;

    final Pair pair;
    /** What plays the other end. */
    final Device device;
    /** The role of the device. */
    final Role role;
    final Tester raw;
    Wire wire;
    Key tk = Key.ZERO;
    byte[] random = key(0x5a).octets();
    byte[] request;
    byte[] response;
    byte[] peerConfirm;
    byte[] peerRandom;
    Key stk;

    LegacyTester(Pair pair, Role role) {
        this.pair = pair;
        this.role = role;
        this.device = pair.device(role);
        this.raw = Tester.in(other());
        device.security.options(allowing());
        pair.run();
    }

    static SecurityOptions allowing() {
        return Device.accepting().with(options -> options.legacy(true).signing(true).minimumKeySize(7));
    }

    static Key key(int first) {
        var octets = new byte[16];
        for (int i = 0; i < 16; i++) {
            octets[i] = (byte) (first + i);
        }
        return Key.of(octets);
    }

    Device other() {
        return pair.other(role);
    }

    /** The tester's end of the link. */
    Wire.End end() {
        return wire.otherEnd(role);
    }

    Wire.End deviceEnd() {
        return wire.end(role);
    }

    void connect() {
        connect(role);
    }

    /** A link on which the device has this role. */
    void connect(Role now) {
        raw.ltk = null;
        if (wire != null) {
            wire.lose(0x13, 0x13);
            pair.run();
        }
        var other = other();
        wire = now == Role.CENTRAL
                ? new Wire(device, other, device.identity, other.identity)
                : new Wire(other, device, other.identity, device.identity);
        pair.run();
        while (raw.next().length > 0) {
            // What the pairing before left.
        }
    }

    byte[] confirm(byte[] value) {
        return Toolbox.c1(
                tk,
                value,
                OctetOrder.reversed(request),
                OctetOrder.reversed(response),
                wire.central.ownAddress(),
                wire.peripheral.ownAddress());
    }

    int keySize() {
        return Math.min(request[4], response[4]);
    }

    /** Exchanges the features; false when the device refused. */
    boolean features(String hex) {
        if (role == Role.CENTRAL) {
            device.security.pair(wire.central);
            request = raw.next();
            response = HexFormat.of().parseHex(hex);
            raw.send(end(), response);
        } else {
            request = HexFormat.of().parseHex(hex);
            raw.send(end(), request);
            response = raw.next();
        }
        return response.length == 7 && response[0] == 2;
    }

    /** Goes through phase 2 and encryption; false when the device ended it. */
    boolean authenticate() {
        if (!authenticateUpToEncryption()) {
            return false;
        }
        if (role == Role.PERIPHERAL) {
            end().encrypt(stk, 0, 0);
        }
        pair.run();
        return true;
    }

    /** Goes through phase 2; a central begins encryption at its end. */
    boolean authenticateUpToEncryption() {
        if (role == Role.CENTRAL) {
            if (!takeConfirm()) {
                return false;
            }
            raw.send(end(), Tester.value(0x03, confirm(random)));
            if (!takeRandom()) {
                return false;
            }
            stk = Toolbox.s1(tk, random, peerRandom).shortened(keySize());
            raw.ltk = stk;
            raw.send(end(), Tester.value(0x04, random));
        } else {
            raw.send(end(), Tester.value(0x03, confirm(random)));
            if (!takeConfirm()) {
                return false;
            }
            raw.send(end(), Tester.value(0x04, random));
            if (!takeRandom()) {
                return false;
            }
            stk = Toolbox.s1(tk, peerRandom, random).shortened(keySize());
        }
        return true;
    }

    boolean takeConfirm() {
        var pdu = raw.next();
        peerConfirm = pdu.length == 17 && pdu[0] == 0x03 ? Tester.value(pdu) : null;
        return peerConfirm != null;
    }

    boolean takeRandom() {
        var pdu = raw.next();
        peerRandom = pdu.length == 17 && pdu[0] == 0x04 ? Tester.value(pdu) : null;
        return peerRandom != null && java.util.Arrays.equals(peerConfirm, confirm(peerRandom));
    }

    /** What each side distributes, by the response; without EncKey in LE Secure Connections. */
    int keysOf(boolean initiator) {
        return response[initiator ? 5 : 6] & 0x07;
    }

    int ownKeys() {
        return keysOf(role == Role.PERIPHERAL);
    }

    int deviceKeys() {
        return keysOf(role == Role.CENTRAL);
    }

    void distribute(int keys) {
        keyPdus(keys).forEach(pdu -> raw.send(end(), pdu));
    }

    /** The key PDUs of the tester, in their order. */
    List<byte[]> keyPdus(int keys) {
        var pdus = new ArrayList<byte[]>();
        if ((keys & 1) != 0) {
            pdus.add(Tester.value(0x06, LTK.octets()));
            pdus.add(HexFormat.of().parseHex("07" + "3412" + "0807060504030201"));
        }
        if ((keys & 2) != 0) {
            pdus.add(Tester.value(0x08, IRK.octets()));
            pdus.add(HexFormat.of()
                    .parseHex("0901" + HexFormat.of().formatHex(OctetOrder.reversed(other().identity.octets()))));
        }
        if ((keys & 4) != 0) {
            pdus.add(Tester.value(0x0a, CSRK.octets()));
        }
        return pdus;
    }

    /** All that the device has sent since. */
    List<byte[]> received() {
        var pdus = new ArrayList<byte[]>();
        for (var pdu = raw.next(); pdu.length > 0; pdu = raw.next()) {
            pdus.add(pdu);
        }
        return pdus;
    }

    /** What a Central Identification names. */
    static LegacyName name(byte[] pdu) {
        var in = ByteBuffer.wrap(pdu).order(ByteOrder.LITTLE_ENDIAN);
        return new LegacyName(in.getShort(1) & 0xffff, in.getLong(3));
    }
}
