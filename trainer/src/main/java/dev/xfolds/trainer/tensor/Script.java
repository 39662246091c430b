package dev.xfolds.trainer.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.global.torch;

/**
 * Functions in TorchScript, which libtorch itself compiles and runs: one native call for the work
 * of hundreds, and the way to kernels that neither DJL nor JavaCPP names. No Python is involved.
 */
public final class Script {

  private final CompilationUnit functions;

  private Script(CompilationUnit functions) {
    this.functions = functions;
  }

  /**
   * Compiles a resource beside a class.
   *
   * @throws IllegalArgumentException with libtorch's words if it is no TorchScript
   */
  public static Script of(Class<?> beside, String resource) {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Script of(String source) {
    Bridge.load();
    try (PointerScope _ = new PointerScope()) {
      return new Script(torch.compile(source).retainReference());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("no TorchScript: " + e.getMessage(), e);
    }
  }

  /**
   * Calls a function that returns a float.
   *
   * @param arguments {@link TensorList}, Double, Long or Boolean, as the function declares them
   */
  public double call(String function, Object... arguments) {
    try (PointerScope _ = new PointerScope()) {
      IValueVector values = new IValueVector();
      for (Object argument : arguments) {
        values.push_back(value(argument));
      }
      return functions.get_function(new QualifiedName(function)).apply(values).toDouble();
    }
  }

  private static IValue value(Object argument) {
    return switch (argument) {
      case TensorList list -> list.value();
      case Double number -> new IValue(number);
      case Long number -> new IValue(number);
      case Boolean flag -> new IValue(flag);
      default -> throw new IllegalArgumentException("no argument of a script: " + argument);
    };
  }
}
