package dev.xfolds.trainer.train;

import ai.djl.ndarray.NDArray;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** Buffers of a model as they were, to undo what a forward pass did to them. */
final class RunningStatistics implements AutoCloseable {

  private final Map<Parameter, NDArray> copies = new LinkedHashMap<>();

  private RunningStatistics() {}

  /** Remembers nothing. */
  static RunningStatistics none() {
    return new RunningStatistics();
  }

  static RunningStatistics of(ParameterSet parameters) {
    RunningStatistics statistics = new RunningStatistics();
    for (Parameter parameter : parameters.all()) {
      switch (parameter.role()) {
        case BUFFER, COUNTER -> statistics.copies.put(parameter, parameter.array().duplicate());
        case WEIGHT, TABLE -> {}
      }
    }
    return statistics;
  }

  void restore() {
    copies.forEach((parameter, copy) -> copy.copyTo(parameter.array()));
  }

  @Override
  public void close() {
    copies.values().forEach(NDArray::close);
  }
}
