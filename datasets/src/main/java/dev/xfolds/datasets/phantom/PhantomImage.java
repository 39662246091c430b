package dev.xfolds.datasets.phantom;

import dev.xfolds.datasets.ImageSource;
import java.util.List;
import java.util.Optional;

/**
 * What one generated image shows; captions, answers and documents are derived from it. It holds no
 * pixels: {@link #png()} draws them each time, in well under a millisecond at 64 pixels.
 *
 * @param imageSize pixels a side
 * @param phrasing 0 to 3: which wording its caption and questions have
 * @param organs in drawing order
 * @param lesions none, or one to three that do not touch, on one side, of one size
 */
public record PhantomImage(
    long seed,
    PhantomSplit split,
    int index,
    int imageSize,
    Modality modality,
    Plane plane,
    Region region,
    int phrasing,
    List<Organ> organs,
    List<Lesion> lesions) {

  private static final int SCENE = 2;
  private static final int PIXELS = 3;

  public PhantomImage {
    organs = List.copyOf(organs);
    lesions = List.copyOf(lesions);
  }

  static PhantomImage of(long seed, PhantomSplit split, int index, int imageSize) {
    Design design = Design.of(seed, split, index);
    SplitMix random = SplitMix.of(seed, split.key(), SCENE, index);
    Scene scene = Scene.of(design, random, imageSize);
    return new PhantomImage(
        seed,
        split,
        index,
        imageSize,
        design.modality(),
        design.plane(),
        design.region(),
        design.phrasing(),
        scene.organs(),
        scene.lesions());
  }

  /** {@code train-000012.png}. */
  public String name() {
    String digits = Integer.toString(index);
    return split.label() + "-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits + ".png";
  }

  /** Side of all lesions; empty without lesions. */
  public Optional<Side> side() {
    return lesions.stream().findFirst().map(Lesion::side);
  }

  /** Size of all lesions; empty without lesions. */
  public Optional<LesionSize> size() {
    return lesions.stream().findFirst().map(Lesion::size);
  }

  /** The file, 8-bit grayscale PNG, the same bytes on every machine. */
  public byte[] png() {
    return GrayPng.encode(pixels(), imageSize);
  }

  /** Draws when its bytes are asked for. */
  public ImageSource source() {
    return new Source(this);
  }

  /** Gray values row after row, imageSize x imageSize. */
  byte[] pixels() {
    SplitMix noise = SplitMix.of(seed, split.key(), PIXELS, index);
    return new Painter(modality, noise).paint(anatomy(), lesions, imageSize);
  }

  Anatomy anatomy() {
    return Anatomy.of(plane, region, SplitMix.of(seed, split.key(), SCENE, index));
  }

  private record Source(PhantomImage image) implements ImageSource {
    @Override
    public String name() {
      return image.name();
    }

    @Override
    public byte[] bytes() {
      return image.png();
    }
  }
}
