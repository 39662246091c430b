package dev.xfolds.evaluator.task;

import dev.xfolds.datasets.AnswerType;
import dev.xfolds.datasets.ImageSource;
import java.util.List;
import java.util.Optional;

/**
 * One question of a benchmark with its answer key. Never leaves the evaluator as a whole.
 *
 * @param id as in the data, unique within the task
 * @param imageKey equal for items, and training items, about the same image: the cluster of the
 *     intervals
 * @param question empty for retrieval
 * @param choices the texts to choose from, pairwise distinct, one list for all items; empty: a free
 *     answer
 * @param answers every one is right; for retrieval one of the choices
 * @param answerType empty where the data annotates none
 * @param questionType as annotated, "PRES, POS" for several, or empty
 * @param organ as annotated, or empty
 * @param modality of the image, lower case, or empty
 * @param phraseType as annotated, or empty
 */
public record TaskItem(
    String id,
    String imageKey,
    ImageSource image,
    String question,
    List<String> choices,
    List<String> answers,
    Optional<AnswerType> answerType,
    String questionType,
    String organ,
    String modality,
    String phraseType) {}
