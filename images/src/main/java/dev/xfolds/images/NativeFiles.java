package dev.xfolds.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Native libraries out of their jars, because a container's root is read-only.
 *
 * @param torch libtorch and DJL's binding, all in one folder, where DJL looks for the binding first
 * @param jna what JNA would unpack at its start, and a CUDA run-time under the name that DJL asks
 *     JNA for when it counts GPUs
 */
record NativeFiles(List<Path> torch, List<Path> jna) {

  private static final String TORCH_FACTS = "native/lib/pytorch.properties";
  private static final String BINDING = "libdjl_torch.so";
  private static final String JNA = "libjnidispatch.so";

  static NativeFiles unpack(Path torchJar, Path bindingJar, Path jnaJar, Flavour flavour, Path to) {
    try {
      Path torch = Files.createDirectories(to.resolve("torch"));
      Path jna = Files.createDirectories(to.resolve("jna"));
      List<Path> torchFiles = new ArrayList<>();
      List<Path> jnaFiles = new ArrayList<>();
      try (ZipFile jar = new ZipFile(torchJar.toFile())) {
        Properties facts = new Properties();
        try (InputStream in = open(jar, TORCH_FACTS)) {
          facts.load(new InputStreamReader(in, UTF_8));
        }
        if (!flavour.torch().equals(facts.getProperty("flavor"))) {
          throw ImagesException.failed(
              "%s must be libtorch for %s, is for %s"
                  .formatted(torchJar, flavour.torch(), facts.getProperty("flavor")));
        }
        String folder = "pytorch/" + flavour.torch() + "/" + facts.getProperty("classifier") + "/";
        for (String library : facts.getProperty("libraries").split(",", -1)) {
          Path file = torch.resolve(library.strip());
          copy(jar, folder + library.strip(), file);
          torchFiles.add(file);
          if (library.strip().startsWith("libcudart")) {
            Path named = jna.resolve("libcudart.so");
            Files.createLink(named, file);
            jnaFiles.add(named);
          }
        }
      }
      try (ZipFile jar = new ZipFile(bindingJar.toFile())) {
        Path file = torch.resolve(BINDING);
        copy(jar, "jnilib/linux-x86_64/" + flavour.torch() + "/" + BINDING, file);
        torchFiles.add(file);
      }
      try (ZipFile jar = new ZipFile(jnaJar.toFile())) {
        Path file = jna.resolve(JNA);
        copy(jar, "com/sun/jna/linux-x86-64/" + JNA, file);
        jnaFiles.add(file);
      }
      return new NativeFiles(List.copyOf(torchFiles), List.copyOf(jnaFiles));
    } catch (IOException e) {
      throw ImagesException.failed("native libraries cannot be unpacked: " + e, e);
    }
  }

  private static void copy(ZipFile jar, String name, Path to) throws IOException {
    try (InputStream in = open(jar, name)) {
      Files.copy(in, to);
    }
  }

  private static InputStream open(ZipFile jar, String name) throws IOException {
    ZipEntry entry = jar.getEntry(name);
    if (entry == null) {
      throw ImagesException.failed("%s must hold %s".formatted(jar.getName(), name));
    }
    return jar.getInputStream(entry);
  }
}
