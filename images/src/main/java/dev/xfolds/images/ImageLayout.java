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

  /** The class path in its order: the module's own jar, then what it uses. */
  static List<Layer.File> classPath(ModuleFiles module) {
    List<Layer.File> jars = new ArrayList<>();
    module.ours().forEach(jar -> jars.add(Layer.plain(jar, in(APPLICATION, jar))));
    module.thirdParty().forEach(jar -> jars.add(Layer.plain(jar, in(THIRD_PARTY, jar))));
    return jars;
  }

  /** The operator's; jars keep the names of Quarkus' layout. */
  static List<Layer.File> classPath(QuarkusApplication application) {
    return application.classPath().stream()
        .map(
            jar ->
                Layer.plain(
                    application.folder().resolve(jar),
                    (isOfOthers(jar) ? THIRD_PARTY : APPLICATION) + jar))
        .toList();
  }

  private static boolean isOfOthers(String jar) {
    return jar.startsWith("lib/") && !jar.contains("/dev.xfolds.");
  }

  /** Two layers: jars of others, then what a change of code replaces. */
  static List<Layer> application(
      Component component,
      List<Layer.File> classPath,
      Path launcherFile,
      Path classArchive,
      JavaRuntime runtime) {
    List<Layer.File> others = new ArrayList<>();
    List<Layer.File> ours = new ArrayList<>();
    classPath.forEach(jar -> (jar.target().startsWith(THIRD_PARTY) ? others : ours).add(jar));
    ours.add(Layer.executable(runtime.launcher(), command(component)));
    ours.add(Layer.plain(launcherFile, APPLICATION + component.label() + ".cfg"));
    ours.add(Layer.plain(classArchive, classArchive(component)));
    return List.of(
        new Layer("jars of others", others), new Layer("xfolds " + component.label(), ours));
  }

  static String launcherFile(
      Component component, List<Layer.File> classPath, List<String> options) {
    List<String> all = new ArrayList<>(options);
    all.add("-XX:SharedArchiveFile=" + relative(classArchive(component)));
    return LauncherFile.text(
        component.mainClass(), classPath.stream().map(jar -> relative(jar.target())).toList(), all);
  }

  private static String classArchive(Component component) {
    return APPLICATION + component.label() + ".jsa";
  }

  /**
   * Quarkus brings loggers of its own, and no DJL. An operator waits for the API server most of its
   * time: the second compiler would cost more processors and memory than it gives back (see
   * docs/benchmarks.md).
   */
  static List<String> operatorOptions(List<String> jvmArguments, QuarkusApplication application) {
    List<String> options =
        new ArrayList<>(
            jvmArguments.stream()
                .filter(option -> !option.contains("slf4j") && !option.startsWith("-Dai.djl."))
                .toList());
    options.addAll(application.options());
    options.add("-XX:TieredStopAtLevel=1");
    options.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
    return options;
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

  /** The launcher puts in the folder above its own, wherever the image is unpacked. */
  private static String relative(String path) {
    return "$ROOTDIR" + path.substring(ROOT.length());
  }

  private static String in(String folder, Path file) {
    return folder + file.getFileName();
  }
}
