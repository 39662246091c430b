package dev.xfolds.trainer.data;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.datasets.fingerprint.Fingerprints;
import dev.xfolds.datasets.fingerprint.ImageHashes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What one look at every image told.
 *
 * @param hashes of those that can be decoded, by their keys
 * @param unreadable the others in order, each as {@code key: reason}
 */
record ImageScan(Map<String, ImageHashes> hashes, List<String> unreadable) {

  ImageScan {
    hashes = Map.copyOf(hashes);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * Reads and decodes every image once.
   *
   * @param afterImage is called after each, from several threads; what it throws ends the scan
   */
  static ImageScan of(ImageIndex images, int threads, Runnable afterImage)
      throws InterruptedException {
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("scan-", 0).factory())) {
      try {
        List<Future<ImageHashes>> looks = new ArrayList<>();
        for (ImageSource image : images.sources()) {
          looks.add(pool.submit(() -> look(image, afterImage)));
        }
        return collect(images.keys(), looks);
      } finally {
        pool.shutdownNow(); // what still waits after a failure is not looked at
      }
    }
  }

  private static ImageHashes look(ImageSource image, Runnable afterImage) {
    try {
      return Fingerprints.of(image);
    } finally {
      afterImage.run();
    }
  }

  private static ImageScan collect(List<String> keys, List<Future<ImageHashes>> looks)
      throws InterruptedException {
    Map<String, ImageHashes> hashes = new HashMap<>();
    List<String> unreadable = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      try {
        hashes.put(keys.get(i), looks.get(i).get());
      } catch (ExecutionException e) {
        unreadable.add(keys.get(i) + ": " + reason(e.getCause()));
      }
    }
    return new ImageScan(hashes, unreadable);
  }

  private static String reason(Throwable failure) {
    return switch (failure) {
      case UnreadableImageException unreadable -> unreadable.reason();
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> throw new IllegalStateException(failure);
    };
  }
}
