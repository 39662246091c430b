package dev.xfolds.datasets.phantom;

/** What a pixel shows. */
enum Tissue {
  BACKGROUND,
  FAT,
  SOFT,
  BONE,
  ORGAN,
  FLUID,
  AIR,
  LESION
}
