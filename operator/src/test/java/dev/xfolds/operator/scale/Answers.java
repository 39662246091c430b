package dev.xfolds.operator.scale;

import dev.xfolds.contract.v1.BenchmarkGrpc;
import dev.xfolds.contract.v1.GetProgressRequest;
import dev.xfolds.contract.v1.ListReportsRequest;
import dev.xfolds.contract.v1.ListReportsResponse;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.ProgressGrpc;
import dev.xfolds.contract.v1.RunProgress;
import io.grpc.stub.StreamObserver;
import java.time.Instant;

/** What a run's processes say while it trains. */
final class Answers {
  private Answers() {}

  /** A rank 0 whose step is the time. */
  static final class Trainer extends ProgressGrpc.ProgressImplBase {
    private static final long FAR_AWAY = 1_000_000_000;

    private final Steps steps;

    Trainer(Steps steps) {
      this.steps = steps;
    }

    @Override
    public void getProgress(GetProgressRequest request, StreamObserver<RunProgress> answer) {
      answer.onNext(
          RunProgress.newBuilder()
              .setPhase(Phase.TRAINING)
              .setStep(steps.at(Instant.now()))
              .setTotalSteps(FAR_AWAY)
              .setLoss(1)
              .setSamplesPerSecond(100)
              .setEtaSeconds(1_000)
              .setCheckpointStep(-1)
              .build());
      answer.onCompleted();
    }
  }

  /** An evaluator that nobody has asked yet. */
  static final class Evaluator extends BenchmarkGrpc.BenchmarkImplBase {
    @Override
    public void listReports(
        ListReportsRequest request, StreamObserver<ListReportsResponse> answer) {
      answer.onNext(ListReportsResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }
}
