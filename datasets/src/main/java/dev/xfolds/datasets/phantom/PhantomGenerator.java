package dev.xfolds.datasets.phantom;

import dev.xfolds.datasets.CaptionItem;
import dev.xfolds.datasets.DataException;
import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.VqaItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Generated images with captions, questions and documents. Image i depends on (seed, split, i)
 * alone: the first hundred of four thousand are those of a hundred. Pixels are drawn when asked
 * for.
 *
 * <p>Question types: {@code modality}, {@code plane}, {@code organ} (head, chest, abdomen, pelvis)
 * and {@code presence} (yes, no; the closed one) for every image; {@code side} (of the image as
 * seen), {@code count} (1, 2, 3) and {@code size} (small, large) where there is a lesion. Answers
 * are balanced whatever the wording, region or modality: exactly over multiples of 1,152 images,
 * within a few images otherwise.
 */
public final class PhantomGenerator {

  private static final int LEAST_SIZE = 32;
  private static final int LARGEST_SIZE = 512;

  private PhantomGenerator() {}

  /**
   * The first images of a split.
   *
   * @param images how many, at least 1
   * @param imageSize pixels a side, 32 to 512
   * @throws DataException if either is out of range
   */
  public static List<PhantomImage> images(
      long seed, int images, int imageSize, PhantomSplit split) {
    if (images < 1) {
      throw new DataException("phantom.images must be at least 1, was " + images);
    }
    if (imageSize < LEAST_SIZE || imageSize > LARGEST_SIZE) {
      throw new DataException(
          "phantom.imageSize must be between %d and %d, was %d"
              .formatted(LEAST_SIZE, LARGEST_SIZE, imageSize));
    }
    return IntStream.range(0, images)
        .mapToObj(index -> PhantomImage.of(seed, split, index, imageSize))
        .toList();
  }

  /** One caption per image; parameters and failures as in {@link #images}. */
  public static List<CaptionItem> captions(
      long seed, int images, int imageSize, PhantomSplit split) {
    return images(seed, images, imageSize, split).stream().map(PhantomGenerator::caption).toList();
  }

  /** Four or seven questions per image, in its order; as in {@link #images}. */
  public static List<VqaItem> questions(long seed, int images, int imageSize, PhantomSplit split) {
    return images(seed, images, imageSize, split).stream()
        .flatMap(image -> questions(image).stream())
        .toList();
  }

  /** Documents over the images of {@link #images} in order, two to four in each but the last. */
  public static List<PhantomDocument> documents(
      long seed, int images, int imageSize, PhantomSplit split) {
    List<PhantomImage> all = images(seed, images, imageSize, split);
    List<PhantomDocument> documents = new ArrayList<>();
    for (int start = 0; start < all.size(); ) {
      int length = 2 + SplitMix.of(seed, split.key(), 4, start).below(3);
      int end = Math.min(all.size(), start + length);
      documents.add(document(split, documents.size(), all.subList(start, end)));
      start = end;
    }
    return List.copyOf(documents);
  }

  private static CaptionItem caption(PhantomImage image) {
    return new CaptionItem(
        image.name(), image.source(), Caption.of(image), image.modality().code());
  }

  private static List<VqaItem> questions(PhantomImage image) {
    ImageSource source = image.source();
    List<VqaItem> items = new ArrayList<>();
    for (Wording wording : Wording.values()) {
      String type = wording.name().toLowerCase(Locale.ROOT);
      wording
          .answer(image)
          .ifPresent(
              answer ->
                  items.add(
                      new VqaItem(
                          image.name() + "-" + type,
                          source,
                          wording.question(image),
                          List.of(answer),
                          wording.answerType(),
                          type,
                          image.region().answer(),
                          image.modality().code(),
                          "")));
    }
    return items;
  }

  private static PhantomDocument document(
      PhantomSplit split, int number, List<PhantomImage> images) {
    List<PhantomDocument.Part> parts = new ArrayList<>();
    parts.add(new PhantomDocument.Text("Case %d, images: %d.".formatted(number, images.size())));
    for (PhantomImage image : images) {
      parts.add(new PhantomDocument.Picture(image));
      parts.add(new PhantomDocument.Text(Caption.of(image)));
    }
    long affected = images.stream().filter(image -> !image.lesions().isEmpty()).count();
    parts.add(
        new PhantomDocument.Text(
            "Of %d images, %d with lesions.".formatted(images.size(), affected)));
    return new PhantomDocument(split.label() + "-document-" + number, parts);
  }
}
