package org.everbond.tlv.sealed.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;
import org.everbond.tlv.sealed.SealedStore.Whence;

/** The password of a key store. May block. */
public interface Password {
    /**
     * @param of what it opens, for messages
     * @return the caller clears it
     */
    char[] get(Path of) throws TlvException;

    /** For messages: where it is. */
    String whence();

    static Password of(Whence whence) {
        return whence instanceof Whence.InFile inFile
                ? new InFile(inFile.file())
                : new InVariable(((Whence.InVariable) whence).name());
    }

    /** In the first line of a file. */
    record InFile(Path file) implements Password {
        @Override
        public char[] get(Path of) throws TlvException {
            try {
                var octets = Files.readAllBytes(file);
                var text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(octets));
                Arrays.fill(octets, (byte) 0);
                int end = 0;
                while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                    end++;
                }
                var password = new char[end];
                text.get(password);
                return password;
            } catch (IOException e) {
                throw new TlvException(Reason.UNUSABLE, "the password of key store " + of + " cannot be read from " + file
                        + "; write it into the first line of that file", e);
            }
        }

        @Override
        public String whence() {
            return file.toString();
        }
    }

    /** In a variable of the environment. */
    record InVariable(String name) implements Password {
        @Override
        public char[] get(Path of) throws TlvException {
            var value = System.getenv(name);
            if (value == null) {
                throw new TlvException(Reason.UNUSABLE, "the environment has no variable " + name + " with the password of key store "
                        + of + "; set and export it");
            }
            return value.toCharArray();
        }

        @Override
        public String whence() {
            return "the variable " + name;
        }
    }
}
