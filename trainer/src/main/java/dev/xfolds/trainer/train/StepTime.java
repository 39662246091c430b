package dev.xfolds.trainer.train;

import dev.xfolds.contract.v1.StepSeconds;

/**
 * Where a step's time goes, in seconds.
 *
 * @param data waiting for the batch
 * @param optimizer norm, clipping, the move
 * @param communication exchanging gradients with other ranks
 */
record StepTime(
    double data, double forward, double backward, double optimizer, double communication) {

  static final StepTime NONE = new StepTime(0, 0, 0, 0, 0);

  double total() {
    return data + forward + backward + optimizer + communication;
  }

  StepTime withData(double seconds) {
    return new StepTime(seconds, forward, backward, optimizer, communication);
  }

  StepTime withOptimizer(double seconds) {
    return new StepTime(data, forward, backward, seconds, communication);
  }

  StepTime plus(StepTime other) {
    return new StepTime(
        data + other.data,
        forward + other.forward,
        backward + other.backward,
        optimizer + other.optimizer,
        communication + other.communication);
  }

  StepTime times(double factor) {
    return new StepTime(
        data * factor,
        forward * factor,
        backward * factor,
        optimizer * factor,
        communication * factor);
  }

  StepSeconds message() {
    return StepSeconds.newBuilder()
        .setData(data)
        .setForward(forward)
        .setBackward(backward)
        .setOptimizer(optimizer)
        .setCommunication(communication)
        .build();
  }
}
