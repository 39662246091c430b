package dev.xfolds.trainer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the attempts of a run computed, whether a checkpoint kept it or not: a file in spent/ for
 * each attempt, overwritten after every step and not synced. It survives the death of the process;
 * the death of its node may cost it the last seconds. No attempt writes another's file, so one that
 * was superseded spoils no account. Nothing but accounts depends on these files: one that cannot be
 * read or written is told in the log, counts as nothing, and disturbs no training.
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
  private final Optional<FileChannel> channel;
  private Amount own;
  private boolean warned;

  private Spending(Path file, Optional<FileChannel> channel, Amount own) {
    this.file = file;
    this.channel = channel;
    this.own = own;
  }

  /**
   * Continues the account of a run.
   *
   * @param kept what the checkpoint cost that this attempt continues; if the files tell of less,
   *     the rest is taken as spent too: no file tells of attempts before there were such files
   */
  public static Spending open(RunFolder run, Amount kept) {
    Path file = folder(run).resolve(name(run));
    Amount own = read(file).plus(kept.beyond(total(run)));
    Spending spending = new Spending(file, channel(file), own);
    spending.add(Amount.NOTHING);
    return spending;
  }

  /** Of a rank that is not the first: the first counts for all. */
  public static Spending unwritten() {
    return new Spending(Path.of(""), Optional.empty(), Amount.NOTHING);
  }

  /** What all attempts so far have computed beyond {@code kept}. */
  public static Amount lost(RunFolder run, Amount kept) {
    return total(run).beyond(kept);
  }

  /** Adds what a step cost. */
  public void add(Amount step) {
    own = own.plus(step);
    String text = "{\"flops\":" + own.flops + ",\"seconds\":" + own.seconds + "}";
    ByteBuffer bytes = StandardCharsets.UTF_8.encode("%-95s\n".formatted(text));
    try {
      while (channel.isPresent() && bytes.hasRemaining()) {
        channel.get().write(bytes, bytes.position());
      }
    } catch (IOException e) {
      if (!warned) {
        LOG.warn("{} cannot be written, steps may be missing in it: {}", file, e.getMessage());
      }
      warned = true;
    }
  }

  private static Optional<FileChannel> channel(Path file) {
    try {
      Files.createDirectories(file.getParent());
      return Optional.of(
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    } catch (IOException e) {
      LOG.warn("{} cannot be opened, this attempt's steps will be missing: {}", file, e.toString());
      return Optional.empty();
    }
  }

  private static Amount total(RunFolder run) {
    try (Stream<Path> entries = Files.list(folder(run))) {
      return entries.sorted().map(Spending::read).reduce(Amount.NOTHING, Amount::plus);
    } catch (NoSuchFileException e) {
      return Amount.NOTHING;
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("{} counts as nothing spent: {}", folder(run), e.getMessage());
      return Amount.NOTHING;
    }
  }

  private static Amount read(Path file) {
    if (!Files.exists(file)) {
      return Amount.NOTHING;
    }
    try {
      JsonNode node = JSON.readTree(Durable.read(file, BYTES));
      return new Amount(amount(node, "flops"), amount(node, "seconds"));
    } catch (IOException | IllegalArgumentException e) {
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

  /** A run that was deleted and applied anew counts from 1 again; the old one may still write. */
  private static String name(RunFolder run) {
    return run.attempt()
        + (run.uid().isEmpty() ? "" : "-" + run.uid().replaceAll("[^A-Za-z0-9-]", "_"));
  }

  @Override
  public void close() {
    try {
      if (channel.isPresent()) {
        channel.get().close();
      }
    } catch (IOException e) {
      LOG.warn("{} may lack its last steps: {}", file, e.getMessage());
    }
  }
}
