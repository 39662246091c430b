package dev.xfolds.datasets.phantom;

import java.util.List;

/**
 * Text and images in reading order.
 *
 * @param id unique within its split
 * @param parts begins and ends with text; one to four pictures
 */
public record PhantomDocument(String id, List<Part> parts) {

  /** A piece of a document. */
  public sealed interface Part {}

  /** Running text. */
  public record Text(String text) implements Part {}

  /** A picture in the place where it stands; its scene says what it shows. */
  public record Picture(PhantomImage image) implements Part {}

  public PhantomDocument {
    parts = List.copyOf(parts);
  }
}
