package org.everbond.tlv.sealed.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.everbond.tlv.StoreId;

/**
 * What is derived from one key for one sealing of a store: a key for values (AES-256-GCM), one for tags (HMAC-SHA-256) and a value by
 * which the key is recognised, each the HMAC-SHA-256 of a word and the salt under the key.
 */
final class SealKeys {
    static final int SALT = 16;
    static final int CHECK = 16;
    static final int NONCE = 12;
    /** Octets that sealing adds: nonce and authentication tag. */
    static final int OVERHEAD = NONCE + 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] salt;
    private final byte[] check;
    private final SecretKeySpec values;
    private final SecretKeySpec tags;

    SealKeys(byte[] key, byte[] salt) {
        this.salt = salt.clone();
        var master = new SecretKeySpec(key, "HmacSHA256");
        check = Arrays.copyOf(mac(master, word("check", salt)), CHECK);
        values = new SecretKeySpec(mac(master, word("values", salt)), "AES");
        tags = new SecretKeySpec(mac(master, word("tags", salt)), "HmacSHA256");
    }

    /** For a new sealing. */
    static SealKeys fresh(byte[] key) {
        var salt = new byte[SALT];
        RANDOM.nextBytes(salt);
        return new SealKeys(key, salt);
    }

    private static byte[] word(String word, byte[] salt) {
        var ascii = ("everbond " + word + " ").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(ascii.length + salt.length).put(ascii).put(salt).array();
    }

    byte[] salt() {
        return salt.clone();
    }

    byte[] check() {
        return check.clone();
    }

    boolean fits(byte[] expected) {
        return MessageDigest.isEqual(check, expected);
    }

    /** A number that says nothing of the tag to whoever has not the key. */
    int pseudonym(int tag) {
        return ByteBuffer.wrap(mac(tags, ByteBuffer.allocate(4).putInt(tag).array())).getInt();
    }

    byte[] seal(StoreId id, int place, byte[] plain) {
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, id, place, nonce);
            var sealed = Arrays.copyOf(nonce, OVERHEAD + plain.length);
            cipher.doFinal(plain, 0, plain.length, sealed, NONCE);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is part of every Java", e);
        }
    }

    /** Empty when it was sealed with another key, for another store or place, or was changed since. */
    Optional<byte[]> open(StoreId id, int place, byte[] sealed) {
        if (sealed.length < OVERHEAD) {
            return Optional.empty();
        }
        try {
            var cipher = cipher(Cipher.DECRYPT_MODE, id, place, Arrays.copyOf(sealed, NONCE));
            return Optional.of(cipher.doFinal(sealed, NONCE, sealed.length - NONCE));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, StoreId id, int place, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, values, new GCMParameterSpec(128, nonce));
        var associated = ByteBuffer.allocate(36);
        associated.putLong(id.lineage().getMostSignificantBits()).putLong(id.lineage().getLeastSignificantBits());
        associated.putLong(id.store().getMostSignificantBits()).putLong(id.store().getLeastSignificantBits());
        cipher.updateAAD(associated.putInt(place).array());
        return cipher;
    }

    private static byte[] mac(SecretKeySpec key, byte[] message) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 is part of every Java", e);
        }
    }

    @Override
    public String toString() {
        return "SealKeys[hidden]";
    }
}
