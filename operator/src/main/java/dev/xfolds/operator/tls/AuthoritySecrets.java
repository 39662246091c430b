package dev.xfolds.operator.tls;

import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The operator's secrets: the one for new runs, and the one before its rotation, with which runs in
 * flight go on to their end. A run remembers which is its own by the secret's fingerprint.
 */
public final class AuthoritySecrets {
  private static final int FINGERPRINT_DIGITS = 16;

  private final Map<String, byte[]> byFingerprint = new LinkedHashMap<>();
  private final String current;

  /**
   * Both secrets.
   *
   * @param now for new runs
   * @param before empty if the secret was never rotated, or no run of that time is left
   */
  public AuthoritySecrets(byte[] now, Optional<byte[]> before) {
    current = fingerprint(now);
    byFingerprint.put(current, now.clone());
    before.ifPresent(secret -> byFingerprint.put(fingerprint(secret), secret.clone()));
  }

  /** The key of a run's authority, with the fingerprint of the secret that it comes from. */
  public record RunAuthority(String fingerprint, KeyPair key) {}

  /**
   * The authority of a run; always the same for the same uid and fingerprint.
   *
   * @param uid of the TrainingRun
   * @param remembered fingerprint of the one that the run began with; empty for a new run
   */
  public RunAuthority of(String uid, Optional<String> remembered) {
    String fingerprint = remembered.filter(byFingerprint::containsKey).orElse(current);
    return new RunAuthority(fingerprint, AuthorityKey.derive(byFingerprint.get(fingerprint), uid));
  }

  /** Tells secrets apart and gives nothing of them away: they are random. */
  static String fingerprint(byte[] secret) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret);
      return HexFormat.of().formatHex(digest).substring(0, FINGERPRINT_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
