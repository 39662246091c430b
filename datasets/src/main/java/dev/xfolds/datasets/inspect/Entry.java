package dev.xfolds.datasets.inspect;

import dev.xfolds.datasets.ImageSource;
import java.util.List;
import java.util.Map;

/**
 * A question, a caption or a bare image.
 *
 * @param text the question or the caption, or empty
 * @param answers of a question
 * @param open whether the question is annotated as open
 * @param labels values by property ("question type"), only those that are known
 */
record Entry(
    ImageSource image,
    String text,
    List<String> answers,
    boolean open,
    Map<String, String> labels) {}
