package dev.xfolds.trainer.parallel;

import java.io.DataInputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Random bytes, told over TLS, that open one plain connection.
 *
 * @param hex of {@link #LENGTH} bytes
 */
record Token(String hex) {

  static final int LENGTH = 32;

  static Token random() {
    byte[] bytes = new byte[LENGTH];
    new SecureRandom().nextBytes(bytes);
    return new Token(HexFormat.of().formatHex(bytes));
  }

  static Token read(DataInputStream in) throws IOException {
    byte[] bytes = new byte[LENGTH];
    in.readFully(bytes);
    return new Token(HexFormat.of().formatHex(bytes));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
