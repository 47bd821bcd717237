package org.everbond.gatt.internal.server;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import org.everbond.crypto.Key;
import org.everbond.crypto.Toolbox;
import org.everbond.gatt.internal.att.AttUuid;

/** Database Hash (Vol 3, Part G, 7.3.1): AES-CMAC with a key of zeros over handles, types and the values of declarations. */
final class DatabaseHash {
    private DatabaseHash() {}

    /** @param attributes by handle */
    static byte[] of(Collection<Attribute> attributes) {
        var message = new ByteArrayOutputStream();
        for (var attribute : attributes) {
            if (attribute instanceof Attribute.Declaration declaration) {
                begin(message, attribute);
                message.writeBytes(declaration.value());
            } else if (attribute instanceof Attribute.Configuration) {
                begin(message, attribute);
            }
        }
        return Toolbox.aesCmac(Key.ZERO, message.toByteArray());
    }

    private static void begin(ByteArrayOutputStream message, Attribute attribute) {
        message.write(attribute.handle());
        message.write(attribute.handle() >> 8);
        message.writeBytes(AttUuid.octets(attribute.type()));
    }
}
