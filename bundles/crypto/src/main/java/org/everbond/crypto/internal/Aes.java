package org.everbond.crypto.internal;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.everbond.crypto.Key;

/** AES-128 with one key schedule, over the JDK's cipher (which uses the processor's instructions). Not thread-safe. */
public final class Aes {
    private static final ThreadLocal<Aes> PER_THREAD = ThreadLocal.withInitial(Aes::new);

    private final Cipher cipher;

    private Aes() {
        try {
            cipher = Cipher.getInstance("AES/ECB/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime offers no AES; use one with the SunJCE provider", e);
        }
    }

    /** A cipher of its own that stays keyed. */
    public static Aes keyed(Key key) {
        return new Aes().rekey(key);
    }

    /** The calling thread's cipher, keyed anew: valid until the next call on the same thread. */
    public static Aes shared(Key key) {
        return PER_THREAD.get().rekey(key);
    }

    private Aes rekey(Key key) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key.octets(), "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime refuses AES-128 keys; check its security policy", e);
        }
        return this;
    }

    /** Encrypts one block of 16 octets; {@code block} and {@code target} may be the same array. */
    public void encrypt(byte[] block, byte[] target) {
        try {
            cipher.update(block, 0, 16, target, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed on a whole block; the Java runtime's provider is broken", e);
        }
    }
}
