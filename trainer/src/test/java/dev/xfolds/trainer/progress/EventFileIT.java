package dev.xfolds.trainer.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.xfolds.contract.v1.ExitCode;
import dev.xfolds.trainer.config.TrainerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the files as TensorBoard does: TFRecords of tensorflow.Event. */
final class EventFileIT {

  private static final double START = 1_767_225_600;

  @TempDir Path folder;
  private final SettableClock clock = new SettableClock();

  /** A tensorflow.Event; {@code version}, {@code started} and {@code scalars} exclude another. */
  private record Event(
      double wallTime, long step, String version, boolean started, Map<String, Float> scalars) {

    static Event parse(byte[] message) throws IOException {
      double wallTime = 0;
      long step = 0;
      String version = "";
      boolean started = false;
      Map<String, Float> scalars = new LinkedHashMap<>();
      CodedInputStream in = CodedInputStream.newInstance(message);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> wallTime = in.readDouble();
          case 2 -> step = in.readInt64();
          case 3 -> version = in.readString();
          case 5 -> summary(in.readByteArray(), scalars);
          case 7 -> started = List.of(8, 1).equals(bytes(in.readByteArray()));
          default -> throw new IOException("unexpected tag " + tag);
        }
      }
      return new Event(wallTime, step, version, started, scalars);
    }

    private static List<Integer> bytes(byte[] bytes) {
      List<Integer> list = new ArrayList<>();
      for (byte value : bytes) {
        list.add((int) value);
      }
      return list;
    }

    private static void summary(byte[] message, Map<String, Float> scalars) throws IOException {
      CodedInputStream in = CodedInputStream.newInstance(message);
      while (!in.isAtEnd()) {
        assertThat(WireFormat.getTagFieldNumber(in.readTag())).isEqualTo(1);
        CodedInputStream value = CodedInputStream.newInstance(in.readByteArray());
        assertThat(WireFormat.getTagFieldNumber(value.readTag())).isEqualTo(1);
        String name = value.readString();
        assertThat(WireFormat.getTagFieldNumber(value.readTag())).isEqualTo(2);
        scalars.put(name, value.readFloat());
        assertThat(value.isAtEnd()).isTrue();
      }
    }
  }

  private static List<Event> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[Long.BYTES];
      in.get(in.position(), length);
      byte[] message = new byte[Math.toIntExact(in.getLong())];
      assertThat(in.getInt()).isEqualTo(EventFile.maskedCrc(length));
      in.get(message);
      assertThat(in.getInt()).isEqualTo(EventFile.maskedCrc(message));
      events.add(Event.parse(message));
    }
    return events;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void everyValueIsAScalarOfItsStep() throws IOException {
    try (EventFile events = EventFile.create(folder, 1, 0, clock)) {
      clock.advance(Duration.ofMillis(1500));
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("loss", 0.5);
      values.put("learningRate", 0.001);
      events.append(new MetricLine(10, values));
      events.append(new MetricLine(20, Map.of("loss", Double.NaN)));
      assertThat(files())
          .containsExactly(folder.resolve("events.out.tfevents.1767225600.xfolds.1"));
      assertThat(read(files().getFirst()))
          .containsExactly(
              new Event(START, 0, "brain.Event:2", false, Map.of()),
              new Event(START, 1, "", true, Map.of()),
              new Event(START + 1.5, 10, "", false, Map.of("loss", 0.5f, "learningRate", 0.001f)),
              new Event(START + 1.5, 20, "", false, Map.of("loss", Float.NaN)));
    }
  }

  /** Without that event TensorBoard would show the steps of both attempts. */
  @Test
  void resumedAttemptVoidsWhatComesAfterItsCheckpoint() throws IOException {
    EventFile.create(folder, 1, 0, clock).close();
    clock.advance(Duration.ofSeconds(60));
    EventFile.create(folder, 2, 100, clock).close();
    clock.advance(Duration.ofSeconds(60));
    EventFile.create(folder, 3, 0, clock).close();
    assertThat(files()).hasSize(3);
    List<Long> voidFrom = new ArrayList<>();
    for (Path file : files()) {
      List<Event> events = read(file);
      assertThat(events).hasSize(2);
      assertThat(events.get(1).started()).isTrue();
      voidFrom.add(events.get(1).step());
    }
    assertThat(voidFrom).containsExactly(1L, 101L, 1L);
  }

  @Test
  void fileOfTheSameAttemptAndSecondIsContinued() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (EventFile events = EventFile.create(folder, 1, 0, clock)) {
        events.append(new MetricLine(1, Map.of("loss", 0.5)));
      }
    }
    assertThat(files()).hasSize(1);
    assertThat(read(files().getFirst())).hasSize(6);
  }

  @Test
  void folderThatCannotBeWrittenIsRetried() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> EventFile.create(missing, 1, 0, clock))
        .isInstanceOfSatisfying(
            TrainerException.class, e -> assertThat(e.code()).isEqualTo(ExitCode.RETRY))
        .hasMessageContaining("cannot be written: ");
  }
}
