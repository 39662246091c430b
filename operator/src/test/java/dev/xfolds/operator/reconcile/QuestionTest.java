package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.reconcile.Question.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class QuestionTest {
  private final List<CompletableFuture<Optional<String>>> calls = new ArrayList<>();
  private final AtomicInteger late = new AtomicInteger();
  private final Question<String> question = new Question<>(this::call, late::incrementAndGet);
  private Optional<Optional<String>> atOnce = Optional.empty();

  private CompletableFuture<Optional<String>> call() {
    CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
    atOnce.ifPresent(answer::complete);
    calls.add(answer);
    return answer;
  }

  @Test
  void answerThatComesAtOnceIsTheOutcome() {
    atOnce = Optional.of(Optional.of("a"));

    assertThat(question.ask(false)).isEqualTo(new Outcome.Said<>("a"));
    assertThat(question.ask(false)).isEqualTo(new Outcome.Said<>("a"));
    assertThat(calls).hasSize(2);
    assertThat(late).hasValue(0);
  }

  @Test
  void lateAnswerIsToldAndKeptForTheNextTime() {
    assertThat(question.ask(false)).isEqualTo(new Outcome.NotYet<>());
    assertThat(question.ask(false)).as("it is being asked").isEqualTo(new Outcome.NotYet<>());
    assertThat(late).hasValue(0);

    calls.getFirst().complete(Optional.of("a"));

    assertThat(late).hasValue(1);
    assertThat(question.ask(false)).isEqualTo(new Outcome.Said<>("a"));
    assertThat(calls).hasSize(1);
  }

  @Test
  void silenceWakesNobodyAndIsAskedAgainWithoutWaiting() {
    question.ask(false);
    calls.getFirst().complete(Optional.empty());

    assertThat(late).hasValue(0);
    assertThat(question.ask(false)).isEqualTo(new Outcome.Silent<>());
    assertThat(calls).as("asked again by the same pass").hasSize(2);

    calls.getLast().complete(Optional.of("a"));
    assertThat(late).hasValue(1);
    assertThat(question.ask(false)).isEqualTo(new Outcome.Said<>("a"));
  }

  @Test
  void refusedCallIsSilenceAtOnce() {
    atOnce = Optional.of(Optional.empty());

    assertThat(question.ask(false)).isEqualTo(new Outcome.Silent<>());
    assertThat(question.ask(false)).isEqualTo(new Outcome.Silent<>());
    assertThat(calls).as("one each").hasSize(2);
  }

  @Test
  void freshAnswerIsToAQuestionThatWantedOne() {
    question.ask(false);
    calls.getFirst().complete(Optional.of("before"));

    assertThat(question.ask(true)).isEqualTo(new Outcome.NotYet<>());
    calls.getLast().complete(Optional.of("after"));
    assertThat(question.ask(true)).isEqualTo(new Outcome.Said<>("after"));
    assertThat(calls).hasSize(2);
  }

  @Test
  void droppedQuestionIsAskedAnew() {
    question.ask(false);
    question.drop();
    calls.getFirst().complete(Optional.of("old"));

    assertThat(question.ask(false)).isEqualTo(new Outcome.NotYet<>());
    assertThat(calls).hasSize(2);
  }
}
