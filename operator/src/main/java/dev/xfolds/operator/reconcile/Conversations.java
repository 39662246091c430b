package dev.xfolds.operator.reconcile;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.operator.desired.ProcessContract;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Heard;
import dev.xfolds.operator.observe.RunClient;
import dev.xfolds.operator.tls.RunCertificates;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Calls to the pods of active runs, by the names of their Services; and what they said last. */
final class Conversations {
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration REPORTS_EVERY = Duration.ofSeconds(20);

  private final RunSecrets secrets;
  private final Clock clock;
  private final Map<String, Conversation> byUid = new ConcurrentHashMap<>();

  Conversations(RunSecrets secrets, Clock clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * Asks rank 0 if it can be asked, and gives the latest that was heard; empty before the first.
   *
   * @param answering whether its pod is up
   * @param last what the trainer left behind when it ended; empty while it runs
   */
  Optional<Heard> progress(RunNames names, boolean answering, Optional<Heard> last) {
    return of(names).progress(answering, last, clock.instant());
  }

  /**
   * Asks the evaluator for its reports; what it said a moment ago is not asked again.
   *
   * @param fresh whether only an answer of now will do
   */
  Optional<List<Report>> reports(RunNames names, boolean answering, boolean fresh) {
    return of(names).reports(answering, fresh, clock.instant());
  }

  /** Who answered when last asked; empty before the first question. */
  Optional<Answers> answers(String uid) {
    return Optional.ofNullable(byUid.get(uid)).map(Conversation::answers);
  }

  /** Since when an evaluator whose pod is ready has not answered; empty if it did. */
  Optional<Instant> evaluatorSilentSince(String uid) {
    return Optional.ofNullable(byUid.get(uid)).flatMap(Conversation::evaluatorSilentSince);
  }

  /** Who answers. */
  record Answers(boolean trainer, boolean evaluator) {}

  /** Nobody of a run is there to be asked: what was heard stays, nothing else. */
  void rest(String uid) {
    Optional.ofNullable(byUid.get(uid)).ifPresent(Conversation::hangUp);
  }

  void forget(String uid) {
    Optional.ofNullable(byUid.remove(uid)).ifPresent(Conversation::hangUp);
  }

  private Conversation of(RunNames names) {
    return byUid.computeIfAbsent(names.uid(), _ -> new Conversation(names));
  }

  /** Both channels of a run, with the certificates that they were opened with. */
  private record Line(RunCertificates certificates, RunClient trainer, RunClient evaluator) {
    static Line open(RunNames names, RunCertificates certificates) {
      return new Line(
          certificates,
          connect(names, certificates, TRAINER, ProcessContract.PROGRESS_PORT),
          connect(names, certificates, EVALUATOR, ProcessContract.BENCHMARK_PORT));
    }

    void close() {
      trainer.close();
      evaluator.close();
    }

    private static RunClient connect(
        RunNames names, RunCertificates certificates, String component, int port) {
      String host = names.service(component) + "." + names.namespace() + ".svc";
      return RunClient.connect(host, port, certificates, DEADLINE);
    }
  }

  private final class Conversation {
    private final RunNames names;
    private Optional<Line> line = Optional.empty();
    private Optional<Heard> progress = Optional.empty();
    private Optional<List<Report>> reports = Optional.empty();
    private Instant listedAt = Instant.EPOCH;
    private Optional<Instant> evaluatorSilentSince = Optional.empty();
    private Answers answers = new Answers(false, false);

    Conversation(RunNames names) {
      this.names = names;
    }

    synchronized Optional<Instant> evaluatorSilentSince() {
      return evaluatorSilentSince;
    }

    synchronized Answers answers() {
      return answers;
    }

    synchronized Optional<Heard> progress(boolean answering, Optional<Heard> last, Instant now) {
      Optional<Heard> heard =
          last.or(
              () ->
                  answering
                      ? line().trainer().progress().map(answer -> new Heard(answer, now))
                      : Optional.empty());
      progress = heard.or(() -> progress);
      answers = new Answers(last.isEmpty() && heard.isPresent(), answers.evaluator());
      return progress;
    }

    synchronized Optional<List<Report>> reports(boolean answering, boolean fresh, Instant now) {
      if (answering && (fresh || now.isAfter(listedAt.plus(REPORTS_EVERY)))) {
        Optional<List<Report>> listed = line().evaluator().reports(names.namespace(), names.run());
        listedAt = listed.isPresent() ? now : listedAt;
        reports = listed.isPresent() ? listed : reports;
        answers = new Answers(answers.trainer(), listed.isPresent());
        evaluatorSilentSince =
            listed.isPresent() ? Optional.empty() : evaluatorSilentSince.or(() -> Optional.of(now));
        return fresh ? listed : reports;
      }
      if (!answering) {
        answers = new Answers(answers.trainer(), false);
        evaluatorSilentSince = Optional.empty();
      }
      return fresh ? Optional.empty() : reports;
    }

    synchronized void hangUp() {
      line.ifPresent(Line::close);
      line = Optional.empty();
    }

    /** Opened when somebody is to be asked, and anew when the certificates are. */
    private Line line() {
      RunCertificates certificates = secrets.of(names).certificates();
      if (line.filter(open -> open.certificates().equals(certificates)).isEmpty()) {
        hangUp();
        line = Optional.of(Line.open(names, certificates));
      }
      return line.orElseThrow();
    }
  }
}
