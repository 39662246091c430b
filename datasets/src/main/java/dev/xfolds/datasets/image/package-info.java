/**
 * Encoded image files and the pixels in them. Uses the JDK's ImageIO, TwelveMonkeys' JPEG plug-in
 * and the records of {@code dev.xfolds.datasets}.
 */
package dev.xfolds.datasets.image;
