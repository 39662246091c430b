package dev.xfolds.datasets.phantom;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where things lie in one image.
 *
 * @param organs of the anatomy that hold at least one pixel
 */
record Scene(Anatomy anatomy, List<Organ> organs, List<Lesion> lesions) {

  private static final double GAP = 0.1;
  private static final double MARGIN = 0.02;
  private static final double MIDLINE = 0.25;

  /** A disc in the coordinates of {@link Anatomy}. */
  private record Disc(double x, double y, double radius) {

    boolean apart(Disc other) {
      double dx = x - other.x;
      double dy = y - other.y;
      double least = radius + other.radius + GAP;
      return dx * dx + dy * dy > least * least;
    }

    boolean covers(double px, double py) {
      double dx = px - x;
      double dy = py - y;
      return dx * dx + dy * dy < radius * radius;
    }
  }

  static Scene of(Design design, SplitMix random, int imageSize) {
    Anatomy anatomy = Anatomy.of(design.plane(), design.region(), random);
    List<Organ> organs = new ArrayList<>();
    for (Anatomy.Shape shape : anatomy.shapes()) {
      around(shape, anatomy, imageSize).ifPresent(box -> organs.add(new Organ(shape.name(), box)));
    }
    List<Lesion> lesions =
        discs(design, anatomy, random).stream()
            .map(disc -> lesion(design, disc, imageSize))
            .toList();
    return new Scene(anatomy, List.copyOf(organs), lesions);
  }

  private static Optional<BoundingBox> around(Anatomy.Shape shape, Anatomy anatomy, int imageSize) {
    Extent extent = new Extent();
    int bottom = pixel(shape.y() + shape.ry(), imageSize);
    int right = pixel(shape.x() + shape.rx(), imageSize);
    for (int row = pixel(shape.y() - shape.ry(), imageSize); row <= bottom; row++) {
      double y = coordinate(row, imageSize);
      for (int column = pixel(shape.x() - shape.rx(), imageSize); column <= right; column++) {
        double x = coordinate(column, imageSize);
        if (shape.covers(x, y) && anatomy.inner(x, y)) {
          extent.add(column, row);
        }
      }
    }
    return extent.box();
  }

  /** Room for three large discs exists on each side of every body; the dice find it soon. */
  private static List<Disc> discs(Design design, Anatomy anatomy, SplitMix random) {
    double sign = design.side() == Side.LEFT ? -1 : 1;
    for (int attempt = 0; attempt < 10_000; attempt++) {
      List<Disc> discs = new ArrayList<>();
      for (int tries = 0; tries < 60 && discs.size() < design.lesions(); tries++) {
        double radius = design.size().radius(random);
        double x = sign * random.between(MIDLINE, 0.8);
        Disc disc = new Disc(x, random.between(-0.75, 0.75), radius);
        if (Fan.holds(disc.x, disc.y, radius + MARGIN)
            && anatomy.holds(disc.x, disc.y, radius + MARGIN)
            && discs.stream().allMatch(disc::apart)) {
          discs.add(disc);
        }
      }
      if (discs.size() == design.lesions()) {
        return discs;
      }
    }
    throw new IllegalStateException("no room for the lesions of " + design);
  }

  private static Lesion lesion(Design design, Disc disc, int imageSize) {
    Extent extent = new Extent();
    int bottom = pixel(disc.y + disc.radius, imageSize);
    int right = pixel(disc.x + disc.radius, imageSize);
    for (int row = pixel(disc.y - disc.radius, imageSize); row <= bottom; row++) {
      for (int column = pixel(disc.x - disc.radius, imageSize); column <= right; column++) {
        if (disc.covers(coordinate(column, imageSize), coordinate(row, imageSize))) {
          extent.add(column, row);
        }
      }
    }
    return new Lesion(
        design.side(),
        design.size(),
        (disc.x + 1) / 2 * imageSize,
        (disc.y + 1) / 2 * imageSize,
        disc.radius / 2 * imageSize,
        extent.box().orElseThrow());
  }

  private static double coordinate(int pixel, int imageSize) {
    return (pixel + 0.5) / imageSize * 2 - 1;
  }

  private static int pixel(double coordinate, int imageSize) {
    int pixel = (int) ((coordinate + 1) / 2 * imageSize);
    return Math.max(0, Math.min(imageSize - 1, pixel));
  }
}
