package org.everbond.adapter.internal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.everbond.adapter.Link;
import org.everbond.adapter.LinkStatus;
import org.everbond.crypto.Key;
import org.everbond.crypto.OctetOrder;
import org.everbond.crypto.Toolbox;
import org.everbond.hci.virtual.Faults;
import org.everbond.hci.virtual.Faults.Verdict;

/**
 * Somebody between gateways who has each believe that the other one takes short keys only. Nothing in LE Secure Connections protects that
 * octet. The Confirm values of LE legacy pairing do; but whoever knows TK can take them apart and make them anew (Vol 3, Part H, 2.2.3).
 */
final class ShortKeys {
    private static final int PAIRING_REQUEST = 1;
    private static final int PAIRING_RESPONSE = 2;
    private static final int PAIRING_CONFIRM = 3;
    private static final int SMP = 6;
    /** Where an SMP PDU begins in an ACL packet, and the maximum key size in Pairing Request and Response. */
    private static final int PDU = 9;

    private static final int KEY_SIZE = 4;
    private static final int FEATURES = 7;
    private static final int BLOCK = 16;
    private static final byte SECURE_CONNECTIONS = 8;

    private final Ledger ledger;
    private final int size;
    /** As they were sent, by who has received them. */
    private final Map<SimulatedGateway, byte[]> features = new HashMap<>();

    ShortKeys(Ledger ledger, int size) {
        this.ledger = ledger;
        this.size = size;
    }

    Faults.PacketRule before(SimulatedGateway gateway) {
        return packet -> {
            if (packet.length < PDU + FEATURES || packet[0] != 2 || packet[PDU - 2] != SMP || (packet[2] & 0x30) == 0x10) {
                return Verdict.pass(packet);
            }
            int length = packet.length - PDU;
            return switch (packet[PDU]) {
                case PAIRING_REQUEST, PAIRING_RESPONSE -> length == FEATURES ? shortened(gateway, packet) : Verdict.pass(packet);
                case PAIRING_CONFIRM -> length == BLOCK + 1 ? confirmed(gateway, packet) : Verdict.pass(packet);
                default -> Verdict.pass(packet);
            };
        };
    }

    private Verdict shortened(SimulatedGateway gateway, byte[] packet) {
        features.put(gateway, Arrays.copyOfRange(packet, PDU, packet.length));
        var changed = packet.clone();
        changed[PDU + KEY_SIZE] = (byte) size;
        return Verdict.replace(changed);
    }

    private Verdict confirmed(SimulatedGateway gateway, byte[] packet) {
        int handle = packet[1] & 0xff | (packet[2] & 0xf) << 8;
        var peer = gateway.watch.peerOn(handle);
        var link = peer.flatMap(from -> linkWith(gateway, from));
        var heard = features.get(gateway);
        var said = peer.map(features::get);
        if (link.isEmpty() || heard == null || said.isEmpty() || (heard[3] & said.get()[3] & SECURE_CONNECTIONS) != 0) {
            return Verdict.pass(packet);
        }
        var tk = ledger.tie(gateway, peer.get()).plan.temporaryKeyOfLegacy();
        if (tk.isEmpty()) {
            return Verdict.pass(packet);
        }
        boolean atPeripheral = heard[0] == PAIRING_REQUEST;
        var request = atPeripheral ? heard : said.get();
        var response = atPeripheral ? said.get() : heard;
        var changed = packet.clone();
        var confirm = OctetOrder.reversed(Arrays.copyOfRange(packet, PDU + 1, packet.length));
        var status = link.get();
        var p2 = ByteBuffer.allocate(BLOCK).putInt(0)
                .put((atPeripheral ? status.peerOnAir() : status.ownOnAir()).octets())
                .put((atPeripheral ? status.ownOnAir() : status.peerOnAir()).octets())
                .array();
        var inner = decrypted(tk.get(), xor(decrypted(tk.get(), confirm), p2));
        // One of the two PDUs has another key size in p1 here, and the other one there.
        var difference = ByteBuffer.allocate(BLOCK).put(difference(response)).put(difference(request)).array();
        var anew = Toolbox.e(tk.get(), xor(Toolbox.e(tk.get(), xor(inner, difference)), p2));
        System.arraycopy(OctetOrder.reversed(anew), 0, changed, PDU + 1, BLOCK);
        return Verdict.replace(changed);
    }

    private byte[] difference(byte[] pdu) {
        var difference = new byte[FEATURES];
        difference[FEATURES - 1 - KEY_SIZE] = (byte) (pdu[KEY_SIZE] ^ size);
        return difference;
    }

    private Optional<LinkStatus> linkWith(SimulatedGateway gateway, SimulatedGateway peer) {
        return gateway.adapter().links().stream()
                .map(Link::status)
                .filter(status -> ledger.at(status.peer()).filter(peer::equals).isPresent())
                .findFirst();
    }

    private static byte[] decrypted(Key key, byte[] block) {
        try {
            var cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key.octets(), "AES"));
            return cipher.doFinal(block);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] xor(byte[] one, byte[] other) {
        var both = one.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] ^= other[i];
        }
        return both;
    }
}
