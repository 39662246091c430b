package dev.xfolds.trainer.answer;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.AnswerType;
import dev.xfolds.contract.v1.TaskKind;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** Repeats the question, chooses the last choice, and notes what it was asked. */
class FakeModel implements Answerer {

  private final int batchSize;
  final List<Integer> batches = new ArrayList<>();
  final List<Asked> asked = new ArrayList<>();

  FakeModel(int batchSize) {
    this.batchSize = batchSize;
  }

  @Override
  public Set<TaskKind> capabilities() {
    return Set.of(TaskKind.VISUAL_QUESTION_ANSWERING);
  }

  @Override
  public List<Answered> answer(List<Asked> batch) {
    batches.add(batch.size());
    asked.addAll(batch);
    return batch.stream().map(FakeModel::answer).toList();
  }

  private static Answered answer(Asked question) {
    return new Answered(
        question.text(),
        Math.max(0, question.choices().size() - 1),
        OptionalDouble.of(0.75),
        AnswerType.CLOSED);
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  /** Questions whose image is not the one of its digest. */
  List<Asked> wrongImages() {
    return asked.stream().filter(question -> !matches(question.image())).toList();
  }

  private static boolean matches(ImageFile image) {
    ByteString digest = FakeEvaluator.sha256(ByteString.copyFrom(image.data()));
    return HexFormat.of().formatHex(digest.toByteArray()).equals(image.sha256());
  }
}
