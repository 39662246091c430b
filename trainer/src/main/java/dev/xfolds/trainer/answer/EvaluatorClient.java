package dev.xfolds.trainer.answer;

import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.Phase;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.trainer.config.Identity;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.progress.RunState;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The evaluator, as the trainer sees it. One evaluation at a time, on the caller's thread; its
 * stream has no deadline as a whole, but each wait for the evaluator has one.
 */
public final class EvaluatorClient implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EvaluatorClient.class);
  private static final Pattern ADDRESS = Pattern.compile("(?:[^:]+|\\[[^]]+]):([0-9]{1,5})");
  private static final int MAX_MESSAGE_BYTES = (32 << 20) + (1 << 16);
  private static final long STOP_CHECK_MILLIS = 100;

  /**
   * How patient a client is.
   *
   * @param connect after which an attempt to connect is given up
   * @param silence after which a stream on which nothing happens is given up
   * @param firstPause before a lost stream is opened again; doubled for each further one
   * @param largestPause bound of the doubling
   * @param attempts streams in a row without a newly answered question, after which the evaluator
   *     is lost; at least 1
   * @param imageBytes encoded images of a stream that are held in memory; more go to a file
   */
  public record Settings(
      Duration connect,
      Duration silence,
      Duration firstPause,
      Duration largestPause,
      int attempts,
      long imageBytes) {

    /** Waits a minute and a half for an evaluator that starts again elsewhere. */
    public static Settings standard() {
      return new Settings(
          Duration.ofSeconds(20),
          Duration.ofSeconds(120),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          8,
          256L << 20);
    }
  }

  private final String address;
  private final ChannelCredentials credentials;
  private final Settings settings;
  private ManagedChannel channel;

  private EvaluatorClient(String address, ChannelCredentials credentials, Settings settings) {
    this.address = address;
    this.credentials = credentials;
    this.settings = settings;
  }

  /**
   * A client that connects with its first evaluation.
   *
   * @param hostAndPort HOST:PORT; the evaluator's certificate must name the host
   * @throws TrainerException code 2 if that is no address
   */
  public static EvaluatorClient connect(String hostAndPort, Identity identity) {
    return connect(hostAndPort, identity, Settings.standard());
  }

  public static EvaluatorClient connect(String hostAndPort, Identity identity, Settings settings) {
    Matcher parts = ADDRESS.matcher(hostAndPort);
    if (!parts.matches() || Integer.parseInt(parts.group(1)) > 65535) {
      throw TrainerException.invalid("--evaluator must be HOST:PORT, was " + hostAndPort);
    }
    return new EvaluatorClient(hostAndPort, identity.client(), settings);
  }

  /**
   * Answers the questions of a task until the evaluator has its report. A stream that breaks is
   * opened again; what was answered before stays. Sets the phase EVALUATING and leaves it.
   *
   * @param hello capabilities are taken from the model
   * @param fingerprints of the training data; iterated once per stream
   * @param stopRequested looked at before every batch and while waiting
   * @throws TrainerException code 2 if the evaluator refuses, code 10 if it is lost or breaks the
   *     protocol, code 12 on request; the model's exceptions pass through
   */
  public Report evaluate(
      Hello hello,
      Iterable<Fingerprint> fingerprints,
      Answerer model,
      RunState state,
      BooleanSupplier stopRequested) {
    Hello able =
        hello.toBuilder()
            .clearCapabilities()
            .addAllCapabilities(new TreeSet<>(model.capabilities()))
            .build();
    state.update(
        p ->
            p.setPhase(Phase.EVALUATING)
                .setEvaluating(hello.getTask())
                .setQuestionsAnswered(0)
                .setQuestionsTotal(0));
    try {
      return evaluate(new Evaluation(able, fingerprints, model, state, stopRequested));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TrainerException.retry("interrupted during the evaluation of " + hello.getTask(), e);
    }
  }

  private Report evaluate(Evaluation evaluation) throws InterruptedException {
    Patience patience =
        new Patience(settings.attempts(), settings.firstPause(), settings.largestPause());
    while (true) {
      try (EvaluationStream stream =
          new EvaluationStream(channel(), evaluation, settings, patience)) {
        return stream.run();
      } catch (StreamLostException e) {
        close();
        Duration pause = patience.afterLoss().orElseThrow(() -> lost(evaluation, patience, e));
        LOG.warn(
            "stream of {} to evaluator {} lost, opened again in {} ms: {}",
            evaluation.hello().getTask(),
            address,
            pause.toMillis(),
            e.getMessage());
        pause(pause, evaluation);
      }
    }
  }

  private TrainerException lost(
      Evaluation evaluation, Patience patience, StreamLostException last) {
    return TrainerException.retry(
        "lost evaluator %s: %d streams of %s in a row brought no new answer, of the last one: %s"
            .formatted(
                address, patience.failures(), evaluation.hello().getTask(), last.getMessage()),
        last);
  }

  private static void pause(Duration pause, Evaluation evaluation) throws InterruptedException {
    long end = System.nanoTime() + pause.toNanos();
    for (long left = pause.toMillis();
        left > 0;
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
      evaluation.checkStop();
      Thread.sleep(Math.min(left, STOP_CHECK_MILLIS));
    }
  }

  private ManagedChannel channel() {
    if (channel == null) {
      channel =
          Grpc.newChannelBuilder(address, credentials)
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .keepAliveTime(30, TimeUnit.SECONDS)
              .keepAliveTimeout(20, TimeUnit.SECONDS)
              .disableRetry()
              .directExecutor()
              .build();
    }
    return channel;
  }

  /** Disconnects; a further evaluation would connect again. */
  @Override
  public void close() {
    if (channel != null) {
      channel.shutdownNow();
      channel = null;
    }
  }
}
