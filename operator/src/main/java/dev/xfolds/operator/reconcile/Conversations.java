package dev.xfolds.operator.reconcile;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;

import dev.xfolds.contract.v1.Report;
import dev.xfolds.operator.desired.ProcessContract;
import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Heard;
import dev.xfolds.operator.observe.RunClient;
import dev.xfolds.operator.observe.Wait;
import dev.xfolds.operator.tls.RunCertificates;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Calls to the pods of active runs, by the names of their Services; and what they said last. A pass
 * does not wait for those that are silent: when they answer, the run is looked at again.
 */
final class Conversations {
  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration REPORTS_EVERY = Duration.ofSeconds(20);

  private final RunSecrets secrets;
  private final Clock clock;
  private final Map<String, Conversation> byUid = new ConcurrentHashMap<>();
  private Consumer<RunNames> wake = _ -> {};

  Conversations(RunSecrets secrets, Clock clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * To be called before the first question.
   *
   * @param wake is told whose pod has answered after the pass that asked it
   */
  void wakeBy(Consumer<RunNames> wake) {
    this.wake = wake;
  }

  /**
   * Asks rank 0 if it can be asked, and gives the latest that was heard; empty before the first.
   *
   * @param host of rank 0 within the run's namespace
   * @param answering whether its pod is up
   * @param last what the trainer left behind when it ended; empty while it runs
   */
  Optional<Heard> progress(RunNames names, String host, boolean answering, Optional<Heard> last) {
    return of(names).progress(host, answering, last);
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

  /** Why nobody of a run could be asked when it was last tried; empty if that was no matter. */
  Optional<Wait> refused(String uid) {
    return Optional.ofNullable(byUid.get(uid)).flatMap(Conversation::refused);
  }

  /** Since when an evaluator whose pod is ready has not answered; empty if it did. */
  Optional<Instant> evaluatorSilentSince(String uid) {
    return Optional.ofNullable(byUid.get(uid)).flatMap(Conversation::evaluatorSilentSince);
  }

  /** Since when the reports of a run that is trained are asked for. */
  Optional<Instant> reportsWantedSince(String uid) {
    return Optional.ofNullable(byUid.get(uid)).flatMap(Conversation::reportsWantedSince);
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
  private record Line(
      RunCertificates certificates, String trainerHost, RunClient trainer, RunClient evaluator) {
    static Line open(RunNames names, RunCertificates certificates, String trainerHost) {
      return new Line(
          certificates,
          trainerHost,
          connect(names, certificates, trainerHost, ProcessContract.PROGRESS_PORT),
          connect(names, certificates, names.service(EVALUATOR), ProcessContract.BENCHMARK_PORT));
    }

    boolean leadsTo(RunCertificates wanted, String host) {
      return certificates.equals(wanted) && trainerHost.equals(host);
    }

    void close() {
      trainer.close();
      evaluator.close();
    }

    private static RunClient connect(
        RunNames names, RunCertificates certificates, String host, int port) {
      String full = host + "." + names.namespace() + ".svc";
      return RunClient.connect(full, port, certificates, DEADLINE);
    }
  }

  private final class Conversation {
    private final RunNames names;
    private final Question<Heard> toTrainer;
    private final Question<List<Report>> toEvaluator;
    private String trainerHost;
    private Optional<Line> line = Optional.empty();
    private Optional<Heard> progress = Optional.empty();
    private Optional<List<Report>> reports = Optional.empty();
    private Instant listedAt = Instant.EPOCH;
    private Optional<Instant> evaluatorSilentSince = Optional.empty();
    private Optional<Instant> reportsWantedSince = Optional.empty();
    private Answers answers = new Answers(false, false);
    private Optional<Wait> refused = Optional.empty();

    Conversation(RunNames names) {
      this.names = names;
      trainerHost = names.service(TRAINER);
      Runnable late = () -> wake.accept(names);
      toTrainer = new Question<>(this::askTrainer, late);
      toEvaluator = new Question<>(this::askEvaluator, late);
    }

    synchronized Optional<Instant> evaluatorSilentSince() {
      return evaluatorSilentSince;
    }

    synchronized Optional<Instant> reportsWantedSince() {
      return reportsWantedSince;
    }

    synchronized Answers answers() {
      return answers;
    }

    synchronized Optional<Wait> refused() {
      return refused;
    }

    synchronized Optional<Heard> progress(String host, boolean answering, Optional<Heard> last) {
      refused = Optional.empty();
      trainerHost = host;
      boolean trainer = false;
      if (last.isPresent()) {
        toTrainer.drop();
        progress = last;
      } else if (answering) {
        trainer =
            switch (ask(toTrainer, false)) {
              case Question.Outcome.Said<Heard>(Heard heard) -> {
                progress = Optional.of(heard);
                yield true;
              }
              case Question.Outcome.Silent<Heard> _ -> false;
              case Question.Outcome.NotYet<Heard> _ -> answers.trainer() && refused.isEmpty();
            };
      } else {
        toTrainer.drop();
      }
      answers = new Answers(trainer, answers.evaluator());
      return progress;
    }

    synchronized Optional<List<Report>> reports(boolean answering, boolean fresh, Instant now) {
      if (fresh && reportsWantedSince.isEmpty()) {
        reportsWantedSince = Optional.of(now);
      }
      if (!answering) {
        toEvaluator.drop();
        answers = new Answers(answers.trainer(), false);
        evaluatorSilentSince = Optional.empty();
        return fresh ? Optional.empty() : reports;
      }
      if (!fresh && !now.isAfter(listedAt.plus(REPORTS_EVERY))) {
        return reports;
      }
      return switch (ask(toEvaluator, fresh)) {
        case Question.Outcome.Said<List<Report>>(List<Report> listed) -> {
          listedAt = now;
          reports = Optional.of(listed);
          answers = new Answers(answers.trainer(), true);
          evaluatorSilentSince = Optional.empty();
          yield reports;
        }
        case Question.Outcome.Silent<List<Report>> _ -> {
          answers = new Answers(answers.trainer(), false);
          evaluatorSilentSince = evaluatorSilentSince.or(() -> Optional.of(now));
          yield fresh ? Optional.empty() : reports;
        }
        case Question.Outcome.NotYet<List<Report>> _ -> {
          answers = new Answers(answers.trainer(), answers.evaluator() && refused.isEmpty());
          yield fresh ? Optional.empty() : reports;
        }
      };
    }

    /** Who cannot be asked for want of certificates is not silent: it is not asked yet. */
    private <T> Question.Outcome<T> ask(Question<T> question, boolean fresh) {
      try {
        return question.ask(fresh);
      } catch (Refusal e) {
        refused = Optional.of(Wait.refused(Wait.OPERATOR, e.getMessage()));
      } catch (KubernetesClientException e) {
        refused = Optional.of(Wait.refused(Wait.OPERATOR, ClusterWriter.words(e)));
      }
      return new Question.Outcome.NotYet<>();
    }

    synchronized void hangUp() {
      refused = Optional.empty();
      toTrainer.drop();
      toEvaluator.drop();
      line.ifPresent(Line::close);
      line = Optional.empty();
    }

    private CompletableFuture<Optional<Heard>> askTrainer() {
      return line()
          .trainer()
          .progress()
          .thenApply(answer -> answer.map(said -> new Heard(said, clock.instant())));
    }

    private CompletableFuture<Optional<List<Report>>> askEvaluator() {
      return line().evaluator().reports(names.namespace(), names.run());
    }

    /** Opened when somebody is to be asked, and anew when the certificates or rank 0's pod are. */
    private Line line() {
      RunCertificates certificates = secrets.of(names).certificates();
      if (line.filter(open -> open.leadsTo(certificates, trainerHost)).isEmpty()) {
        line.ifPresent(Line::close);
        line = Optional.of(Line.open(names, certificates, trainerHost));
      }
      return line.orElseThrow();
    }
  }
}
