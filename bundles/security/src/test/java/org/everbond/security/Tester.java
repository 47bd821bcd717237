package org.everbond.security;

import java.util.List;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import org.everbond.crypto.DeviceAddress;
import org.everbond.crypto.Key;
import org.everbond.crypto.P256;
import org.everbond.crypto.PublicKey;
import org.everbond.crypto.Toolbox;
import org.everbond.host.Connection;
import org.everbond.host.FixedChannel;
import org.everbond.host.SecurityPort;

/**
 * A lower tester in the place of a device's security manager: speaks raw SMP and calculates by itself, from the text of the
 * specification. Runs the loop of its wire until the other side has answered.
 */
final class Tester implements SecurityPort, FixedChannel {
    private final Device device;
    private final Deque<byte[]> received = new ArrayDeque<>();
    P256 own = P256.generate();
    byte[] nonce = new byte[16];
    PublicKey peer;
    Key ltk;
    Key macKey;
    int keyRequests;
    int encryptionStatus = -1;
    boolean answersKeyRequests = true;

    private Tester(Device device) {
        this.device = device;
        Arrays.fill(nonce, (byte) 0x5a);
    }

    /** Takes the place of this device's security manager. */
    static Tester in(Device device) {
        var tester = new Tester(device);
        device.ports.port = tester;
        device.ports.smp = tester;
        return tester;
    }

    private void run() {
        ((org.everbond.hci.virtual.SimulatedLoop) device.loop).runUntilIdle();
    }

    /** Sends a PDU and lets the other side do what it does. */
    void send(Wire.End end, byte[] pdu) {
        end.send(Connection.CID_SMP, pdu, () -> {});
        run();
    }

    void send(Wire.End end, String hex) {
        send(end, HexFormat.of().parseHex(hex));
    }

    /** The next PDU that the other side sent; empty when there is none. */
    byte[] next() {
        run();
        var pdu = received.poll();
        return pdu == null ? new byte[0] : pdu;
    }

    String nextHex() {
        return HexFormat.of().formatHex(next());
    }

    byte[] last() {
        run();
        return received.isEmpty() ? new byte[0] : received.peekLast();
    }

    static byte[] publicKey(PublicKey key) {
        var pdu = new byte[65];
        pdu[0] = 0x0c;
        key.writeLittleEndian(pdu, 1);
        return pdu;
    }

    /** A PDU of 16 octets, most significant first here, reversed on air. */
    static byte[] value(int code, byte[] octets) {
        var pdu = new byte[17];
        pdu[0] = (byte) code;
        for (int i = 0; i < 16; i++) {
            pdu[1 + i] = octets[15 - i];
        }
        return pdu;
    }

    static byte[] value(byte[] pdu) {
        var octets = new byte[16];
        for (int i = 0; i < 16; i++) {
            octets[i] = pdu[16 - i];
        }
        return octets;
    }

    /** The three octets of IOcap in the order of f6, from a Pairing Request or Response. */
    static byte[] ioCap(byte[] pdu) {
        return new byte[] {pdu[3], pdu[2], pdu[1]};
    }

    // As central.

    byte[] request;
    byte[] response;
    byte[] peerNonce;

    /** Pairs up to the point where encryption is to be started. Returns whether the other side's check was right. */
    boolean authenticateAsCentral(Wire wire, String requestHex) {
        var end = wire.central;
        request = HexFormat.of().parseHex(requestHex);
        send(end, request);
        response = next();
        send(end, publicKey(own.publicKey()));
        peer = PublicKey.ofLittleEndian(next(), 1);
        var confirm = value(next());
        send(end, value(0x04, nonce));
        peerNonce = value(next());
        if (!Arrays.equals(confirm, Toolbox.f4(peer.x(), own.publicKey().x(), peerNonce, 0))) {
            return false;
        }
        derive(nonce, peerNonce, wire.central.ownAddress(), wire.peripheral.ownAddress());
        send(end, value(0x0d, checkAsCentral(wire)));
        var check = next();
        return check.length == 17
                && Arrays.equals(
                        value(check),
                        Toolbox.f6(
                                macKey,
                                peerNonce,
                                nonce,
                                new byte[16],
                                ioCap(response),
                                wire.peripheral.ownAddress(),
                                wire.central.ownAddress()));
    }

    byte[] checkAsCentral(Wire wire) {
        return Toolbox.f6(
                macKey,
                nonce,
                peerNonce,
                new byte[16],
                ioCap(request),
                wire.central.ownAddress(),
                wire.peripheral.ownAddress());
    }

    void derive(byte[] na, byte[] nb, DeviceAddress a, DeviceAddress b) {
        try {
            var keys = Toolbox.f5(own.dhKey(peer), na, nb, a, b);
            macKey = keys.macKey();
            ltk = keys.ltk();
        } catch (java.security.InvalidKeyException e) {
            throw new AssertionError(e);
        }
    }

    void pairAsCentral(Wire wire, String requestHex) {
        if (!authenticateAsCentral(wire, requestHex)) {
            throw new AssertionError("the peripheral's confirm value or check is wrong");
        }
        wire.central.encrypt(ltk, 0, 0);
        run();
    }

    // As peripheral.

    /** Answers a Pairing Request up to and with Pairing Random. */
    void respondUntilRandom(Wire wire, String responseHex) {
        var end = wire.peripheral;
        request = next();
        response = HexFormat.of().parseHex(responseHex);
        send(end, response);
        peer = PublicKey.ofLittleEndian(next(), 1);
        send(end, publicKey(own.publicKey()));
        send(end, value(0x03, Toolbox.f4(own.publicKey().x(), peer.x(), nonce, 0)));
        peerNonce = value(next());
        send(end, value(0x04, nonce));
        derive(peerNonce, nonce, wire.central.ownAddress(), wire.peripheral.ownAddress());
    }

    byte[] checkAsPeripheral(Wire wire) {
        return Toolbox.f6(
                macKey,
                nonce,
                peerNonce,
                new byte[16],
                ioCap(response),
                wire.peripheral.ownAddress(),
                wire.central.ownAddress());
    }

    /** Pairs up to where the central starts encryption. */
    boolean respond(Wire wire, String responseHex) {
        respondUntilRandom(wire, responseHex);
        var check = value(next());
        boolean right = Arrays.equals(
                check,
                Toolbox.f6(
                        macKey,
                        peerNonce,
                        nonce,
                        new byte[16],
                        ioCap(request),
                        wire.central.ownAddress(),
                        wire.peripheral.ownAddress()));
        send(wire.peripheral, value(0x0d, checkAsPeripheral(wire)));
        return right;
    }

    @Override
    public DeviceAddress ownAddress() {
        return device.identity;
    }

    @Override
    public List<DeviceAddress> resolve(DeviceAddress onAir) {
        return List.of();
    }

    @Override
    public void connected(Connection connection) {}

    @Override
    public void received(Connection connection, byte[] sdu) {
        received.add(sdu);
    }

    @Override
    public void disconnected(Connection connection, int reason) {}

    @Override
    public void longTermKeyRequested(Connection connection, long rand, int ediv) {
        keyRequests++;
        if (answersKeyRequests && ltk != null) {
            connection.replyLongTermKey(ltk);
        }
    }

    @Override
    public void encryptionChanged(Connection connection, int status, boolean on, boolean refreshed) {
        encryptionStatus = status;
    }
}
