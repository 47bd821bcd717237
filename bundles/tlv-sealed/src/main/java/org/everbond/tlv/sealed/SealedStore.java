package org.everbond.tlv.sealed;

import java.nio.file.Path;
import org.everbond.tlv.sealed.internal.KeyStoreFile;
import org.everbond.tlv.sealed.internal.Password;
import org.everbond.tlv.sealed.internal.SealedBackend;
import org.everbond.tlv.spi.TlvBackend;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A store encrypted at rest, without a framework: with a secret key of a PKCS #12 file, as {@code keytool -genseckey} makes it.
 *
 * @param keystore the file
 * @param password where the password of the file is
 * @param alias of the key, which has 16 octets or more
 */
@ProviderType
public record SealedStore(Path keystore, Whence password, String alias) {
    /** The alias that is meant where none is named. */
    public static final String ALIAS = "everbond";

    /** Where a password is: never in a command line, which others can see. */
    public sealed interface Whence {
        /** In the first line of a file. */
        record InFile(Path file) implements Whence {}

        /** In a variable of the environment. */
        record InVariable(String name) implements Whence {}
    }

    /** Seals what a backend keeps. Nothing is read before {@link TlvBackend#open()}, the key neither. */
    public TlvBackend around(TlvBackend backend) {
        var source = new KeyStoreFile(keystore, Password.of(password));
        return new SealedBackend(backend.info().resource(), backend, () -> backend, source, alias, null);
    }
}
