package dev.xfolds.datasets.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.xfolds.datasets.UnreadableImageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileImageIT {

  @TempDir Path folder;

  @Test
  void bytesAreThoseOfTheFile() throws IOException {
    Path file =
        Files.write(folder.resolve("a.png"), EncodedImages.png(EncodedImages.picture(4, 4, 1)));
    FileImage image = new FileImage("a", file);
    assertThat(image.bytes()).isEqualTo(Files.readAllBytes(file));
    assertThat(ImageDecoder.decode(image).width()).isEqualTo(4);
  }

  @Test
  void missingFileIsNamed() {
    Path file = folder.resolve("none.jpg");
    assertThatThrownBy(() -> new FileImage("none", file).bytes())
        .isInstanceOf(UnreadableImageException.class)
        .hasMessage("image none: no file " + file);
  }

  @Test
  void emptyFileAndFolderAreRefused() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.jpg"));
    assertThatThrownBy(() -> new FileImage("e", empty).bytes())
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> new FileImage("f", folder).bytes())
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void hugeFileIsRefusedWithItsSize() throws IOException {
    Path huge = folder.resolve("huge.jpg");
    try (RandomAccessFile out = new RandomAccessFile(huge.toFile(), "rw")) {
      out.setLength(ImageDecoder.MAX_FILE_BYTES + 1L);
    }
    assertThatThrownBy(() -> new FileImage("huge", huge).bytes())
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("has 67,108,865 bytes, expected at most 67,108,864");
  }
}
