package dev.xfolds.images;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;

/**
 * One image, written to an archive and perhaps pushed.
 *
 * @param name with its tag
 * @param base from a registry, or nothing
 * @param command absolute path of the executable
 * @param created the time of the image and of all its files
 */
record ImageArchive(
    String name,
    Optional<String> base,
    List<Layer> layers,
    Map<String, String> environment,
    Map<String, String> labels,
    String command,
    Instant created) {

  /** Group as user: OpenShift's arbitrary user is of group 0. Nobody writes. */
  private static final FilePermissions READ = FilePermissions.fromOctalString("444");

  private static final FilePermissions EXECUTE = FilePermissions.fromOctalString("555");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * Writes the OCI archive.
   *
   * @param work for compressed layers, read again by {@link #push}
   * @return digest of the image's manifest
   */
  String write(Path archive, Path work) {
    try {
      return run(Containerizer.to(TarImage.at(archive).named(name)), name, work);
    } catch (InvalidImageReferenceException e) {
      throw new IllegalStateException("names are checked before: " + name, e);
    }
  }

  /** Pushes it under another name, with the credentials that Docker's configuration holds. */
  void push(String target, Path work) {
    run(Containerizer.to(registryImage(target)), target, work);
  }

  private String run(Containerizer containerizer, String target, Path work) {
    try {
      return builder(work)
          .containerize(
              containerizer
                  .setToolName("xfolds")
                  .setAllowInsecureRegistries(
                      loopback(target) || base.filter(ImageArchive::loopback).isPresent())
                  .setBaseImageLayersCache(work.resolve("base-layers"))
                  .setApplicationLayersCache(work.resolve("layers")))
          .getDigest()
          .toString();
    } catch (RegistryException | IOException | ExecutionException e) {
      throw ImagesException.failed("%s: %s".formatted(target, reason(e)), e);
    } catch (CacheDirectoryCreationException e) {
      throw ImagesException.failed("%s cannot be written: %s".formatted(work, reason(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ImagesException.failed("interrupted", e);
    }
  }

  private JibContainerBuilder builder(Path work) {
    JibContainerBuilder builder =
        base.isPresent() ? Jib.from(registryImage(base.get())) : Jib.fromScratch();
    builder
        .setFormat(ImageFormat.OCI)
        .setCreationTime(created)
        .setUser(ImageLayout.USER)
        .setWorkingDirectory(AbsoluteUnixPath.get(ImageLayout.ROOT))
        .setEntrypoint(command)
        .setEnvironment(environment)
        .setLabels(labels);
    for (Layer layer : layers) {
      FileEntriesLayer.Builder files = FileEntriesLayer.builder().setName(layer.name());
      // First, or jib would make them up with permissions of its own.
      for (String folder : folders(layer)) {
        files.addEntry(work, AbsoluteUnixPath.get(folder), EXECUTE, created, "0:0");
      }
      for (Layer.File file : layer.files()) {
        files.addEntry(
            file.source(),
            AbsoluteUnixPath.get(file.target()),
            file.executable() ? EXECUTE : READ,
            created,
            "0:0");
      }
      builder.addFileEntriesLayer(files.build());
    }
    return builder;
  }

  private static Set<String> folders(Layer layer) {
    Set<String> folders = new TreeSet<>();
    for (Layer.File file : layer.files()) {
      String path = file.target();
      for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
        folders.add(path.substring(0, end));
      }
    }
    return folders;
  }

  private static RegistryImage registryImage(String reference) {
    try {
      ImageReference parsed = ImageReference.parse(reference);
      CredentialRetrieverFactory credentials =
          CredentialRetrieverFactory.forImage(parsed, event -> {});
      return RegistryImage.named(parsed)
          .addCredentialRetriever(credentials.dockerConfig())
          .addCredentialRetriever(credentials.wellKnownCredentialHelpers());
    } catch (InvalidImageReferenceException e) {
      throw new IllegalStateException("names are checked before: " + reference, e);
    }
  }

  /** A registry on this machine needs no certificate that anybody trusts. */
  private static boolean loopback(String reference) {
    return LOOPBACK.contains(reference.replaceFirst("(:\\d+)?/.*", ""));
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
    String message = String.valueOf(cause.getMessage());
    return message.lines().findFirst().orElseGet(cause::toString);
  }
}
