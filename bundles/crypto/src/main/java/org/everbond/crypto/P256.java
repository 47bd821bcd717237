package org.everbond.crypto;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import javax.crypto.KeyAgreement;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A key pair of P-256 for LE Secure Connections (Vol 3, Part H, 2.3.5.6.1). Making one takes about half a millisecond and a
 * DHKey about one: make the next pair ahead, away from the event loop. Immutable; any thread may call.
 */
@ProviderType
public final class P256 {
    private static final ThreadLocal<Jdk> JDK = ThreadLocal.withInitial(Jdk::new);

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private P256(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** A new random key pair. */
    public static P256 generate() {
        var pair = JDK.get().generator.generateKeyPair();
        var point = ((ECPublicKey) pair.getPublic()).getW();
        return new P256(pair.getPrivate(), PublicKey.of(octets(point.getAffineX()), octets(point.getAffineY())));
    }

    /**
     * A known key pair, such as the specification's sample data or the debug key.
     *
     * @param privateValue 32 octets, most significant first
     * @param publicKey the public key that belongs to it
     */
    public static P256 of(byte[] privateValue, PublicKey publicKey) {
        var jdk = JDK.get();
        try {
            var spec = new ECPrivateKeySpec(new BigInteger(1, privateValue), jdk.curve);
            return new P256(jdk.keys.generatePrivate(spec), publicKey);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the private value is out of range for P-256", e);
        }
    }

    /** The public half, to be sent to the peer. */
    public PublicKey publicKey() {
        return publicKey;
    }

    /**
     * The DHKey with a peer's public key.
     *
     * @throws InvalidKeyException when the peer's key is no point of the curve: the answer is Pairing Failed with DHKey
     *     Check Failed, and the own key pair is not used again
     */
    public DhKey dhKey(PublicKey peer) throws InvalidKeyException {
        if (!peer.isValid()) {
            throw new InvalidKeyException("the peer's public key is not on the curve P-256");
        }
        var jdk = JDK.get();
        try {
            var point = new ECPoint(new BigInteger(1, peer.x()), new BigInteger(1, peer.y()));
            jdk.agreement.init(privateKey);
            jdk.agreement.doPhase(jdk.keys.generatePublic(new ECPublicKeySpec(point, jdk.curve)), true);
            return DhKey.of(jdk.agreement.generateSecret());
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot compute on P-256; use one with SunEC", e);
        }
    }

    @Override
    public String toString() {
        return "P256[" + publicKey + "]";
    }

    private static byte[] octets(BigInteger coordinate) {
        var signed = coordinate.toByteArray();
        var octets = new byte[32];
        int length = Math.min(32, signed.length);
        System.arraycopy(signed, signed.length - length, octets, 32 - length, length);
        return octets;
    }

    /** The JDK's engines, looked up once per thread. */
    private static final class Jdk {
        final KeyPairGenerator generator;
        final KeyFactory keys;
        final KeyAgreement agreement;
        final ECParameterSpec curve;

        Jdk() {
            try {
                generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                keys = KeyFactory.getInstance("EC");
                agreement = KeyAgreement.getInstance("ECDH");
                var parameters = AlgorithmParameters.getInstance("EC");
                parameters.init(new ECGenParameterSpec("secp256r1"));
                curve = parameters.getParameterSpec(ECParameterSpec.class);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java runtime offers no P-256; use one with the SunEC provider", e);
            }
        }
    }
}
