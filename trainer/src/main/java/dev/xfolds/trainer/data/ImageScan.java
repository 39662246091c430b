package dev.xfolds.trainer.data;

import dev.xfolds.datasets.ImageSource;
import dev.xfolds.datasets.UnreadableImageException;
import dev.xfolds.datasets.fingerprint.Fingerprints;
import dev.xfolds.datasets.fingerprint.ImageHashes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
   * @param afterImage is called after each, from several threads
   */
  static ImageScan of(ImageIndex images, int threads, Runnable afterImage)
      throws InterruptedException {
    List<Callable<ImageHashes>> looks = new ArrayList<>();
    for (ImageSource image : images.sources()) {
      looks.add(() -> look(image, afterImage));
    }
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("scan-", 0).factory())) {
      return collect(images.keys(), pool.invokeAll(looks));
    }
  }

  private static ImageHashes look(ImageSource image, Runnable afterImage) {
    try {
      return Fingerprints.of(image);
    } finally {
      afterImage.run();
    }
  }

  private static ImageScan collect(List<String> keys, List<Future<ImageHashes>> looks) {
    Map<String, ImageHashes> hashes = new HashMap<>();
    List<String> unreadable = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      Future<ImageHashes> look = looks.get(i);
      if (look.state() == Future.State.SUCCESS) {
        hashes.put(keys.get(i), look.resultNow());
      } else {
        unreadable.add(keys.get(i) + ": " + reason(look.exceptionNow()));
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
