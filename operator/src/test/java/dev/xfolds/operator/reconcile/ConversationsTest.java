package dev.xfolds.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.xfolds.operator.desired.RunNames;
import dev.xfolds.operator.observe.Wait;
import dev.xfolds.operator.observe.WaitCause;
import dev.xfolds.operator.tls.CertificateIssuer;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pods that are up, of a run whose certificates the operator cannot have. */
final class ConversationsTest {
  private static final RunNames NAMES = new RunNames("default", "a", "uid-a");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  private static Conversations conversations(RunSecrets.Stored stored) {
    SecureRandom random = new SecureRandom();
    return new Conversations(
        new RunSecrets(
            stored,
            (_, _) -> {
              throw new Refusal("Secret xfolds-system/xfolds-authority must have 32 bytes");
            },
            new CertificateIssuer(CLOCK, random, RunSecrets.LIFETIME),
            CLOCK),
        CLOCK);
  }

  private static Wait refusal(Conversations conversations) {
    assertThat(conversations.progress(NAMES, "localhost", true, Optional.empty())).isEmpty();
    assertThat(conversations.reports(NAMES, true, true)).isEmpty();
    assertThat(conversations.answers(NAMES.uid()))
        .contains(new Conversations.Answers(false, false));
    return conversations.refused(NAMES.uid()).orElseThrow();
  }

  @Test
  void damagedSecretOfTheOperatorIsToldAndThrowsNothing() {
    Wait refused = refusal(conversations((_, _) -> null));
    assertThat(refused.cause()).isEqualTo(WaitCause.REFUSED);
    assertThat(refused.text())
        .startsWith("operator: Secret xfolds-system/xfolds-authority must have 32 bytes");
  }

  @Test
  void missingRightToReadSecretsIsToldAndThrowsNothing() {
    Conversations conversations =
        conversations(
            (_, _) -> {
              throw new KubernetesClientException("secrets is forbidden", 403, null);
            });
    assertThat(refusal(conversations).text()).startsWith("operator: secrets is forbidden");
  }

  /** Or a run that is trained would fail for it, with EvaluatorSilent. */
  @Test
  void evaluatorThatNobodyCouldAskIsNotSilent() {
    Conversations conversations = conversations((_, _) -> null);
    conversations.reports(NAMES, true, true);
    assertThat(conversations.evaluatorSilentSince(NAMES.uid())).isEmpty();
  }

  @Test
  void nothingIsRefusedOnceNobodyIsToBeAsked() {
    Conversations conversations = conversations((_, _) -> null);
    refusal(conversations);
    conversations.progress(NAMES, "localhost", false, Optional.empty());
    assertThat(conversations.refused(NAMES.uid())).isEmpty();
  }
}
