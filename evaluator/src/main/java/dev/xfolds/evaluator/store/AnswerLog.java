package dev.xfolds.evaluator.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * answers.jsonl: appended to, never rewritten. An answer survives the process once {@link #append}
 * returns, and the machine once {@link #force} does. A last line without its newline was torn by a
 * crash and is cut off when the log is opened.
 */
public final class AnswerLog implements Closeable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int GROUP = 128;

  private final Path file;
  private final FileChannel channel;
  private final List<StoredAnswer> answers;
  private final Set<Question> answered = new HashSet<>();
  private long length;
  private int unforced;

  private record Question(String item, Variant variant) {}

  private AnswerLog(Path file, FileChannel channel, List<StoredAnswer> answers, long length) {
    this.file = file;
    this.channel = channel;
    this.answers = new ArrayList<>();
    this.length = length;
    for (StoredAnswer answer : answers) {
      if (answered.add(new Question(answer.item(), answer.variant()))) {
        this.answers.add(answer);
      }
    }
  }

  /**
   * Opens or creates the log.
   *
   * @throws StoreException if a complete line is no answer, or the file cannot be read
   */
  public static AnswerLog open(Path file) {
    try {
      List<StoredAnswer> answers = new ArrayList<>();
      long length = Files.exists(file) ? read(file, answers) : 0;
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(length);
      channel.position(length);
      return new AnswerLog(file, channel, answers, length);
    } catch (IOException e) {
      throw new StoreException("answers " + file + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /** Answers of a log that somebody else may be writing; a torn last line is left out. */
  public static List<StoredAnswer> load(Path file) {
    List<StoredAnswer> answers = new ArrayList<>();
    if (!Files.exists(file)) {
      return answers;
    }
    try {
      read(file, answers);
      return answers;
    } catch (IOException e) {
      throw new StoreException("answers " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** In the order of arrival, one for each question. */
  public List<StoredAnswer> answers() {
    return Collections.unmodifiableList(answers);
  }

  public boolean has(String item, Variant variant) {
    return answered.contains(new Question(item, variant));
  }

  /**
   * Adds one answer; the file is brought to the disk after every 128.
   *
   * @throws IllegalArgumentException if the question has an answer
   * @throws StoreException if the volume is full or broken; the log then ends with the last whole
   *     answer
   */
  public void append(StoredAnswer answer) {
    Question question = new Question(answer.item(), answer.variant());
    if (answered.contains(question)) {
      throw new IllegalArgumentException(question + " has an answer");
    }
    try {
      byte[] line = (JSON.writeValueAsString(answer) + "\n").getBytes(StandardCharsets.UTF_8);
      ByteBuffer buffer = ByteBuffer.wrap(line);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      length += line.length;
    } catch (IOException e) {
      cutTornLine(e);
      throw new StoreException("answers " + file + " cannot be written: " + e.getMessage(), e);
    }
    answered.add(question);
    answers.add(answer);
    if (++unforced >= GROUP) {
      force();
    }
  }

  /** Brings every appended answer to the disk. */
  public void force() {
    try {
      channel.force(false);
      unforced = 0;
    } catch (IOException e) {
      throw new StoreException("answers " + file + " cannot be flushed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try (channel) {
      if (channel.isOpen() && unforced > 0) {
        force();
      }
    } catch (IOException e) {
      throw new StoreException("answers " + file + " cannot be closed: " + e.getMessage(), e);
    }
  }

  private void cutTornLine(IOException cause) {
    try {
      channel.truncate(length);
      channel.position(length);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Reads the complete lines and returns how many bytes they take. */
  private static long read(Path file, List<StoredAnswer> into) throws IOException {
    long complete = 0;
    int number = 0;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b != '\n') {
          line.write(b);
          continue;
        }
        number++;
        try {
          into.add(JSON.readValue(line.toByteArray(), StoredAnswer.class));
        } catch (JsonProcessingException e) {
          throw new StoreException(
              "answers "
                  + file
                  + " line "
                  + number
                  + " must be an answer in JSON: "
                  + e.getOriginalMessage(),
              e);
        }
        complete += line.size() + 1L;
        line.reset();
      }
    }
    return complete;
  }
}
