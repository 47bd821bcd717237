package org.everbond.hci.virtual.internal;

import java.security.InvalidKeyException;
import org.everbond.crypto.OctetOrder;
import org.everbond.crypto.P256;
import org.everbond.crypto.PublicKey;
import org.everbond.crypto.Toolbox;
import org.everbond.hci.ErrorCode;
import org.everbond.hci.OpCode;

/** LE Encrypt, LE Rand and the P-256 commands (Vol 4, Part E, 7.8.22, 7.8.23, 7.8.36, 7.8.37). */
final class CryptoCommands {
    private static final int COORDINATES = 64;
    private static final int DHKEY = 32;

    private final Controller controller;
    private P256 keyPair;

    CryptoCommands(Controller controller) {
        this.controller = controller;
    }

    void register(Commands commands) {
        commands.complete(OpCode.LE_ENCRYPT, 32, 16, (in, out) -> {
            var key = in.key();
            var plaintext = OctetOrder.reversed(in.bytes(16));
            out.bytes(OctetOrder.reversed(Toolbox.e(key, plaintext)));
        });
        commands.complete(OpCode.LE_RAND, 0, 8, (in, out) -> out.u64(controller.random().nextLong()));
        if (controller.options().p256()) {
            commands.status(OpCode.LE_READ_LOCAL_P256_PUBLIC_KEY, 0, (in, out) -> generate());
            commands.status(OpCode.LE_GENERATE_DHKEY, COORDINATES, (in, out) -> dhKey(in.bytes(COORDINATES)));
        }
    }

    private void generate() {
        keyPair = P256.generate();
        var coordinates = new byte[COORDINATES];
        keyPair.publicKey().writeLittleEndian(coordinates, 0);
        controller.out().leEvent(
                LeEvent.READ_LOCAL_P256_PUBLIC_KEY_COMPLETE, new Octets().u8(0).bytes(coordinates));
    }

    private void dhKey(byte[] coordinates) {
        Baseband.need(keyPair != null);
        var event = new Octets();
        try {
            var dhKey = keyPair.dhKey(PublicKey.ofLittleEndian(coordinates, 0));
            event.u8(0).bytes(OctetOrder.reversed(dhKey.octets()));
        } catch (InvalidKeyException e) {
            // A key that is not on the curve: the DHKey field is all ones (Vol 4, Part E, 7.7.65.9).
            event.u8(ErrorCode.INVALID_HCI_COMMAND_PARAMETERS.value());
            for (int i = 0; i < DHKEY; i++) {
                event.u8(0xff);
            }
        }
        controller.out().leEvent(LeEvent.GENERATE_DHKEY_COMPLETE, event);
    }

    void reset() {
        keyPair = null;
    }
}
