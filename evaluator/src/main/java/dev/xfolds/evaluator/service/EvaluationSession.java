package dev.xfolds.evaluator.service;

import dev.xfolds.contract.v1.Contamination;
import dev.xfolds.contract.v1.EvaluateRequest;
import dev.xfolds.contract.v1.EvaluateResponse;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunCard;
import dev.xfolds.contract.v1.Session;
import dev.xfolds.evaluator.audit.ContaminationAudit;
import dev.xfolds.evaluator.service.Mailbox.Event;
import dev.xfolds.evaluator.store.AnswerLog;
import dev.xfolds.evaluator.store.EvaluationFolder;
import dev.xfolds.evaluator.store.ReportDocument;
import dev.xfolds.evaluator.store.StoreException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stream from Hello to Report, on a thread of its own that alone touches its state. */
final class EvaluationSession implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(EvaluationSession.class);

  private final ServerCallStreamObserver<EvaluateResponse> client;
  private final Mailbox mailbox;
  private final Examinations examinations;
  private final Reporter reporter;
  private final Duration silence;
  private final CountDownLatch ended = new CountDownLatch(1);

  EvaluationSession(
      ServerCallStreamObserver<EvaluateResponse> client,
      Mailbox mailbox,
      Examinations examinations,
      Reporter reporter,
      Duration silence) {
    this.client = client;
    this.mailbox = mailbox;
    this.examinations = examinations;
    this.reporter = reporter;
    this.silence = silence;
  }

  /** Ends the stream soon; stored answers stay. */
  void stop(Status status) {
    mailbox.stop(status);
  }

  /** Waits until the stream has let go of its files. */
  void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public void run() {
    try {
      Report report = evaluate();
      client.onNext(EvaluateResponse.newBuilder().setReport(report).build());
      client.onCompleted();
    } catch (StreamEnd e) {
      if (e.status().getCode() != Status.Code.CANCELLED) {
        LOG.warn("evaluation ended without a report: {}", e.getMessage());
        client.onError(e.status().asRuntimeException());
      }
    } catch (StoreException e) {
      LOG.error("evaluation ended without a report: {}", e.getMessage());
      client.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      client.onError(Status.UNAVAILABLE.withDescription("interrupted").asRuntimeException());
    } catch (RuntimeException e) {
      LOG.error("evaluation failed", e);
      client.onError(Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
    } finally {
      examinations.release(this);
      ended.countDown();
    }
  }

  private Report evaluate() throws InterruptedException {
    Examinations.Admission admission = admit();
    Contamination contamination = audit(admission);
    EvaluationFolder folder = examinations.claim(admission, this);
    Optional<ReportDocument> stored = folder.report();
    Questionnaire questionnaire = new Questionnaire(admission.exam(), folder.salt());
    if (stored.isPresent() && stored.get().protocols().containsAll(admission.protocols())) {
      greet(questionnaire.total(), questionnaire.total(), true);
      RunCard card = admission.hello().getCard();
      if (!card.equals(stored.get().card())) { // perhaps the same weights by another plan
        folder.write(stored.get().askedBy(card));
      }
      reporter.refreshPage();
      return stored.get().report();
    }
    try (AnswerLog log = folder.openAnswers()) {
      Asking asking = new Asking(client, questionnaire, log);
      greet(questionnaire.total(), questionnaire.total() - asking.unanswered(), false);
      ask(asking);
      log.force();
      return reporter.report(admission, folder, log.answers(), contamination, stored);
    }
  }

  private Examinations.Admission admit() throws InterruptedException {
    EvaluateRequest message = receive("Hello");
    if (!message.hasHello()) {
      throw StreamEnd.invalid("the first message must be Hello, was " + name(message));
    }
    Hello hello = message.getHello();
    return examinations.admit(hello);
  }

  private Contamination audit(Examinations.Admission admission) throws InterruptedException {
    ContaminationAudit audit = new ContaminationAudit(admission.exam().fingerprints());
    while (true) {
      EvaluateRequest message = receive("FingerprintsEnd");
      switch (message.getMessageCase()) {
        case FINGERPRINTS -> {
          int entries = message.getFingerprints().getEntriesCount();
          if (entries > 2000) {
            throw StreamEnd.invalid("Fingerprints must have at most 2000 entries, had " + entries);
          }
          try {
            audit.add(message.getFingerprints().getEntriesList());
          } catch (IllegalArgumentException e) {
            throw StreamEnd.invalid(e.getMessage());
          }
        }
        case FINGERPRINTS_END -> {
          return audit.result(admission.hello().getContaminationUnknown());
        }
        case HELLO, CREDIT, ANSWER, MESSAGE_NOT_SET ->
            throw StreamEnd.invalid(
                "after Hello come Fingerprints and FingerprintsEnd, was " + name(message));
      }
    }
  }

  private void greet(int total, int answered, boolean stored) {
    client.onNext(
        EvaluateResponse.newBuilder()
            .setSession(
                Session.newBuilder().setTotal(total).setAnswered(answered).setStored(stored))
            .build());
  }

  private void ask(Asking asking) throws InterruptedException {
    while (asking.unanswered() > 0) {
      Event event;
      if (asking.canAsk() && client.isReady()) {
        event = mailbox.poll();
        if (event == null) {
          asking.askNext();
          continue;
        }
      } else {
        event = mailbox.await(silence);
      }
      switch (event) {
        case null -> throw silent("an answer");
        case Event.Received(EvaluateRequest message) -> asking.accept(message);
        case Event.Ready() -> {}
        case Event.HalfClosed() ->
            throw new StreamEnd(
                Status.FAILED_PRECONDITION.withDescription(
                    "the client closed the stream with "
                        + asking.unanswered()
                        + " questions unanswered"));
        case Event.Cancelled() -> throw new StreamEnd(Status.CANCELLED);
        case Event.Stop(Status status) -> throw new StreamEnd(status);
      }
    }
  }

  private EvaluateRequest receive(String expected) throws InterruptedException {
    while (true) {
      switch (mailbox.await(silence)) {
        case null -> throw silent(expected);
        case Event.Received(EvaluateRequest message) -> {
          return message;
        }
        case Event.Ready() -> {}
        case Event.HalfClosed() ->
            throw StreamEnd.invalid("the client closed the stream before " + expected);
        case Event.Cancelled() -> throw new StreamEnd(Status.CANCELLED);
        case Event.Stop(Status status) -> throw new StreamEnd(status);
      }
    }
  }

  private StreamEnd silent(String expected) {
    return new StreamEnd(
        Status.DEADLINE_EXCEEDED.withDescription(
            "the client was silent for " + silence.toSeconds() + " s, expected " + expected));
  }

  static String name(EvaluateRequest message) {
    return message.getMessageCase().name();
  }
}
