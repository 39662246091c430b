package dev.xfolds.trainer.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.xfolds.contract.v1.ModelPart;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All tensors of a model, in the order of their declaration. Names are the checkpoint's format. */
public final class ParameterSet {

  private static final int NAMES_IN_A_MESSAGE = 8;

  private final Arithmetic arithmetic;
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final Set<ModelPart> frozen = EnumSet.noneOf(ModelPart.class);

  /** Of a model that computes as usual. */
  public ParameterSet() {
    this(Arithmetic.USUAL);
  }

  public ParameterSet(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  public Arithmetic arithmetic() {
    return arithmetic;
  }

  Parameter add(Parameter parameter) {
    if (byName.putIfAbsent(parameter.name(), parameter) != null) {
      throw new IllegalArgumentException("declared twice: " + parameter.name());
    }
    return parameter;
  }

  /** The root of a part's names. */
  public ParameterScope scope(ModelPart part) {
    return new ParameterScope(this, part, "");
  }

  /**
   * Creates and initialises every tensor in {@code manager}, which owns them.
   *
   * @param seed the same seed gives the same values on every machine
   */
  public void allocate(NDManager manager, long seed) {
    for (Parameter parameter : byName.values()) {
      parameter.allocate(manager, seed);
    }
  }

  /** Parts whose weights the optimizer leaves as they are; every other part is trained. */
  public void freeze(Set<ModelPart> parts) {
    frozen.clear();
    frozen.addAll(parts);
    for (Parameter parameter : byName.values()) {
      parameter.setTrained(!parts.contains(parameter.part()));
    }
  }

  public boolean isFrozen(ModelPart part) {
    return frozen.contains(part);
  }

  /** Parts that have weights in this model. */
  public Set<ModelPart> parts() {
    Set<ModelPart> parts = EnumSet.noneOf(ModelPart.class);
    for (Parameter parameter : byName.values()) {
      if (parameter.role() == Parameter.Role.WEIGHT) {
        parts.add(parameter.part());
      }
    }
    return parts;
  }

  public List<Parameter> all() {
    return List.copyOf(byName.values());
  }

  /**
   * The parameter of that name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Parameter get(String name) {
    Parameter parameter = byName.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("no parameter is named " + name);
    }
    return parameter;
  }

  /** Weights that the optimizer changes. */
  public List<Parameter> trained() {
    return byName.values().stream().filter(Parameter::trained).toList();
  }

  /** Elements of all weights, trained or frozen, without buffers. */
  public long size() {
    return size(byName.values().stream().filter(p -> p.role() == Parameter.Role.WEIGHT).toList());
  }

  /** Elements of the weights that are trained. */
  public long trainedSize() {
    return size(trained());
  }

  private static long size(List<Parameter> parameters) {
    long sum = 0;
    for (Parameter parameter : parameters) {
      sum = Math.addExact(sum, parameter.size());
    }
    return sum;
  }

  /** What a checkpoint holds: weights, running statistics, counters; the live arrays. */
  public Map<String, NDArray> tensors() {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (Parameter parameter : byName.values()) {
      if (parameter.saved()) {
        tensors.put(parameter.name(), parameter.array());
      }
    }
    return tensors;
  }

  /** Has backward passes make gradients that {@link #dropGradients} lets go of. */
  public void renewGradients() {
    for (Parameter parameter : byName.values()) {
      if (parameter.trained()) {
        parameter.renewGradient();
      }
    }
  }

  /** Lets go of the gradients since {@link #renewGradients}, and of their memory. */
  public void dropGradients() {
    byName.values().forEach(Parameter::dropGradient);
  }

  /** Makes the gradients that there are zero. */
  public void zeroGradients() {
    for (Parameter parameter : byName.values()) {
      if (parameter.trained()) {
        Ops.zeroGradient(parameter.array());
      }
    }
  }

  /**
   * Takes every tensor from a checkpoint of the same model.
   *
   * @throws TensorException naming what is missing, too much or of another shape
   */
  public void load(SafetensorsFile file) {
    List<Parameter> wanted = saved(EnumSet.allOf(ModelPart.class));
    List<String> problems = mismatches(file, wanted);
    Set<String> extra = new LinkedHashSet<>(file.names());
    wanted.forEach(parameter -> extra.remove(parameter.name()));
    extra.forEach(name -> problems.add(name + " is not a tensor of this model"));
    copy(file, wanted, problems, "");
  }

  /**
   * Takes the tensors of some parts from a file that may hold more, such as another model's
   * checkpoint.
   *
   * @throws TensorException naming what is missing or of another shape, and where something is
   *     missing also what the file has instead; then nothing was changed
   */
  public void load(SafetensorsFile file, Set<ModelPart> parts) {
    Set<ModelPart> absent = EnumSet.noneOf(ModelPart.class);
    absent.addAll(parts);
    absent.removeAll(parts());
    if (!absent.isEmpty()) {
      throw new TensorException(
          file.path() + ": this model has no part " + absent + "; it has " + parts());
    }
    List<Parameter> wanted = saved(parts);
    List<String> names = wanted.stream().map(Parameter::name).toList();
    List<String> others = new ArrayList<>(file.names());
    others.removeAll(names);
    boolean elsewhere = !others.isEmpty() && !file.names().containsAll(names);
    String hint = elsewhere ? "; it has " + first(others, ", ") : "";
    copy(file, wanted, mismatches(file, wanted), hint);
  }

  private List<Parameter> saved(Set<ModelPart> parts) {
    return byName.values().stream().filter(p -> p.saved() && parts.contains(p.part())).toList();
  }

  private static List<String> mismatches(SafetensorsFile file, List<Parameter> wanted) {
    List<String> problems = new ArrayList<>();
    for (Parameter parameter : wanted) {
      if (!file.contains(parameter.name())) {
        problems.add(parameter + " is missing");
        continue;
      }
      SafetensorsFile.Entry entry = file.entry(parameter.name());
      if (!entry.shape().equals(parameter.shape())) {
        problems.add(
            parameter.name() + " has shape " + entry.shape() + ", expected " + parameter.shape());
      } else if (entry.loadedAs() != parameter.array().getDataType()) {
        problems.add(
            parameter.name()
                + " has dtype "
                + entry.dtype()
                + ", expected "
                + (parameter.array().getDataType() == DataType.INT64 ? "I64" : "a float type"));
      }
    }
    return problems;
  }

  private static void copy(
      SafetensorsFile file, List<Parameter> wanted, List<String> problems, String hint) {
    if (!problems.isEmpty()) {
      throw new TensorException(file.path() + ": " + first(problems, "; ") + hint);
    }
    for (Parameter parameter : wanted) {
      try (NDScope scope = new NDScope()) {
        scope.suppressNotUsedWarning();
        parameter.array().set(file.buffer(parameter.name()));
      }
    }
  }

  /** The first of them, and how many more there are. */
  private static String first(List<String> all, String between) {
    List<String> first = all.subList(0, Math.min(NAMES_IN_A_MESSAGE, all.size()));
    String more =
        all.size() > first.size() ? between + "and " + (all.size() - first.size()) + " more" : "";
    return String.join(between, first) + more;
  }
}
