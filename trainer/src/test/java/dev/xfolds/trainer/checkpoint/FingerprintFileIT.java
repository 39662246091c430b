package dev.xfolds.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.ImageFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FingerprintFileIT {

  @TempDir Path folder;

  private static Fingerprint image(int number) {
    byte[] sha256 = new byte[32];
    sha256[0] = (byte) number;
    return Fingerprint.newBuilder()
        .setImage(ImageFingerprint.newBuilder().setSha256(ByteString.copyFrom(sha256)))
        .build();
  }

  private Path write(List<Fingerprint> entries) throws IOException {
    Part part = FingerprintFile.part(entries);
    Path file = folder.resolve(part.name());
    part.content().writeTo(file);
    return file;
  }

  private static void assertDamaged(Path file) {
    assertThatThrownBy(() -> FingerprintFile.read(file))
        .isInstanceOf(DamagedCheckpointException.class)
        .hasMessageStartingWith(file + ": must be a delimited stream of fingerprints: ");
  }

  @Test
  void writtenFingerprintsAreReadBack() throws IOException {
    List<Fingerprint> entries = List.of(image(1), image(2), image(3));
    Path file = write(entries);
    assertThat(file).hasFileName("fingerprints.bin");
    assertThat(FingerprintFile.read(file)).isEqualTo(entries);
    assertThat(FingerprintFile.read(write(List.of()))).isEmpty();
  }

  @Test
  void cutFileIsDamaged() throws IOException {
    Path file = write(List.of(image(1), image(2)));
    byte[] whole = Files.readAllBytes(file);
    for (int length = whole.length / 2 + 1; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertDamaged(file);
    }
  }

  @Test
  void anyOtherFileIsDamaged() throws IOException {
    Path file = folder.resolve("fingerprints.bin");
    assertDamaged(file);
    Files.write(file, new byte[] {-1, -1, -1, -1, 7, 1, 2, 3});
    assertDamaged(file);
    Files.writeString(file, "no fingerprints at all");
    assertDamaged(file);
  }
}
