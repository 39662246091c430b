package dev.xfolds.evaluator.service;

import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.evaluator.protocol.UnknownNameException;
import dev.xfolds.evaluator.store.EvaluationFolder;
import dev.xfolds.evaluator.store.EvaluationKey;
import dev.xfolds.evaluator.store.EvaluationStore;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which evaluations may run: those of this run on tasks that its plan names, one stream for
 * one key. A second stream for a key takes over, because after the loss of a node the first may
 * look alive until it has been silent for long; the first ends with ABORTED and loses nothing.
 */
final class Examinations {

  private static final int MAX_LOSS_POINTS = 1000;
  private static final int MAX_TEXT = 4096;

  private final String namespace;
  private final String run;
  private final Map<String, Exam> exams = new LinkedHashMap<>();
  private final EvaluationStore store;
  private final Map<Path, EvaluationSession> active = new HashMap<>();

  /** A Hello that was found good. */
  record Admission(Hello hello, Exam exam, EvaluationKey key, List<String> protocols) {}

  Examinations(String namespace, String run, Collection<Exam> exams, EvaluationStore store) {
    this.namespace = namespace;
    this.run = run;
    exams.forEach(exam -> this.exams.put(exam.task(), exam));
    this.store = store;
  }

  Collection<Exam> exams() {
    return exams.values();
  }

  /**
   * @throws StreamEnd if a field is wrong; the message names it
   */
  Admission admit(Hello hello) {
    requireRun(hello);
    Exam exam = exams.get(hello.getTask());
    if (exam == null) {
      throw new StreamEnd(
          Status.NOT_FOUND.withDescription(unknown("task", hello.getTask(), exams.keySet())));
    }
    if (!hello.getCapabilitiesList().contains(exam.kind())) {
      throw new StreamEnd(
          Status.FAILED_PRECONDITION.withDescription(
              "Hello.capabilities must contain %s for %s, was %s"
                  .formatted(exam.kind(), exam.task(), hello.getCapabilitiesList())));
    }
    List<String> protocols = protocols(hello, exam);
    requireBounds(hello);
    try {
      EvaluationKey key =
          new EvaluationKey(
              hello.getNamespace(),
              hello.getRun(),
              hello.getCheckpointDigest(),
              exam.dataDigest(),
              exam.task(),
              hello.getShots(),
              hello.getSeed(),
              hello.getPrompt(),
              hello.getDecoding(),
              hello.getPrecision().name());
      return new Admission(hello, exam, key, protocols);
    } catch (IllegalArgumentException e) {
      throw StreamEnd.invalid("Hello." + e.getMessage());
    }
  }

  /** Makes this session the only one of its key, after the former one has let go. */
  EvaluationFolder claim(Admission admission, EvaluationSession session)
      throws InterruptedException {
    EvaluationFolder folder = store.folder(admission.key(), admission.exam().questionsDigest());
    EvaluationSession former;
    synchronized (active) {
      former = active.put(folder.path(), session);
    }
    if (former != null) {
      former.stop(
          Status.ABORTED.withDescription(
              "another stream took over the evaluation of " + admission.exam().task()));
      former.awaitEnd();
    }
    return folder;
  }

  void release(EvaluationSession session) {
    synchronized (active) {
      active.values().remove(session);
    }
  }

  private void requireRun(Hello hello) {
    if (!hello.getNamespace().equals(namespace) || !hello.getRun().equals(run)) {
      throw StreamEnd.invalid(
          "Hello.namespace and Hello.run must be \"%s\" and \"%s\", were \"%s\" and \"%s\""
              .formatted(
                  namespace, run, shortened(hello.getNamespace()), shortened(hello.getRun())));
    }
  }

  private static List<String> protocols(Hello hello, Exam exam) {
    if (hello.getProtocolsList().isEmpty()) {
      throw StreamEnd.invalid(
          "Hello.protocols must have at least one of " + exam.protocols() + ", has none");
    }
    List<String> protocols = new ArrayList<>();
    for (String protocol : hello.getProtocolsList()) {
      if (!exam.protocols().contains(protocol)) {
        throw StreamEnd.invalid(unknown("protocol of " + exam.task(), protocol, exam.protocols()));
      }
      if (!protocols.contains(protocol)) {
        protocols.add(protocol);
      }
    }
    return protocols;
  }

  private static void requireBounds(Hello hello) {
    if (hello.getShots() != 0) {
      throw StreamEnd.invalid(
          "Hello.shots must be 0, no task gives examples yet, was " + hello.getShots());
    }
    if (hello.getStep() < 0) {
      throw StreamEnd.invalid("Hello.step must be 0 or more, was " + hello.getStep());
    }
    if (hello.getPrompt().length() > MAX_TEXT) {
      throw StreamEnd.invalid(
          "Hello.prompt must have at most 4096 characters, had " + hello.getPrompt().length());
    }
    if (hello.getDecoding().length() > MAX_TEXT) {
      throw StreamEnd.invalid(
          "Hello.decoding must have at most 4096 characters, had " + hello.getDecoding().length());
    }
    if (hello.getPrecision() == Precision.PRECISION_UNSPECIFIED
        || hello.getPrecision() == Precision.UNRECOGNIZED) {
      throw StreamEnd.invalid("Hello.precision must be FP32, TF32 or BF16, was unspecified");
    }
    if (hello.getCard().getLossCount() > MAX_LOSS_POINTS) {
      throw StreamEnd.invalid(
          "Hello.card.loss must have at most 1000 points, had " + hello.getCard().getLossCount());
    }
  }

  private static String unknown(String what, String name, Collection<String> known) {
    return new UnknownNameException(what, shortened(name), known).getMessage();
  }

  private static String shortened(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}
