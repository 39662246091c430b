package dev.xfolds.trainer.progress;

import com.google.protobuf.CodedOutputStream;
import dev.xfolds.trainer.config.TrainerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.zip.CRC32C;

/**
 * TensorBoard's events.out.tfevents.*: TFRecord framing (length, masked CRC-32C of the length,
 * data, masked CRC-32C of the data) around tensorflow.Event messages with scalar summaries. Every
 * attempt writes a file of its own; its first event says from which step on the events of earlier
 * files are void.
 */
public final class EventFile implements AutoCloseable {

  private static final int CRC_MASK = 0xa282ead8;

  // Field numbers of tensorflow.Event, SessionLog, Summary and Summary.Value.
  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int EVENT_SESSION_LOG = 7;
  private static final int SESSION_STATUS = 1;
  private static final int SESSION_START = 1;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE = 2;

  private final Path file;
  private final OutputStream out;
  private final InstantSource clock;

  private EventFile(Path file, OutputStream out, InstantSource clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Creates the file of an attempt that continues after {@code step}; an older file of the same
   * attempt and second is continued.
   */
  public static EventFile create(Path folder, long attempt, long step, InstantSource clock) {
    Path file =
        folder.resolve(
            "events.out.tfevents.%010d.xfolds.%d"
                .formatted(clock.instant().getEpochSecond(), attempt));
    try {
      OutputStream out =
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      EventFile events = new EventFile(file, out, clock);
      events.event(0, EVENT_FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
      events.event(step + 1, EVENT_SESSION_LOG, sessionStart());
      return events;
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** Writes every value of a line as a scalar. */
  public void append(MetricLine line) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream summary = CodedOutputStream.newInstance(bytes);
      for (var entry : line.values().entrySet()) {
        summary.writeByteArray(SUMMARY_VALUE, value(entry.getKey(), entry.getValue()));
      }
      summary.flush();
      event(line.step(), EVENT_SUMMARY, bytes.toByteArray());
      out.flush();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static byte[] value(String tag, double value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(VALUE_TAG, tag);
    out.writeFloat(VALUE_SIMPLE, (float) value);
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] sessionStart() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeEnum(SESSION_STATUS, SESSION_START);
    out.flush();
    return bytes.toByteArray();
  }

  private void event(long step, int field, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream event = CodedOutputStream.newInstance(bytes);
    event.writeDouble(EVENT_WALL_TIME, clock.millis() / 1000.0);
    event.writeInt64(EVENT_STEP, step);
    event.writeByteArray(field, content);
    event.flush();
    out.write(record(bytes.toByteArray()));
  }

  /** TFRecord framing of one message. */
  static byte[] record(byte[] data) {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(data.length);
    return ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(data.length)
        .putInt(maskedCrc(length.array()))
        .put(data)
        .putInt(maskedCrc(data))
        .array();
  }

  static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, data.length);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  private static TrainerException failed(Path file, IOException e) {
    return TrainerException.retry(file + " cannot be written: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }
}
