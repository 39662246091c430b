package dev.xfolds.trainer.text;

import dev.xfolds.trainer.config.TrainerException;
import java.nio.file.Path;

/** Turns texts into token ids. Immutable: data threads share one. */
public sealed interface Tokenizer permits BytePair, WordPiece {

  /** Number of token ids; every id is below it. */
  int size();

  int startId();

  int endId();

  /** Ids of the text alone, without start and end; may be empty. */
  int[] encode(String text);

  /**
   * CLIP's sequence: start, the text's ids, end. A longer one keeps its first {@code length} ids,
   * and the last of them becomes the end. Not padded.
   *
   * @param length at least 2
   */
  default int[] sequence(String text, int length) {
    if (length < 2) {
      throw new IllegalArgumentException("length must be at least 2, was " + length);
    }
    int[] ids = encode(text);
    int[] sequence = new int[Math.min(ids.length + 2, length)];
    sequence[0] = startId();
    System.arraycopy(ids, 0, sequence, 1, sequence.length - 2);
    sequence[sequence.length - 1] = endId();
    return sequence;
  }

  /**
   * CLIP's byte-pair encoding from the user's file: a tokenizer.json or
   * bpe_simple_vocab_16e6.txt.gz, told apart by content. See {@link BytePair} for what it does to a
   * text.
   *
   * @throws TrainerException code 2 if the file is missing, larger than 16 MiB, truncated or of
   *     another kind
   */
  static Tokenizer bytePair(Path file) {
    return BytePairFile.read(file);
  }
}
