package dev.xfolds.trainer.data;

import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.PhantomPlan;
import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.VqaItem;
import dev.xfolds.datasets.phantom.PhantomGenerator;
import dev.xfolds.datasets.phantom.PhantomSplit;
import dev.xfolds.datasets.read.CaptionData;
import dev.xfolds.datasets.read.CaptionFormat;
import dev.xfolds.datasets.read.Readers;
import dev.xfolds.datasets.read.VqaData;
import dev.xfolds.datasets.read.VqaFormat;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data set of a plan. Its samples come in the order of its files or of its generator.
 *
 * @param field where it stands in the TrainingRun, for messages
 * @param name that its samples carry
 */
record DataSet(String field, String name, DataPlan plan) {

  private static final Logger LOG = LoggerFactory.getLogger(DataSet.class);
  private static final String TEST = "test";

  /**
   * Reads all annotations and no image.
   *
   * @throws TrainerException code 2 naming the field, if files are missing or wrong, the digest is
   *     another, or nothing is left
   */
  List<Sample> samples(Volumes volumes) {
    if (plan.getSplit().equals(TEST)) {
      throw wrong("split", "another one: a trainer never sees test data", TEST);
    }
    try {
      return switch (plan.getFormat()) {
        case VQA_RAD -> questions(VqaFormat.VQA_RAD, volumes);
        case VQA_MED_2019 -> questions(VqaFormat.VQA_MED_2019, volumes);
        case SLAKE -> questions(VqaFormat.SLAKE, volumes);
        case CAPTIONS_CSV -> captions(CaptionFormat.CAPTIONS_CSV, volumes);
        case CAPTIONS_JSONL -> captions(CaptionFormat.CAPTIONS_JSONL, volumes);
        case PHANTOM_VQA -> phantomQuestions();
        case PHANTOM_CAPTIONS -> phantomCaptions();
        case DATA_FORMAT_UNSPECIFIED, UNRECOGNIZED ->
            throw wrong("format", "a format that this trainer knows", plan.getFormat().name());
      };
    } catch (DataException e) {
      throw TrainerException.invalid(field + ": " + e.getMessage(), e);
    }
  }

  private List<Sample> questions(VqaFormat format, Volumes volumes) {
    VqaData data =
        Readers.vqa(format, files(volumes), Optional.of(plan.getSplit()), excludedModalities());
    requireDigest(data.annotationDigest());
    note(data.problems());
    return data.items().stream().map(item -> Sample.of(name, item)).toList();
  }

  private List<Sample> captions(CaptionFormat format, Volumes volumes) {
    if (!plan.getSplit().isEmpty()) {
      throw wrong("split", "empty: a file of captions is one split", plan.getSplit());
    }
    CaptionData data = Readers.captions(format, files(volumes), excludedModalities());
    requireDigest(data.annotationDigest());
    note(data.problems());
    return data.items().stream().map(item -> Sample.of(name, item)).toList();
  }

  private List<Sample> phantomQuestions() {
    PhantomPlan phantom = plan.getPhantom();
    List<VqaItem> items =
        PhantomGenerator.questions(
            phantom.getSeed(), phantom.getImages(), phantom.getImageSize(), phantomSplit());
    return generated(items.stream().map(item -> Sample.of(name, item)).toList());
  }

  private List<Sample> phantomCaptions() {
    PhantomPlan phantom = plan.getPhantom();
    List<CaptionItem> items =
        PhantomGenerator.captions(
            phantom.getSeed(), phantom.getImages(), phantom.getImageSize(), phantomSplit());
    return generated(items.stream().map(item -> Sample.of(name, item)).toList());
  }

  private List<Sample> generated(List<Sample> all) {
    if (!plan.getDigest().isEmpty()) {
      throw wrong("digest", "empty: generated data has no annotation files", plan.getDigest());
    }
    Set<String> excluded = excludedModalities();
    List<Sample> left = all.stream().filter(s -> !excluded.contains(s.modality())).toList();
    if (left.isEmpty()) {
      throw new DataException(
          "excludeModalities %s leaves none of %,d items"
              .formatted(plan.getExcludeModalitiesList(), all.size()));
    }
    return left;
  }

  private PhantomSplit phantomSplit() {
    return switch (plan.getSplit()) {
      case "", "train" -> PhantomSplit.TRAIN;
      case "validate" -> PhantomSplit.VALIDATE;
      default -> throw wrong("split", "train, validate or empty", plan.getSplit());
    };
  }

  private Map<String, Path> files(Volumes volumes) {
    Map<String, Path> files = new TreeMap<>();
    plan.getFilesMap()
        .forEach(
            (role, path) ->
                files.put(
                    role, volumes.file(field, plan.getVolume(), field + ".files." + role, path)));
    return files;
  }

  private Set<String> excludedModalities() {
    return Set.copyOf(plan.getExcludeModalitiesList());
  }

  private void requireDigest(String found) {
    if (!plan.getDigest().isEmpty() && !plan.getDigest().equals(found)) {
      throw wrong("digest", "that of the annotation files (%s)".formatted(found), plan.getDigest());
    }
  }

  private void note(List<String> problems) {
    for (String problem : problems) {
      LOG.warn("{} ({}): {}", field, plan.getName(), problem);
    }
  }

  private TrainerException wrong(String part, String expected, String was) {
    return TrainerException.invalid(
        "%s.%s must be %s, was \"%s\"".formatted(field, part, expected, was));
  }
}
