package org.everbond.tlv.sealed.internal;

import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;

/** Secret keys in a PKCS #12 file, as {@code keytool -genseckey} makes it, with the password in another file. */
record KeyStoreFile(Path file, Path passwordFile) implements KeySource {
    private static final int SHORTEST = 16;

    @Override
    public byte[] key(String alias) throws TlvException {
        char[] password = password();
        try (var in = Files.newInputStream(file)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            var key = store.getKey(alias, password);
            var octets = key == null ? null : key.getEncoded();
            if (octets == null || octets.length < SHORTEST) {
                throw new TlvException(Reason.UNUSABLE, "key store " + file + " has no secret key '" + alias
                        + "' of 16 octets or more; make one with keytool -genseckey -keyalg AES -keysize 256");
            }
            return octets;
        } catch (NoSuchFileException e) {
            throw new TlvException(Reason.UNUSABLE, "key store " + file + " does not exist; put it there or change option keystore", e);
        } catch (TlvException e) {
            throw e;
        } catch (IOException | GeneralSecurityException e) {
            throw new TlvException(Reason.UNUSABLE, "key store " + file + " cannot be read with the password in " + passwordFile
                    + "; check both", e);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /** The first line. */
    private char[] password() throws TlvException {
        try {
            var octets = Files.readAllBytes(passwordFile);
            CharBuffer text = StandardCharsets.UTF_8.decode(java.nio.ByteBuffer.wrap(octets));
            Arrays.fill(octets, (byte) 0);
            int end = 0;
            while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
                end++;
            }
            var password = new char[end];
            text.get(password);
            return password;
        } catch (IOException e) {
            throw new TlvException(Reason.UNUSABLE, "the password of key store " + file + " cannot be read from " + passwordFile
                    + "; write it into the first line of that file", e);
        }
    }

    @Override
    public String describe(String alias) {
        return "'" + alias + "' of " + file;
    }
}
