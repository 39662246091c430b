package dev.xfolds.images;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Builds the images of one checkout. */
final class Images {

  /**
   * With a host, and one that is no registry. A kubelet takes a name without a host for one of a
   * public registry: it would not find an imported xfolds/trainer, and would fetch whatever
   * somebody calls so there.
   */
  private static final String PREFIX = "localhost/xfolds";

  private static final String NAME_SERVICES = "passwd: files\ngroup: files\nhosts: files dns\n";

  /**
   * What the user asks for.
   *
   * @param output folder of the archives
   * @param tag of every image
   * @param base image from a registry in place of the machine's libraries
   * @param push registry and prefix of the names there
   */
  record Request(
      Set<Component> components,
      Flavour flavour,
      Path output,
      String tag,
      Optional<String> base,
      Optional<String> push) {}

  /**
   * A written image.
   *
   * @param image name with its tag
   * @param digest of its manifest
   * @param size of the archive in bytes
   * @param pushed name in the registry, null if it was not pushed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Built(String image, String digest, long size, String file, String pushed) {}

  private final Path home;
  private final Path javaHome;
  private final BuildFacts facts;
  private final Consumer<String> progress;

  Images(Path home, Path javaHome, BuildFacts facts, Consumer<String> progress) {
    this.home = home;
    this.javaHome = javaHome;
    this.facts = facts;
    this.progress = progress;
  }

  List<Built> build(Request request) {
    Map<Component, ModuleFiles> modules = new TreeMap<>();
    Optional<QuarkusApplication> operator = Optional.empty();
    for (Component component : request.components()) {
      if (component == Component.OPERATOR) {
        operator = Optional.of(QuarkusApplication.of(home));
      } else {
        modules.put(component, ModuleFiles.of(home, component));
      }
    }
    Path work = null;
    try {
      Files.createDirectories(request.output());
      work = Files.createTempDirectory(request.output(), ".work-");
      return new Run(request, modules, operator, work).images();
    } catch (IOException e) {
      throw ImagesException.failed(
          "--output %s cannot be written: %s".formatted(request.output(), e), e);
    } finally {
      delete(work);
    }
  }

  /** With all that it holds. */
  static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw ImagesException.failed("%s cannot be deleted: %s".formatted(folder, e), e);
    }
  }

  /** One call, with its folder for what lies between. */
  private final class Run {
    private final Request request;
    private final Map<Component, ModuleFiles> modules;
    private final Optional<QuarkusApplication> operator;
    private final Path work;
    private Path nameServices;

    Run(
        Request request,
        Map<Component, ModuleFiles> modules,
        Optional<QuarkusApplication> operator,
        Path work) {
      this.request = request;
      this.modules = modules;
      this.operator = operator;
      this.work = work;
    }

    /** Two at a time: each compresses its largest layer on one processor. */
    List<Built> images() throws IOException {
      progress.accept("linking the Java run-time");
      JavaRuntime runtime = JavaRuntime.link(javaHome, work);
      nameServices = text("nsswitch.conf", NAME_SERVICES);
      List<Future<Built>> parts = new ArrayList<>();
      try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
        operator.ifPresent(
            application -> parts.add(pool.submit(() -> build(application, runtime))));
        modules.forEach(
            (component, module) -> parts.add(pool.submit(() -> build(component, module, runtime))));
      }
      try {
        List<Built> built = new ArrayList<>();
        for (Future<Built> part : parts) {
          built.add(part.get());
        }
        return built;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ImagesException told) {
          throw told;
        }
        throw new IOException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw ImagesException.failed("interrupted", e);
      }
    }

    private Built build(QuarkusApplication application, JavaRuntime runtime) throws IOException {
      return write(
          Component.OPERATOR,
          below(runtime, Optional.empty()),
          ImageLayout.classPath(application),
          ImageLayout.operatorOptions(facts.jvmArguments(), application),
          runtime);
    }

    private Built build(Component component, ModuleFiles module, JavaRuntime runtime)
        throws IOException {
      boolean trains = component == Component.TRAINER;
      return write(
          component,
          below(runtime, trains ? Optional.of(natives(module)) : Optional.empty()),
          ImageLayout.classPath(module),
          trains
              ? ImageLayout.trainerOptions(facts.jvmArguments(), request.flavour())
              : facts.jvmArguments(),
          runtime);
    }

    /** The layers that no change of code replaces. */
    private List<Layer> below(JavaRuntime runtime, Optional<NativeFiles> natives)
        throws IOException {
      List<Layer> layers =
          new ArrayList<>(
              natives.isPresent()
                  ? system(runtime, natives.get().torch(), List.of(work.resolve("torch")))
                  : system(runtime, List.of(), List.of()));
      layers.add(ImageLayout.java(runtime));
      natives.map(ImageLayout::natives).ifPresent(layers::add);
      return layers;
    }

    private List<Layer> system(JavaRuntime runtime, List<Path> more, List<Path> folders)
        throws IOException {
      if (request.base().isPresent()) {
        return List.of();
      }
      List<Path> binaries = new ArrayList<>(runtime.binaries());
      binaries.addAll(more);
      List<Path> elsewhere = new ArrayList<>(folders);
      elsewhere.add(runtime.folder().resolve("lib"));
      elsewhere.add(runtime.folder().resolve("lib/server"));
      List<Path> libraries = new ArrayList<>(SystemLibraries.of(binaries, elsewhere));
      libraries.addAll(SystemLibraries.locale());
      return List.of(ImageLayout.system(libraries, nameServices));
    }

    private NativeFiles natives(ModuleFiles module) {
      progress.accept("unpacking libtorch for " + request.flavour().label());
      Path torch =
          request.flavour() == Flavour.CPU ? module.jar("pytorch-native-cpu-") : fetchTorch();
      return NativeFiles.unpack(
          torch, module.jar("pytorch-jni-"), module.jar("jna-"), request.flavour(), work);
    }

    /** The CUDA library is over a gigabyte and no part of the build. */
    private Path fetchTorch() {
      String artifact = "pytorch-native-" + request.flavour().torch();
      Path folder = work.resolve("fetched");
      progress.accept("fetching %s %s with Maven".formatted(artifact, facts.libtorch()));
      Tool.run(
          List.of(
              "mvn",
              "-B",
              "-q",
              "org.apache.maven.plugins:maven-dependency-plugin:%s:copy"
                  .formatted(facts.dependencyPlugin()),
              "-Dartifact=ai.djl.pytorch:%s:%s:jar:linux-x86_64"
                  .formatted(artifact, facts.libtorch()),
              "-DoutputDirectory=" + folder),
          Map.of("JAVA_HOME", javaHome.toString()));
      return folder.resolve("%s-%s-linux-x86_64.jar".formatted(artifact, facts.libtorch()));
    }

    private Built write(
        Component component,
        List<Layer> below,
        List<Layer.File> classPath,
        List<String> options,
        JavaRuntime runtime)
        throws IOException {
      String label = component.label();
      progress.accept("archiving the classes of " + label);
      List<Layer> layers = new ArrayList<>(below);
      layers.addAll(
          ImageLayout.application(
              component,
              classPath,
              text(label + ".cfg", ImageLayout.launcherFile(component, classPath, options)),
              ClassArchive.write(
                  runtime, classPath, options, facts.created(), work.resolve(label + ".jsa")),
              runtime));
      return write(component, layers);
    }

    private Built write(Component component, List<Layer> layers) {
      boolean flavoured = component == Component.TRAINER;
      String tag =
          flavoured && request.flavour() == Flavour.CUDA
              ? request.tag() + "-" + Flavour.CUDA.label()
              : request.tag();
      String name = "%s/%s:%s".formatted(PREFIX, component.label(), tag);
      Path file =
          request
              .output()
              .resolve(
                  "xfolds-%s%s.tar"
                      .formatted(
                          component.label(), flavoured ? "-" + request.flavour().label() : ""));
      ImageArchive image =
          new ImageArchive(
              name,
              request.base(),
              layers,
              ImageLayout.environment(component, request.flavour()),
              Map.of(
                  "org.opencontainers.image.title",
                  "xfolds " + component.label(),
                  "org.opencontainers.image.version",
                  facts.version(),
                  "org.opencontainers.image.licenses",
                  "Apache-2.0"),
              ImageLayout.command(component),
              facts.created());
      progress.accept("writing " + name);
      try {
        Path partial = work.resolve(file.getFileName());
        String digest = image.write(partial, work);
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        String pushed = null;
        if (request.push().isPresent()) {
          pushed = "%s/%s:%s".formatted(request.push().get(), component.label(), tag);
          progress.accept("pushing " + pushed);
          image.push(pushed, work);
        }
        return new Built(name, digest, Files.size(file), file.toString(), pushed);
      } catch (IOException e) {
        throw ImagesException.failed("%s cannot be written: %s".formatted(file, e), e);
      }
    }

    private Path text(String name, String content) throws IOException {
      return Files.writeString(work.resolve(name), content, UTF_8);
    }
  }
}
