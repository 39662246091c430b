package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.StepSeconds;

/**
 * Where a step's time goes, in seconds.
 *
 * @param data waiting for the batch
 * @param optimizer norm, clipping, the move
 */
record StepTime(double data, double forward, double backward, double optimizer) {

  static final StepTime NONE = new StepTime(0, 0, 0, 0);

  double total() {
    return data + forward + backward + optimizer;
  }

  StepTime withData(double seconds) {
    return new StepTime(seconds, forward, backward, optimizer);
  }

  StepTime plus(StepTime other) {
    return new StepTime(
        data + other.data,
        forward + other.forward,
        backward + other.backward,
        optimizer + other.optimizer);
  }

  StepTime times(double factor) {
    return new StepTime(data * factor, forward * factor, backward * factor, optimizer * factor);
  }

  StepSeconds message() {
    return StepSeconds.newBuilder()
        .setData(data)
        .setForward(forward)
        .setBackward(backward)
        .setOptimizer(optimizer)
        .build();
  }
}
