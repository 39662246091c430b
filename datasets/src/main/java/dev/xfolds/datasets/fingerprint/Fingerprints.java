package dev.xfolds.datasets.fingerprint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.image.ImageDecoder;
import dev.xfolds.datasets.image.Pixels;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Computes hashes of images and questions. */
public final class Fingerprints {

  private static final Pattern TOKEN = Pattern.compile("[a-z0-9]+");

  private Fingerprints() {}

  /**
   * Reads, decodes and hashes an image.
   *
   * @throws dev.xfolds.datasets.UnreadableImageException if it cannot be read or decoded
   */
  public static ImageHashes of(ImageSource image) {
    byte[] file = image.bytes();
    return of(file, ImageDecoder.decode(image.name(), file));
  }

  /** Hashes an image that was decoded already. */
  public static ImageHashes of(byte[] file, Pixels pixels) {
    return new ImageHashes(sha256(file), DifferenceHash.of(pixels));
  }

  /** Hashes a question. */
  public static QuestionHashes of(String question) {
    return new QuestionHashes(
        sha256(question.getBytes(UTF_8)), sha256(normalize(question).getBytes(UTF_8)));
  }

  /** The question's tokens {@code [a-z0-9]+} in lower case, joined by one blank. */
  public static String normalize(String question) {
    StringJoiner tokens = new StringJoiner(" ");
    for (Matcher m = TOKEN.matcher(question.toLowerCase(Locale.ROOT)); m.find(); ) {
      tokens.add(m.group());
    }
    return tokens.toString();
  }

  /** Lower-case hex. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
