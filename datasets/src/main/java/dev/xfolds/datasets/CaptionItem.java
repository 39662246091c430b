package dev.xfolds.datasets;

/**
 * One image with its caption.
 *
 * @param id unique within its split
 * @param modality of the image, lower case, or empty if unknown
 */
public record CaptionItem(String id, ImageSource image, String caption, String modality) {}
