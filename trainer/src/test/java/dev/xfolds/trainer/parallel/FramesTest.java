package dev.xfolds.trainer.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

final class FramesTest {

  private static DataInputStream stream(byte... bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  static Stream<ControlFrame> frames() {
    return Stream.of(
        new ControlFrame.Beat(),
        new ControlFrame.Leaving(),
        new ControlFrame.Failed(new Failure(Failure.Kind.BUG, "lost rank 1 (ä:1)")),
        new ControlFrame.Admission(Token.random()));
  }

  private static byte[] bytes(ControlFrame frame) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    frame.write(new DataOutputStream(out));
    return out.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("frames")
  void frameIsReadAsItWasWritten(ControlFrame frame) throws IOException {
    try (DataInputStream in = stream(bytes(frame))) {
      assertThat(ControlFrame.read(in)).isEqualTo(frame);
      assertThat(in.available()).isZero();
    }
  }

  @Test
  void longFailureIsCut() throws IOException {
    Failure failure = new Failure(Failure.Kind.RETRY, "x".repeat(100_000));
    ControlFrame read = ControlFrame.read(stream(bytes(new ControlFrame.Failed(failure))));
    assertThat(read)
        .isEqualTo(
            new ControlFrame.Failed(
                new Failure(Failure.Kind.RETRY, "x".repeat(ControlFrame.LONGEST_MESSAGE))));
  }

  static final List<byte[]> GARBAGE =
      List.of(
          new byte[] {4}, new byte[] {2, 4, 0, 0}, new byte[] {2, 1, 127, 127}, new byte[] {3, 1});

  @ParameterizedTest
  @FieldSource("GARBAGE")
  void garbageIsNoFrame(byte[] bytes) {
    assertThatThrownBy(() -> ControlFrame.read(stream(bytes))).isInstanceOf(IOException.class);
  }

  @Test
  void greetingIsReadAsItWasWritten() throws IOException {
    Greeting greeting = new Greeting("d".repeat(256), "ü", Long.MAX_VALUE, "", 7, 6);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    greeting.write(new DataOutputStream(out));
    assertThat(Greeting.read(stream(out.toByteArray()))).isEqualTo(greeting);
    out.reset();
    new DataOutputStream(out).writeUTF("no greeting");
    assertThatThrownBy(() -> Greeting.read(stream(out.toByteArray())))
        .isInstanceOf(IOException.class)
        .hasMessage("it does not greet as a rank of xfolds does");
  }

  @Test
  void greetingOfAnyLengthIsRefusedUnread() {
    byte[] long4 = ByteBuffer.allocate(12).putInt(0x78667231).putInt(Integer.MAX_VALUE).array();
    assertThatThrownBy(() -> Greeting.read(stream(long4)))
        .hasMessage("it does not greet as a rank of xfolds does");
    byte[] wrong = ByteBuffer.allocate(12).putInt(0x78667231).putInt(4).putInt(-1).array();
    assertThatThrownBy(() -> Greeting.read(stream(wrong)))
        .hasMessageStartingWith("its greeting cannot be read");
    byte[] below = ByteBuffer.allocate(8).putInt(0x78667231).putInt(-1).array();
    assertThatThrownBy(() -> Greeting.read(stream(below)))
        .hasMessage("it does not greet as a rank of xfolds does");
  }

  @Test
  void operationIsReadAsItWasWritten() throws IOException {
    Operation operation = new Operation(Operation.Kind.BROADCAST, 1L << 40, 3, 2);
    ByteBuffer buffer = ByteBuffer.allocate(Operation.BYTES);
    operation.write(buffer);
    assertThat(Operation.read(buffer.flip())).isEqualTo(operation);
    assertThat(operation).hasToString("broadcast of 3 bytes of rank 2 (operation 1099511627776)");
    assertThatThrownBy(() -> Operation.read(ByteBuffer.allocate(Operation.BYTES)))
        .isInstanceOf(IOException.class);
  }
}
