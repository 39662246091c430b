package dev.xfolds.trainer.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * JavaCPP's view of the libtorch that DJL has loaded: what DJL's own binding lacks is called
 * through it, on DJL's tensors. The only class that knows an address.
 *
 * <p>JavaCPP is told to look for libtorch where DJL has unpacked it. A second libtorch would end
 * the process ("Tried to register multiple backend fallbacks"), so the files are compared first.
 */
final class Bridge {

  private static final String LIBRARY = "libtorch_cpu.so";

  static {
    Engine.getEngine("PyTorch"); // loads libtorch
    Path folder = mapped().getFirst().getParent();
    System.setProperty("org.bytedeco.javacpp.pathsFirst", "true");
    // Its bound counts what DJL holds too, and would refuse to allocate beside a large model.
    System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    String before = System.getProperty("java.library.path", "");
    System.setProperty("java.library.path", folder + File.pathSeparator + before);
    Loader.load(torch.class);
    System.setProperty("java.library.path", before);
    if (mapped().size() != 1) {
      throw new IllegalStateException("one libtorch must be loaded, are " + mapped());
    }
  }

  private Bridge() {}

  /** Loads JavaCPP's part, once. */
  static void load() {}

  /**
   * The tensor of an array; DJL goes on owning it.
   *
   * @return good as long as the array is not closed; closing it frees nothing
   */
  static Tensor borrow(NDArray array) {
    return new Tensor(new Address(((PtNDArray) array).getHandle()));
  }

  /** Files of that name that this process has mapped. */
  private static List<Path> mapped() {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.endsWith("/" + LIBRARY))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
