package dev.xfolds.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars of ours in the form of DJL's and JNA's. */
class NativeFilesIT {

  @TempDir private Path folder;
  private Path torch;
  private Path binding;
  private Path jna;

  @BeforeEach
  void makeJars() throws IOException {
    torch =
        jar(
            "torch.jar",
            Map.of(
                "native/lib/pytorch.properties",
                """
                version=2
                flavor=cu128
                classifier=linux-x86_64
                libraries=libtorch.so,libcudart-1f.so.12
                """,
                "pytorch/cu128/linux-x86_64/libtorch.so",
                "torch",
                "pytorch/cu128/linux-x86_64/libcudart-1f.so.12",
                "cudart"));
    binding =
        jar(
            "binding.jar",
            Map.of(
                "jnilib/linux-x86_64/cpu/libdjl_torch.so",
                "cpu",
                "jnilib/linux-x86_64/cu128/libdjl_torch.so",
                "cuda"));
    jna = jar("jna.jar", Map.of("com/sun/jna/linux-x86-64/libjnidispatch.so", "jna"));
  }

  private Path jar(String name, Map<String, String> content) throws IOException {
    Path jar = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, String> entry : content.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }

  @Test
  void cudaRuntimeIsFoundByJnaToo() {
    NativeFiles files = NativeFiles.unpack(torch, binding, jna, Flavour.CUDA, folder);
    assertThat(files.torch())
        .extracting(file -> file.getFileName().toString())
        .containsExactly("libtorch.so", "libcudart-1f.so.12", "libdjl_torch.so");
    assertThat(files.torch().getLast()).hasContent("cuda");
    assertThat(files.jna())
        .extracting(file -> file.getFileName().toString())
        .containsExactly("libcudart.so", "libjnidispatch.so");
    assertThat(files.jna().getFirst()).hasContent("cudart");
  }

  @Test
  void anotherFlavourThanAskedForIsRefused() {
    assertThatExceptionOfType(ImagesException.class)
        .isThrownBy(() -> NativeFiles.unpack(torch, binding, jna, Flavour.CPU, folder))
        .withMessage("%s must be libtorch for cpu, is for cu128".formatted(torch));
  }
}
