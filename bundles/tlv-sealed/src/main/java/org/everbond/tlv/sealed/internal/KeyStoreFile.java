package org.everbond.tlv.sealed.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import org.everbond.tlv.TlvException;
import org.everbond.tlv.TlvException.Reason;

/** Secret keys in a PKCS #12 file, as {@code keytool -genseckey} makes it, with its password elsewhere. */
public record KeyStoreFile(Path file, Password password) implements KeySource {
    private static final int SHORTEST = 16;

    @Override
    public byte[] key(String alias) throws TlvException {
        char[] secret = password.get(file);
        try (var in = Files.newInputStream(file)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(in, secret);
            var key = store.getKey(alias, secret);
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
            throw new TlvException(Reason.UNUSABLE, "key store " + file + " cannot be read with the password in " + password.whence()
                    + "; check both", e);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    @Override
    public String describe(String alias) {
        return "'" + alias + "' of " + file;
    }
}
