package dev.xfolds.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.xfolds.trainer.tensor.Parameter;
import dev.xfolds.trainer.tensor.ParameterSet;
import dev.xfolds.trainer.tensor.TensorList;
import java.util.ArrayList;
import java.util.List;

/**
 * The exponential moving average of what training changes, weights and running statistics: after
 * each step average = decay x average + (1 - decay) x weight, from the first weights on. A model
 * shows its averages, which are validated, answer and are saved as its weights; only within a step
 * it shows the weights in training, which lie beside the optimizer's state.
 */
public final class WeightAverage {

  private final double share;
  private final List<Parameter> averaged;
  private final List<NDArray> hidden = new ArrayList<>();
  private final TensorList averages;
  private final TensorList weights;

  /**
   * Begins with the weights as they are.
   *
   * @param decay below 1; 0: no average, the model always shows the weights in training
   * @param state saves the weights in training as weight.NAME
   * @param manager owns the averages
   */
  WeightAverage(double decay, ParameterSet parameters, SavedState state, NDManager manager) {
    Rule.checkBelowOne("decay of the moving average", decay);
    this.share = 1 - decay;
    this.averaged =
        decay == 0
            ? List.of()
            : parameters.all().stream()
                .filter(p -> p.trained() || p.role() == Parameter.Role.BUFFER)
                .toList();
    List<NDArray> inTraining = averaged.stream().map(Parameter::array).toList();
    for (int i = 0; i < averaged.size(); i++) {
      Parameter parameter = averaged.get(i);
      int place = i;
      state.adopt(
          "weight." + parameter.name(),
          new SavedState.Tensor(parameter.shape(), parameter.array().getDataType()),
          () -> hidden.get(place));
      NDArray average = parameter.array().duplicate();
      average.attach(manager);
      hidden.add(average);
    }
    this.weights = TensorList.of(inTraining, manager);
    this.averages = TensorList.of(List.copyOf(hidden), manager);
    exchange();
  }

  /** Shows the weights in training until it is closed. */
  public InTraining inTraining() {
    exchange();
    return new InTraining();
  }

  private void exchange() {
    for (int i = 0; i < averaged.size(); i++) {
      hidden.set(i, averaged.get(i).exchange(hidden.get(i)));
    }
  }

  /** A step's time. */
  public final class InTraining implements AutoCloseable {

    /** Moves the average towards the weights. */
    public void follow() {
      if (!averaged.isEmpty()) {
        Kernels.ALL.call("average", averages, weights, share);
      }
    }

    @Override
    public void close() {
      exchange();
    }
  }
}
