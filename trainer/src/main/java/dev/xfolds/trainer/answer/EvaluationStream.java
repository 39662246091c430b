package dev.xfolds.trainer.answer;

import dev.xfolds.contract.v1.Answer;
import dev.xfolds.contract.v1.Credit;
import dev.xfolds.contract.v1.EvaluateRequest;
import dev.xfolds.contract.v1.EvaluateResponse;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.Fingerprints;
import dev.xfolds.contract.v1.FingerprintsEnd;
import dev.xfolds.contract.v1.Question;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.Session;
import dev.xfolds.trainer.answer.Wire.Event;
import dev.xfolds.trainer.config.TrainerException;
import io.grpc.Channel;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;

/** One stream from Hello to Report, on the thread that runs it. */
final class EvaluationStream implements AutoCloseable {

  private static final int MAX_CREDIT = 4096;
  private static final int MAX_FINGERPRINTS = 2000;
  private static final int BATCHES_AHEAD = 4;
  private static final Duration STOP_CHECK = Duration.ofMillis(100);

  private final Evaluation evaluation;
  private final EvaluatorClient.Settings settings;
  private final Patience patience;
  private final Wire wire;
  private final QuestionQueue questions;
  private final int batchSize;
  private Session session;
  private Report report;
  private int credits;
  private int unanswered;

  EvaluationStream(
      Channel channel,
      Evaluation evaluation,
      EvaluatorClient.Settings settings,
      Patience patience) {
    this.evaluation = evaluation;
    this.settings = settings;
    this.patience = patience;
    this.batchSize = Math.min(evaluation.model().batchSize(), MAX_CREDIT);
    this.questions = new QuestionQueue(settings.imageBytes());
    this.wire = new Wire(channel);
  }

  /**
   * Answers until the report comes.
   *
   * @throws StreamLostException if the stream broke or fell silent; another may go on
   * @throws TrainerException code 2 if the evaluator refuses, code 10 if it breaks the protocol,
   *     code 12 on request
   */
  Report run() throws StreamLostException, InterruptedException {
    open();
    while (report == null) {
      grant();
      if (!batchWaits()) {
        takeEvent(settings.silence());
        continue;
      }
      Event event = wire.poll();
      if (event == null) {
        answerBatch();
      } else {
        handle(event);
      }
    }
    wire.complete();
    return report;
  }

  private void open() throws StreamLostException, InterruptedException {
    while (!wire.isReady()) {
      takeEvent(settings.connect());
    }
    send(EvaluateRequest.newBuilder().setHello(evaluation.hello()));
    Fingerprints.Builder part = Fingerprints.newBuilder();
    for (Fingerprint fingerprint : evaluation.fingerprints()) {
      part.addEntries(fingerprint);
      if (part.getEntriesCount() == MAX_FINGERPRINTS) {
        send(EvaluateRequest.newBuilder().setFingerprints(part));
        part.clear();
      }
    }
    if (part.getEntriesCount() > 0) {
      send(EvaluateRequest.newBuilder().setFingerprints(part));
    }
    send(EvaluateRequest.newBuilder().setFingerprintsEnd(FingerprintsEnd.getDefaultInstance()));
  }

  /** Allows as many questions as keep a few batches on their way or waiting here. */
  private void grant() throws StreamLostException, InterruptedException {
    int window = Math.min(BATCHES_AHEAD * batchSize, MAX_CREDIT);
    int more = Math.min(window, unanswered) - credits - questions.size();
    if (more > 0) {
      credits += more;
      send(EvaluateRequest.newBuilder().setCredit(Credit.newBuilder().setQuestions(more)));
    }
  }

  private boolean batchWaits() {
    return questions.size() > 0 && questions.size() >= Math.min(batchSize, unanswered);
  }

  private void answerBatch() throws StreamLostException, InterruptedException {
    evaluation.checkStop();
    List<Question> batch = questions.take(Math.min(batchSize, questions.size()));
    long start = System.nanoTime();
    List<Answered> answers = evaluation.model().answer(questions.asked(batch));
    float seconds = (System.nanoTime() - start) / 1e9f / batch.size();
    if (answers.size() != batch.size()) {
      throw new IllegalStateException(
          "a model must give one answer per question, gave %d to %d"
              .formatted(answers.size(), batch.size()));
    }
    for (int i = 0; i < batch.size(); i++) {
      send(EvaluateRequest.newBuilder().setAnswer(message(batch.get(i), answers.get(i), seconds)));
    }
    unanswered -= batch.size();
    evaluation.state().update(p -> p.setQuestionsAnswered(session.getTotal() - unanswered));
  }

  private Answer message(Question question, Answered answered, float seconds) {
    Answer.Builder answer =
        Answer.newBuilder()
            .setId(question.getId())
            .setText(answered.text())
            .setPredictedType(answered.predictedType())
            .setLatencySeconds(seconds);
    answered.confidence().ifPresent(confidence -> answer.setConfidence((float) confidence));
    int choices = questions.choices(question).size();
    if (choices > 0) {
      if (answered.choice() >= choices) {
        throw new IllegalStateException(
            "a model's choice must be in 0..%d, was %d".formatted(choices - 1, answered.choice()));
      }
      answer.setChoice(answered.choice());
    }
    return answer.build();
  }

  private void send(EvaluateRequest.Builder message)
      throws StreamLostException, InterruptedException {
    while (!wire.isReady()) {
      takeEvent(settings.silence());
    }
    wire.send(message.build());
  }

  private void takeEvent(Duration limit) throws StreamLostException, InterruptedException {
    Event event = await(limit);
    if (event == null) {
      throw new StreamLostException("nothing happened for " + limit.toMillis() + " ms", null);
    }
    handle(event);
  }

  private void handle(Event event) throws StreamLostException {
    switch (event) {
      case Event.Received(EvaluateResponse message) -> accept(message);
      case Event.Ready() -> {}
      case Event.Ended(Status status) -> throw ended(status);
    }
  }

  private Event await(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (long left = limit.toNanos(); left > 0; left = end - System.nanoTime()) {
      evaluation.checkStop();
      Event event = wire.await(Duration.ofNanos(Math.min(left, STOP_CHECK.toNanos())));
      if (event != null) {
        return event;
      }
    }
    return null;
  }

  private void accept(EvaluateResponse message) {
    if (session == null && !message.hasSession()) {
      throw QuestionQueue.violation(
          "the first message must be SESSION, was " + message.getMessageCase());
    }
    switch (message.getMessageCase()) {
      case SESSION -> begin(message.getSession());
      case IMAGE -> questions.add(message.getImage());
      case CHOICES -> questions.add(message.getChoices());
      case QUESTION -> {
        if (credits == 0) {
          throw QuestionQueue.violation("more questions came than were allowed");
        }
        credits--;
        questions.add(message.getQuestion());
      }
      case REPORT -> report = message.getReport();
      case MESSAGE_NOT_SET -> throw QuestionQueue.violation("an empty message came");
    }
  }

  private void begin(Session begun) {
    if (session != null) {
      throw QuestionQueue.violation("a second SESSION came");
    }
    int total = begun.getTotal();
    int answered = begun.getAnswered();
    if (answered < 0 || answered > total) {
      throw QuestionQueue.violation(
          "Session.answered must be in 0..%d, was %d".formatted(total, answered));
    }
    session = begun;
    unanswered = begun.getStored() ? 0 : total - answered;
    patience.begun(answered);
    evaluation
        .state()
        .update(p -> p.setQuestionsAnswered(total - unanswered).setQuestionsTotal(total));
  }

  private StreamLostException ended(Status status) {
    Throwable cause = status.asException();
    String why = status.getCode() + ": " + Failures.describe(status);
    return switch (status.getCode()) {
      case INVALID_ARGUMENT,
          NOT_FOUND,
          FAILED_PRECONDITION,
          PERMISSION_DENIED,
          UNAUTHENTICATED,
          UNIMPLEMENTED ->
          throw TrainerException.invalid(
              "the evaluator refuses %s: %s".formatted(evaluation.hello().getTask(), why), cause);
      case OK -> new StreamLostException("it ended the stream without a report", cause);
      case CANCELLED,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          ALREADY_EXISTS,
          RESOURCE_EXHAUSTED,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          UNAVAILABLE,
          DATA_LOSS ->
          new StreamLostException(why, cause);
    };
  }

  @Override
  public void close() {
    if (report == null) {
      wire.close();
    }
    questions.close();
  }
}
