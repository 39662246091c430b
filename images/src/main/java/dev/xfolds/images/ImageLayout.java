package dev.xfolds.images;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What lies where in an image. From the layer that changes least to the one that every change of
 * code replaces: the machine's libraries, Java, native libraries, jars from elsewhere, ours.
 */
final class ImageLayout {

  /** A number, so that Kubernetes can see that it is not root; any other works as well. */
  static final String USER = "65532:0";

  static final String ROOT = "/opt/xfolds";
  private static final String JAVA = ROOT + "/lib/runtime/";
  private static final String APPLICATION = ROOT + "/lib/app/";
  private static final String THIRD_PARTY = ROOT + "/lib/third-party/";
  private static final String TORCH = ROOT + "/lib/torch";
  private static final String JNA = ROOT + "/lib/jna";
  private static final String OPERATOR = ROOT + "/operator/";
  private static final String OPERATOR_JAR = "quarkus-run.jar";

  /** Where a node's container run-time puts the graphics driver, whichever system it is. */
  private static final String DRIVER = "/usr/lib64:/usr/lib/x86_64-linux-gnu";

  private ImageLayout() {}

  /** What a base image would bring: shared libraries, a locale, and how names are looked up. */
  static Layer system(Collection<Path> libraries, Path nameServices) {
    List<Layer.File> files = new ArrayList<>();
    for (Path library : libraries) {
      files.add(Layer.executable(library, library.toString()));
    }
    files.add(Layer.plain(nameServices, "/etc/nsswitch.conf"));
    return new Layer("libraries of the build machine", files);
  }

  static Layer java(JavaRuntime runtime) {
    List<Layer.File> files = new ArrayList<>();
    for (Path file : runtime.files()) {
      String target = JAVA + runtime.folder().relativize(file);
      files.add(new Layer.File(file, target, file.toFile().canExecute()));
    }
    files.add(Layer.executable(runtime.launcherLibrary(), ROOT + "/lib/libapplauncher.so"));
    return new Layer("Java", files);
  }

  static Layer natives(NativeFiles natives) {
    List<Layer.File> files = new ArrayList<>();
    natives.torch().forEach(file -> files.add(Layer.executable(file, in(TORCH + "/", file))));
    natives.jna().forEach(file -> files.add(Layer.executable(file, in(JNA + "/", file))));
    return new Layer("libtorch", files);
  }

  static Layer thirdParty(ModuleFiles module) {
    return new Layer(
        "jars of others",
        module.thirdParty().stream().map(jar -> Layer.plain(jar, in(THIRD_PARTY, jar))).toList());
  }

  static Layer ours(
      Component component, ModuleFiles module, Path launcherFile, JavaRuntime runtime) {
    List<Layer.File> files = start(component, launcherFile, runtime);
    module.ours().forEach(jar -> files.add(Layer.plain(jar, in(APPLICATION, jar))));
    return new Layer("xfolds " + component.label(), files);
  }

  /**
   * The operator's two layers: jars of others, then the rest.
   *
   * @param application files below quarkus-app, by their path relative to it
   */
  static List<Layer> operator(
      Map<String, Path> application, Path launcherFile, JavaRuntime runtime) {
    List<Layer.File> others = new ArrayList<>();
    List<Layer.File> ours = start(Component.OPERATOR, launcherFile, runtime);
    application.forEach(
        (name, file) -> (isOfOthers(name) ? others : ours).add(Layer.plain(file, OPERATOR + name)));
    return List.of(new Layer("jars of others", others), new Layer("xfolds operator", ours));
  }

  private static boolean isOfOthers(String name) {
    return name.startsWith("lib/") && !name.contains("/dev.xfolds.");
  }

  static String launcherFile(Component component, ModuleFiles module, List<String> options) {
    List<String> classPath = new ArrayList<>();
    module.ours().forEach(jar -> classPath.add(relative(in(APPLICATION, jar))));
    module.thirdParty().forEach(jar -> classPath.add(relative(in(THIRD_PARTY, jar))));
    return LauncherFile.ofClass(component.mainClass(), classPath, options);
  }

  /**
   * Quarkus brings loggers of its own, and no DJL. An operator waits for the API server most of its
   * time: the second compiler would cost more processors and memory than it gives back (see
   * docs/benchmarks.md).
   */
  static String operatorLauncherFile(List<String> jvmArguments) {
    List<String> options =
        new ArrayList<>(
            jvmArguments.stream()
                .filter(option -> !option.contains("slf4j") && !option.startsWith("-Dai.djl."))
                .toList());
    options.add("-XX:TieredStopAtLevel=1");
    options.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    return LauncherFile.ofJar(relative(OPERATOR + OPERATOR_JAR), options);
  }

  /** Options with which DJL starts offline from the unpacked libraries and unpacks nothing. */
  static List<String> trainerOptions(List<String> jvmArguments, Flavour flavour) {
    List<String> options = new ArrayList<>(jvmArguments);
    options.add("-DPYTORCH_LIBRARY_PATH=" + TORCH);
    options.add("-DPYTORCH_FLAVOR=" + flavour.torch());
    options.add("-Djna.boot.library.path=" + JNA);
    options.add("-Djna.library.path=" + JNA);
    options.add("-Djna.nounpack=true");
    return options;
  }

  /**
   * The environment of a process. The launcher appends to LD_LIBRARY_PATH; were it empty, the
   * working folder would be searched for libraries.
   */
  static Map<String, String> environment(Component component, Flavour flavour) {
    Map<String, String> variables = new TreeMap<>();
    variables.put("HOME", "/tmp");
    variables.put("LANG", "C.UTF-8");
    variables.put("PATH", ROOT + "/bin");
    variables.put("LD_LIBRARY_PATH", JAVA + "lib");
    if (component == Component.TRAINER && flavour == Flavour.CUDA) {
      variables.put("LD_LIBRARY_PATH", JAVA + "lib:" + DRIVER);
      variables.put("NVIDIA_DRIVER_CAPABILITIES", "compute,utility");
    }
    return variables;
  }

  static String command(Component component) {
    return ROOT + "/bin/" + component.label();
  }

  private static List<Layer.File> start(
      Component component, Path launcherFile, JavaRuntime runtime) {
    List<Layer.File> files = new ArrayList<>();
    files.add(Layer.executable(runtime.launcher(), command(component)));
    files.add(Layer.plain(launcherFile, APPLICATION + component.label() + ".cfg"));
    return files;
  }

  /** The launcher puts in the folder above its own, wherever the image is unpacked. */
  private static String relative(String path) {
    return "$ROOTDIR" + path.substring(ROOT.length());
  }

  private static String in(String folder, Path file) {
    return folder + file.getFileName();
  }
}
