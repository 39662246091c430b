package dev.xfolds.datasets.phantom;

import java.util.ArrayList;
import java.util.List;

/**
 * Outline of the body and the structures in it. Coordinates run from -1 to 1 over the image, y
 * downwards.
 *
 * @param x of the body's centre
 * @param scale of the body, about 1
 */
record Anatomy(Plane plane, Region region, double x, double y, double scale, List<Shape> shapes) {

  private static final double SKULL = 0.2;
  private static final double FAT = 0.09;

  /** An ellipse with half axes rx and ry; later ones cover earlier ones. */
  record Shape(String name, Tissue tissue, double x, double y, double rx, double ry) {

    boolean covers(double px, double py) {
      double dx = (px - x) / rx;
      double dy = (py - y) / ry;
      return dx * dx + dy * dy < 1;
    }
  }

  static Anatomy of(Plane plane, Region region, SplitMix random) {
    double x = random.between(-0.03, 0.03);
    double y = random.between(-0.03, 0.03);
    double scale = random.between(0.95, 1.02);
    Builder builder = new Builder(plane, x, y, scale, random, new ArrayList<>());
    switch (region) {
      case HEAD -> {
        builder.add("brain", Tissue.ORGAN, 0, 0, 0.82, 0.82);
        builder.add("ventricle", Tissue.FLUID, -0.17, -0.05, 0.09, 0.26);
        builder.add("ventricle", Tissue.FLUID, 0.17, -0.05, 0.09, 0.26);
      }
      case CHEST -> {
        builder.add("lung", Tissue.AIR, -0.48, -0.05, 0.33, 0.6);
        builder.add("lung", Tissue.AIR, 0.48, -0.05, 0.33, 0.6);
        builder.add("heart", Tissue.ORGAN, 0.1, 0.15, 0.22, 0.27);
        builder.add("spine", Tissue.BONE, 0, 0.74, 0.12, 0.12);
      }
      case ABDOMEN -> {
        builder.add("liver", Tissue.ORGAN, -0.36, -0.2, 0.5, 0.5);
        builder.add("spleen", Tissue.ORGAN, 0.62, -0.1, 0.2, 0.34);
        builder.add("kidney", Tissue.ORGAN, -0.42, 0.52, 0.16, 0.2);
        builder.add("kidney", Tissue.ORGAN, 0.42, 0.52, 0.16, 0.2);
        builder.add("spine", Tissue.BONE, 0, 0.62, 0.15, 0.15);
      }
      case PELVIS -> {
        builder.add("hip bone", Tissue.BONE, -0.74, 0.1, 0.18, 0.45);
        builder.add("hip bone", Tissue.BONE, 0.74, 0.1, 0.18, 0.45);
        builder.add("bladder", Tissue.FLUID, 0, -0.15, 0.3, 0.32);
        builder.add("rectum", Tissue.AIR, 0, 0.5, 0.12, 0.14);
      }
    }
    return new Anatomy(plane, region, x, y, scale, List.copyOf(builder.shapes));
  }

  /** 0 or less outside of the body, 1 at the most inside, growing inwards. */
  double depth(double px, double py) {
    double u = (px - x) / scale;
    double v = (py - y) / scale;
    return switch (plane) {
      case AXIAL -> 1 - square(u / 0.9) - square(v / 0.76);
      case CORONAL -> 1 - square(u / shoulder(v));
      case SAGITTAL -> 1 - square((u - bend(v)) / 0.68) - square(square(v / 0.94));
    };
  }

  Tissue tissue(double px, double py) {
    double depth = depth(px, py);
    if (depth <= 0) {
      return Tissue.BACKGROUND;
    }
    if (depth < rim()) {
      return region == Region.HEAD ? Tissue.BONE : Tissue.FAT;
    }
    for (int i = shapes.size() - 1; i >= 0; i--) {
      if (shapes.get(i).covers(px, py)) {
        return shapes.get(i).tissue();
      }
    }
    return Tissue.SOFT;
  }

  /** Whether a disc lies in the body, clear of its outermost tenth. */
  boolean holds(double px, double py, double radius) {
    double diagonal = radius * 0.7071;
    double least = FAT;
    return depth(px + radius, py) > least
        && depth(px - radius, py) > least
        && depth(px, py + radius) > least
        && depth(px, py - radius) > least
        && depth(px + diagonal, py + diagonal) > least
        && depth(px + diagonal, py - diagonal) > least
        && depth(px - diagonal, py + diagonal) > least
        && depth(px - diagonal, py - diagonal) > least;
  }

  /** Whether a point lies within skull or fat. */
  boolean inner(double px, double py) {
    return depth(px, py) >= rim();
  }

  private double rim() {
    return region == Region.HEAD ? SKULL : FAT;
  }

  private static double shoulder(double v) {
    if (v < -0.66) {
      return 0.44;
    }
    return v > -0.4 ? 0.84 : 0.84 + (0.44 - 0.84) * (-0.4 - v) / 0.26;
  }

  private static double bend(double v) {
    return 0.14 * (v - v * v * v);
  }

  private static double square(double value) {
    return value * value;
  }

  /** Places shapes given in the body's own coordinates, with a little variation. */
  private record Builder(
      Plane plane, double x, double y, double scale, SplitMix random, List<Shape> shapes) {

    void add(String name, Tissue tissue, double u, double v, double ru, double rv) {
      double across = scale * halfWidth();
      double along = scale * halfHeight();
      double centre = plane == Plane.SAGITTAL ? bend(v * 0.86) * scale : 0;
      double grow = random.between(0.93, 1.05);
      shapes.add(
          new Shape(
              name,
              tissue,
              x + centre + across * (u + random.between(-0.03, 0.03)),
              y + along * (v + random.between(-0.03, 0.03)),
              across * ru * grow,
              along * rv * grow));
    }

    private double halfWidth() {
      return switch (plane) {
        case AXIAL -> 0.9;
        case CORONAL -> 0.8;
        case SAGITTAL -> 0.64;
      };
    }

    private double halfHeight() {
      return switch (plane) {
        case AXIAL -> 0.76;
        case CORONAL -> 0.86;
        case SAGITTAL -> 0.86;
      };
    }
  }
}
