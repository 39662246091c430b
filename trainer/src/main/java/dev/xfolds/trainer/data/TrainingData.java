package dev.xfolds.trainer.data;

import dev.xfolds.contract.v1.DataPlan;
import dev.xfolds.contract.v1.Fingerprint;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.trainer.config.TrainerException;
import dev.xfolds.trainer.config.Volumes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The samples of a run whose images can be read. A plan and its files give the same samples in the
 * same order at every start.
 *
 * @param training in the order of the plan
 * @param validation another data set or held-out images of the training data; may be empty
 * @param images distinct, of both
 * @param imageOfTraining index into {@code images}, for each training sample
 * @param imageOfValidation the same for each validation sample
 * @param weights of the training samples, the least is 1; see {@link BatchOrder}
 * @param unreadable images that were left out, each as {@code dataSet/image: reason}
 * @param fingerprints of the images and questions of both; a resumed run has those of its
 *     checkpoint, so with inherited ones
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by agreement, never compared
public record TrainingData(
    List<Sample> training,
    List<Sample> validation,
    List<ImageSource> images,
    int[] imageOfTraining,
    int[] imageOfValidation,
    double[] weights,
    List<String> unreadable,
    List<Fingerprint> fingerprints) {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingData.class);
  private static final String VALIDATION = "validation.data";
  private static final String VALIDATION_FIELD = "spec.validation.data";
  private static final int SHOWN = 3;

  public TrainingData {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
    images = List.copyOf(images);
    unreadable = List.copyOf(unreadable);
    fingerprints = List.copyOf(fingerprints);
  }

  /** Of a plan without training. */
  public static TrainingData none() {
    return new TrainingData(
        List.of(),
        List.of(),
        List.of(),
        new int[0],
        new int[0],
        new double[0],
        List.of(),
        List.of());
  }

  /**
   * Reads the data sets of a checked plan. Without {@code known}, every image is decoded once.
   *
   * @param known of a resumed run
   * @param afterImage is called after each image that was looked at, from several threads
   * @throws TrainerException code 2 if files are missing or wrong, more images than the plan allows
   *     cannot be read, or no sample is left
   */
  public static TrainingData load(
      RunPlan plan, Volumes volumes, Optional<KnownImages> known, Runnable afterImage)
      throws InterruptedException {
    if (!plan.hasTraining()) {
      return none();
    }
    List<Sample> training = training(plan, volumes);
    List<Sample> validation = validation(plan, volumes);
    ImageIndex images = new ImageIndex().add(training).add(validation);
    KnownImages seen =
        known.isPresent()
            ? known.get()
            : look(plan, images, joined(training, validation), afterImage);
    Set<String> unreadable = seen.unreadableAmong(images.keys());
    List<Sample> readable = readable("spec.data", training, unreadable);
    if (plan.getValidation().hasData()) {
      return of(plan, readable, readable(VALIDATION_FIELD, validation, unreadable), seen);
    }
    Set<String> held = heldOut(plan, readable);
    return of(
        plan,
        readable.stream().filter(sample -> !held.contains(sample.imageKey())).toList(),
        readable.stream().filter(sample -> held.contains(sample.imageKey())).toList(),
        seen);
  }

  private static TrainingData of(
      RunPlan plan, List<Sample> training, List<Sample> validation, KnownImages seen) {
    ImageIndex index = new ImageIndex().add(training).add(validation);
    return new TrainingData(
        training,
        validation,
        index.sources(),
        index.numbers(training),
        index.numbers(validation),
        weights(training, plan.getDataList()),
        seen.unreadable(),
        seen.fingerprints());
  }

  private static List<Sample> training(RunPlan plan, Volumes volumes) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < plan.getDataCount(); i++) {
      DataPlan data = plan.getData(i);
      samples.addAll(
          new DataSet("spec.data[%d]".formatted(i), data.getName(), data).samples(volumes));
    }
    return samples;
  }

  /** Its samples carry a name of their own: the plan may give both data sets the same. */
  private static List<Sample> validation(RunPlan plan, Volumes volumes) {
    return plan.getValidation().hasData()
        ? new DataSet(VALIDATION_FIELD, VALIDATION, plan.getValidation().getData()).samples(volumes)
        : List.of();
  }

  private static Set<String> heldOut(RunPlan plan, List<Sample> samples) {
    return plan.getValidation().hasFraction()
        ? HeldOut.images(
            new ImageIndex().add(samples).keys(),
            plan.getValidation().getFraction(),
            plan.getTraining().getSeed())
        : Set.of();
  }

  private static KnownImages look(
      RunPlan plan, ImageIndex images, List<Sample> samples, Runnable afterImage)
      throws InterruptedException {
    int count = images.keys().size();
    LOG.info("looking at {} images of {} samples", count, samples.size());
    ImageScan scan = ImageScan.of(images, plan.getTraining().getDataThreads(), afterImage);
    List<String> unreadable = scan.unreadable();
    int allowed = plan.getTraining().getMaxUnreadableImages();
    if (unreadable.size() > allowed) {
      throw TrainerException.invalid(
          "spec.training.maxUnreadableImages must be at least %d to leave out what cannot be read of %d images, was %d: %s%s"
              .formatted(
                  unreadable.size(),
                  count,
                  allowed,
                  String.join("; ", unreadable.subList(0, Math.min(SHOWN, unreadable.size()))),
                  unreadable.size() > SHOWN ? "; ..." : ""));
    }
    unreadable.forEach(image -> LOG.warn("left out: {}", image));
    return new KnownImages(unreadable, TrainingFingerprints.of(samples, scan.hashes()));
  }

  private static List<Sample> readable(String field, List<Sample> samples, Set<String> unreadable) {
    List<Sample> left =
        samples.stream().filter(sample -> !unreadable.contains(sample.imageKey())).toList();
    if (left.isEmpty()) {
      throw TrainerException.invalid(
          "%s must have at least one sample whose image can be read, has none of %d"
              .formatted(field, samples.size()));
    }
    return left;
  }

  private static double[] weights(List<Sample> samples, List<DataPlan> plans) {
    Map<String, Double> weights = new HashMap<>();
    plans.forEach(plan -> weights.put(plan.getName(), plan.getWeight()));
    double[] given = samples.stream().mapToDouble(s -> weights.get(s.dataSet())).toArray();
    double least = Arrays.stream(given).min().orElseThrow();
    return Arrays.stream(given).map(weight -> weight / least).toArray();
  }

  private static List<Sample> joined(List<Sample> first, List<Sample> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
