package dev.xfolds.trainer.optim;

import ai.djl.ndarray.types.DataType;
import dev.xfolds.trainer.optim.SavedState.Tensor;
import dev.xfolds.trainer.tensor.SafetensorsFile;
import dev.xfolds.trainer.tensor.SafetensorsType;
import dev.xfolds.trainer.tensor.TensorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files in which ranks have saved an optimizer's state, as one. A rank that had a part of a
 * tensor saved it as NAME@FROM, with one axis, FROM the first of its elements in the whole one.
 */
final class StateFiles {

  private static final Pattern PART = Pattern.compile("(.*)@(\\d{1,18})");

  private record Found(SafetensorsFile file, String name, long from, boolean whole) {
    SafetensorsFile.Entry entry() {
      return file.entry(name);
    }

    long to() {
      return from + entry().shape().size();
    }
  }

  private final SafetensorsFile first;
  private final Map<String, List<Found>> found = new LinkedHashMap<>();

  StateFiles(List<SafetensorsFile> files) {
    first = files.getFirst();
    for (SafetensorsFile file : files) {
      for (String name : file.names()) {
        Matcher part = PART.matcher(name);
        Found one =
            part.matches()
                ? new Found(file, name, Long.parseLong(part.group(2)), false)
                : new Found(file, name, 0, true);
        found
            .computeIfAbsent(part.matches() ? part.group(1) : name, _ -> new ArrayList<>())
            .add(one);
      }
    }
    found.values().forEach(parts -> parts.sort(Comparator.comparingLong(Found::from)));
  }

  /** The name of a part of a tensor. */
  static String name(String whole, long from) {
    return whole + "@" + from;
  }

  /**
   * That the files have these tensors and no others, each of them whole.
   *
   * @throws TensorException naming the first that is missing, too much, cut in another way or of
   *     another shape or type
   */
  void check(Map<String, Tensor> wanted) {
    for (Map.Entry<String, List<Found>> one : found.entrySet()) {
      if (!wanted.containsKey(one.getKey())) {
        throw new TensorException(
            one.getValue().getFirst().file().path() + ": not of this optimizer: " + one.getKey());
      }
    }
    wanted.forEach(this::check);
  }

  private void check(String name, Tensor wanted) {
    long at = 0;
    for (Found part : found.getOrDefault(name, List.of())) {
      SafetensorsFile.Entry entry = part.entry();
      boolean shaped =
          part.whole()
              ? entry.shape().equals(wanted.shape())
              : entry.shape().dimension() == 1 && part.to() <= wanted.shape().size();
      if (!shaped || entry.dtype() != SafetensorsType.of(wanted.type())) {
        throw new TensorException(
            "%s: %s is %s %s, expected %s %s"
                .formatted(
                    part.file().path(),
                    part.name(),
                    entry.dtype(),
                    entry.shape(),
                    wanted.type(),
                    part.whole() ? wanted.shape() : "with one axis within " + wanted.shape()));
      }
      if (part.from() != at) {
        throw new TensorException(
            "%s: %s must begin at element %d, where the part before it ends"
                .formatted(part.file().path(), part.name(), at));
      }
      at = part.to();
    }
    if (at != wanted.shape().size()) {
      throw new TensorException(
          at == 0
              ? first.path() + ": no tensor is named " + name
              : "%s: of %s there are %d elements, expected %d"
                  .formatted(first.path(), name, at, wanted.shape().size()));
    }
  }

  /**
   * Elements of a tensor that {@link #check} has found whole, in native order.
   *
   * @param from the first of them in the whole one
   */
  ByteBuffer read(String name, DataType type, long from, long elements) {
    int width = type.getNumOfBytes();
    ByteBuffer values =
        ByteBuffer.allocateDirect(Math.toIntExact(elements * width)).order(ByteOrder.nativeOrder());
    for (Found part : found.get(name)) {
      long begin = Math.max(from, part.from());
      long end = Math.min(from + elements, part.to());
      if (begin < end) {
        part.file()
            .copy(
                part.name(),
                begin - part.from(),
                values.slice(
                    Math.toIntExact((begin - from) * width),
                    Math.toIntExact((end - begin) * width)));
      }
    }
    return values;
  }
}
