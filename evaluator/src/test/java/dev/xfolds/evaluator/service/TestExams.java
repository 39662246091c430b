package dev.xfolds.evaluator.service;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Score;
import dev.xfolds.contract.v1.TaskKind;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.evaluator.audit.TestFingerprints;
import dev.xfolds.evaluator.store.StoredAnswer;
import dev.xfolds.evaluator.store.Variant;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Small exams: images of one grey each, whose question asks which grey. */
final class TestExams {

  static final String TASK = "greys@1";

  private TestExams() {}

  record Grey(String name, ByteString encoded) implements ImageSource {
    @Override
    public byte[] bytes() {
      return encoded.toByteArray();
    }
  }

  /** Answer key by equality. */
  record Key(Map<String, String> truth) implements Scorer {
    @Override
    public Verdict score(List<String> protocols, List<StoredAnswer> answers) {
      List<Score> scores = new ArrayList<>();
      for (String protocol : protocols) {
        for (Variant variant : Variant.values()) {
          List<StoredAnswer> some =
              answers.stream().filter(answer -> answer.variant() == variant).toList();
          long right = some.stream().filter(a -> truth.get(a.item()).equals(a.text())).count();
          scores.add(
              Score.newBuilder()
                  .setProtocol(protocol)
                  .setMetric("accuracy")
                  .setGroup("overall")
                  .setSubject(variant == Variant.REAL ? "model" : variant + "-images")
                  .setN(some.size())
                  .setValue(right / (double) Math.max(1, some.size()))
                  .build());
        }
      }
      return new Verdict(scores, List.of());
    }

    @Override
    public List<Judged> judge(String protocol, List<StoredAnswer> answers) {
      return answers.stream()
          .filter(answer -> answer.variant() == Variant.REAL)
          .map(
              a ->
                  new Judged(
                      a.item(),
                      List.of(truth.get(a.item())),
                      a.text(),
                      truth.get(a.item()).equals(a.text())))
          .toList();
    }
  }

  /** As many images, two questions about each, with shuffled and blank images. */
  static Exam greys(int images) {
    return greys(TASK, images, "data-1");
  }

  static Exam greys(String task, int images, String dataDigest) {
    List<Exam.Item> items = new ArrayList<>();
    Map<String, String> truth = new HashMap<>();
    List<TestFingerprints.Image> fingerprints = new ArrayList<>();
    List<TestFingerprints.Question> questions = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      Grey image = new Grey("grey-" + i, ByteString.copyFrom(png(i, 8 + i % 2, 8)));
      ByteString sha256 = Pictures.sha256(image.bytes());
      fingerprints.add(new TestFingerprints.Image(sha256, i));
      for (String wording : List.of("which grey is this?", "what is the shade?")) {
        String id = "q" + items.size();
        items.add(new Exam.Item(id, image, sha256, wording, List.of()));
        truth.put(id, "grey " + i);
        ByteString text = Pictures.sha256(wording.getBytes(StandardCharsets.UTF_8));
        questions.add(new TestFingerprints.Question(text, text, sha256));
      }
    }
    return new Exam(
        task,
        TaskKind.VISUAL_QUESTION_ANSWERING,
        dataDigest,
        "questions-of-" + images,
        List.of("exact", "lenient"),
        "generated",
        "none",
        items,
        List.of(Variant.values()),
        new TestFingerprints(fingerprints, questions, 0),
        new Key(truth));
  }

  static byte[] png(int grey, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(grey, grey, grey));
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
