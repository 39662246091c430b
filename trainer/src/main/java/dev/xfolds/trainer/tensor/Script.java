package dev.xfolds.trainer.tensor;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * Functions in TorchScript, which libtorch itself compiles and runs: one native call for the work
 * of hundreds, and the way to kernels that DJL does not name. No Python is involved.
 *
 * <p>They are written as methods with {@code self} first; one calls another through it.
 */
public final class Script {

  private static final String ENGINE = "PyTorch";

  /** Owns the functions, and would end them if it were collected. */
  private final Model model;

  private Script(Model model) {
    this.model = model;
  }

  /**
   * Compiles a resource beside a class; it stays loaded as long as the process lives.
   *
   * @throws IllegalArgumentException with libtorch's words if it is no TorchScript
   */
  public static Script of(Class<?> beside, String resource) {
    return of(source(beside, resource));
  }

  static Script of(String source) {
    return new Script(compiled(source));
  }

  static String source(Class<?> beside, String resource) {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Model compiled(String source) {
    Model model = Model.newInstance("script", ENGINE);
    try {
      model.load(new ByteArrayInputStream(ScriptArchive.of(source)));
    } catch (EngineException | MalformedModelException e) {
      throw new IllegalArgumentException("no TorchScript: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return model;
  }

  /**
   * Makes the calling thread compute functions as they are written, from the first call on. By
   * default libtorch watches some calls and then takes other formulas, with other last digits: a
   * process that resumes a run would not repeat what another one did.
   */
  static void asWritten() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  /**
   * Calls a function that returns a float.
   *
   * @param arguments {@link TensorList}, Double, Long or Boolean, as the function declares them
   */
  public double call(String function, Object... arguments) {
    asWritten();
    PtSymbolBlock functions = (PtSymbolBlock) model.getBlock();
    IValue[] values = Stream.of(arguments).map(Script::value).toArray(IValue[]::new);
    try (IValue result = IValueUtils.runMethod(functions, function, values)) {
      return result.toDouble();
    } finally {
      for (int i = 0; i < values.length; i++) {
        if (!(arguments[i] instanceof TensorList)) {
          values[i].close();
        }
      }
    }
  }

  private static IValue value(Object argument) {
    return switch (argument) {
      case TensorList list -> list.value();
      case Double number -> IValue.from(number);
      case Long number -> IValue.from(number);
      case Boolean flag -> IValue.from(flag);
      default -> throw new IllegalArgumentException("no argument of a script: " + argument);
    };
  }
}
