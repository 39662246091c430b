/**
 * From texts to token ids: CLIP's byte-pair encoding from the user's file, and WordPiece learned
 * from a run's own texts. Uses config; knows no tensors.
 */
package dev.xfolds.trainer.text;
