package dev.xfolds.operator.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Provider;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jce.spec.ECNamedCurveSpec;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * The key of a run's authority, derived from the operator's secret and the run's uid. It is stored
 * nowhere: whoever has the secret can issue for every run, whoever has a run's certificates cannot
 * issue at all, and no run's certificate is good for another run.
 */
public final class AuthorityKey {
  /** Bytes of the operator's secret. */
  public static final int SECRET_BYTES = 32;

  static final String CURVE = "secp256r1";

  /**
   * Five times as fast as the JDK's own in a JVM without the second compiler, whose arithmetic of
   * this curve the JDK counts on.
   */
  static final Provider CURVES = new BouncyCastleProvider();

  /** 16 bytes more than the order of the curve has: the remainder's bias is below 2^-128. */
  private static final int KEY_BYTES = 48;

  private AuthorityKey() {}

  /**
   * Derives a key pair on P-256 (HKDF with SHA-256, RFC 5869; reduced as FIPS 186-5, A.2.1 does).
   *
   * @param secret {@link #SECRET_BYTES} random bytes
   * @param uid of the TrainingRun
   */
  public static KeyPair derive(byte[] secret, String uid) {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException(
          "the authority's secret must have %d bytes, has %d"
              .formatted(SECRET_BYTES, secret.length));
    }
    HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
    byte[] purpose = ("xfolds run authority " + uid).getBytes(StandardCharsets.UTF_8);
    generator.init(new HKDFParameters(secret, null, purpose));
    byte[] bytes = new byte[KEY_BYTES];
    generator.generateBytes(bytes, 0, KEY_BYTES);
    X9ECParameters curve = CustomNamedCurves.getByName(CURVE);
    BigInteger scalar =
        new BigInteger(1, bytes).mod(curve.getN().subtract(BigInteger.ONE)).add(BigInteger.ONE);
    ECPoint point = new FixedPointCombMultiplier().multiply(curve.getG(), scalar).normalize();
    ECNamedCurveSpec parameters =
        new ECNamedCurveSpec(CURVE, curve.getCurve(), curve.getG(), curve.getN(), curve.getH());
    try {
      KeyFactory factory = KeyFactory.getInstance("EC", CURVES);
      return new KeyPair(
          factory.generatePublic(
              new ECPublicKeySpec(
                  new java.security.spec.ECPoint(
                      point.getAffineXCoord().toBigInteger(),
                      point.getAffineYCoord().toBigInteger()),
                  parameters)),
          factory.generatePrivate(new ECPrivateKeySpec(scalar, parameters)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no EC P-256 keys", e);
    }
  }
}
