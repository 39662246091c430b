package dev.xfolds.evaluator.task;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.xfolds.contract.v1.TaskKind;
import dev.xfolds.evaluator.protocol.Protocol;
import dev.xfolds.evaluator.protocol.UnknownNameException;
import java.nio.file.Path;
import java.util.List;

/**
 * A benchmark as its YAML describes it.
 *
 * @param split what is test and what is training, in words
 * @param digest of the data that this version means
 * @param metric what counts
 * @param controls other image sets that the same questions are asked about: "shuffled-images",
 *     "blank-images"
 * @param protocols at least one; the first is the default
 */
public record Task(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) int version,
    @JsonProperty(required = true) TaskKind kind,
    @JsonProperty(required = true) String origin,
    @JsonProperty(required = true) String licence,
    @JsonProperty(required = true) String split,
    @JsonProperty(required = true) TaskSource source,
    @JsonProperty(required = true) TaskDigest digest,
    @JsonProperty(required = true) Metric metric,
    @JsonProperty(required = true) List<String> controls,
    @JsonProperty(required = true) List<Protocol> protocols) {

  public Task {
    controls = List.copyOf(controls);
    protocols = List.copyOf(protocols);
    if (protocols.isEmpty()) {
      throw new IllegalArgumentException(name + ".protocols must have at least one, has none");
    }
  }

  public TaskId id() {
    return new TaskId(name, version);
  }

  /**
   * The protocol of that name.
   *
   * @throws UnknownNameException with the nearest name
   */
  public Protocol protocol(String wanted) {
    return protocols.stream()
        .filter(protocol -> protocol.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new UnknownNameException(
                    "protocol of " + id(),
                    wanted,
                    protocols.stream().map(Protocol::name).toList()));
  }

  /**
   * Whether training and test images can be the same; then the baselines that look at an image's
   * other questions exist.
   */
  public boolean sharesTrainingImages() {
    return switch (source) {
      case TaskSource.VqaRadFiles files -> true;
      case TaskSource.PhantomQuestions questions -> false;
      case TaskSource.PhantomCaptions captions -> false;
    };
  }

  /** Whether its data is generated rather than read from a volume. */
  public boolean isGenerated() {
    return switch (source) {
      case TaskSource.VqaRadFiles files -> false;
      case TaskSource.PhantomQuestions questions -> true;
      case TaskSource.PhantomCaptions captions -> true;
    };
  }

  /**
   * Reads or generates the data, without opening images.
   *
   * @param volume folder that the source's files are relative to; ignored by generated tasks
   * @throws dev.xfolds.datasets.DataException if files or the folder of images are missing, or
   *     files are malformed or not this version's
   */
  public TaskData load(Path volume) {
    return TaskLoader.load(this, volume, true);
  }

  /**
   * As {@link #load}, for scoring alone: needs no folder of images, and the images of its items
   * cannot be read unless they are generated.
   */
  public TaskData loadQuestions(Path volume) {
    return TaskLoader.load(this, volume, false);
  }
}
