package dev.xfolds.datasets.phantom;

import java.util.List;

/**
 * What an image shows, by its index. A factorial design instead of dice, so that answers are
 * balanced: 24 consecutive images hold every combination of presence, side, size and count once;
 * over 384 consecutive ones (from a multiple) these are jointly uniform with modality and with
 * region x phrasing, over 1,152 with the plane as well. Nothing that a question's text shows tells
 * its answer.
 *
 * @param lesions 0, or 1 to 3
 * @param side of all lesions; without meaning when there are none, as is size
 * @param phrasing 0 to 3
 */
record Design(
    Modality modality,
    Plane plane,
    Region region,
    int lesions,
    Side side,
    LesionSize size,
    int phrasing) {

  /** Images after which presence, side, size and count are balanced exactly. */
  static final int GROUP = 24;

  /** Images after which every answer is balanced exactly, whatever modality, region, phrasing. */
  static final int CYCLE = 48 * GROUP;

  private static final List<Modality> MODALITIES =
      List.of(Modality.CT, Modality.MR, Modality.XRAY, Modality.ULTRASOUND);
  private static final List<Plane> PLANES = List.of(Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL);
  private static final List<Region> REGIONS =
      List.of(Region.HEAD, Region.CHEST, Region.ABDOMEN, Region.PELVIS);
  private static final List<Side> SIDES = List.of(Side.LEFT, Side.RIGHT);
  private static final List<LesionSize> SIZES = List.of(LesionSize.SMALL, LesionSize.LARGE);

  static Design of(long seed, PhantomSplit split, int index) {
    int group = index / GROUP;
    int cell = cell(SplitMix.of(seed, split.key(), 1, group), index % GROUP);
    int quarter = group / 4;
    return new Design(
        MODALITIES.get((group ^ cell >> 1) & 3),
        PLANES.get((group + cell) % 3),
        REGIONS.get((quarter ^ cell ^ cell >> 3) & 3),
        cell % 2 == 0 ? 0 : 1 + cell / 8,
        SIDES.get(cell >> 1 & 1),
        SIZES.get(cell >> 2 & 1),
        (group ^ quarter ^ cell >> 2) & 3);
  }

  /** The position's value in a shuffled 0..23. */
  private static int cell(SplitMix random, int position) {
    int[] cells = new int[GROUP];
    for (int i = 0; i < GROUP; i++) {
      int j = random.below(i + 1);
      cells[i] = cells[j];
      cells[j] = i;
    }
    return cells[position];
  }
}
