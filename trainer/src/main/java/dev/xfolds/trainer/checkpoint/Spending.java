package dev.xfolds.trainer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the attempts of a run computed, whether a checkpoint kept it or not: a file spent/&lt;n&gt;
 * for each attempt, overwritten after every step and not synced. It survives the death of the
 * process; the death of its node may cost it the last seconds. No attempt writes another's file, so
 * one that was superseded spoils no account. Nothing but accounts depends on these files: one that
 * cannot be read is told in the log and counts as nothing.
 */
public final class Spending implements AutoCloseable {

  /**
   * What steps cost.
   *
   * @param flops counted, of the model
   * @param seconds in training steps
   */
  public record Amount(double flops, double seconds) {
    public static final Amount NOTHING = new Amount(0, 0);

    Amount plus(Amount more) {
      return new Amount(flops + more.flops, seconds + more.seconds);
    }

    /** What is above {@code other}, never below nothing. */
    Amount beyond(Amount other) {
      return new Amount(beyond(flops, other.flops), beyond(seconds, other.seconds));
    }

    /** Sums of the same numbers in another order differ in their last digits. */
    private static double beyond(double all, double part) {
      return all - part > 1e-9 * part ? all - part : 0;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Spending.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Every content has this length, so that a shorter one never leaves an end of a longer one. */
  private static final int BYTES = 96;

  private final Path file;
  private final FileChannel channel;
  private final Amount lost;
  private Amount own;

  private Spending(Path file, FileChannel channel, Amount lost, Amount own) {
    this.file = file;
    this.channel = channel;
    this.lost = lost;
    this.own = own;
  }

  /**
   * Continues the account of a run.
   *
   * @param kept what the checkpoint cost that this attempt continues; if the files tell of less,
   *     the rest is taken as spent too: no file tells of attempts before there were such files
   */
  public static Spending open(RunFolder run, Amount kept) {
    Path folder = folder(run);
    Path file = folder.resolve(Long.toString(run.attempt()));
    try {
      Files.createDirectories(folder);
      Amount all = total(run);
      Amount own = read(file).plus(kept.beyond(all));
      Spending spending =
          new Spending(
              file,
              FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              all.beyond(kept),
              own);
      spending.add(Amount.NOTHING);
      return spending;
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** What was computed beyond {@code kept}, by all attempts so far. */
  public static Amount lost(RunFolder run, Amount kept) {
    try {
      return total(run).beyond(kept);
    } catch (IOException e) {
      throw failed(folder(run), e);
    }
  }

  /** What earlier attempts computed that this one has to compute again. */
  public Amount lost() {
    return lost;
  }

  /** Adds what a step cost. */
  public void add(Amount step) {
    own = own.plus(step);
    String text = "{\"flops\":" + own.flops + ",\"seconds\":" + own.seconds + "}";
    ByteBuffer bytes = StandardCharsets.UTF_8.encode("%-95s\n".formatted(text));
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes, bytes.position());
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static Amount total(RunFolder run) throws IOException {
    Path folder = folder(run);
    if (!Files.isDirectory(folder)) {
      return Amount.NOTHING;
    }
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.sorted().toList();
    }
    Amount sum = Amount.NOTHING;
    for (Path one : files) {
      sum = sum.plus(read(one));
    }
    return sum;
  }

  private static Amount read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Amount.NOTHING;
    }
    try {
      JsonNode node = JSON.readTree(Durable.read(file, BYTES));
      return new Amount(amount(node, "flops"), amount(node, "seconds"));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      LOG.warn("{} counts as nothing spent: {}", file, e.getMessage());
      return Amount.NOTHING;
    }
  }

  private static double amount(JsonNode node, String field) {
    double value = node.path(field).asDouble(-1);
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "%s must be a finite number from 0 on, was %s".formatted(field, node.path(field)));
    }
    return value;
  }

  private static Path folder(RunFolder run) {
    return run.path().resolve("spent");
  }

  private static TrainerException failed(Path file, IOException e) {
    return TrainerException.retry(file + " cannot be written or read: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }
}
