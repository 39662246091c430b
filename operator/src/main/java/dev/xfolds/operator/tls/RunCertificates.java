package dev.xfolds.operator.tls;

import java.util.Objects;

/**
 * What the processes of one run identify themselves with.
 *
 * @param authority the run's certificate authority, one PEM {@code CERTIFICATE} block
 * @param trainer common name {@code trainer}; server of Progress, client of Benchmark
 * @param evaluator common name {@code evaluator}; server of Benchmark
 * @param operator common name {@code operator}; client only
 */
public record RunCertificates(
    String authority, PemIdentity trainer, PemIdentity evaluator, PemIdentity operator) {
  public RunCertificates {
    Objects.requireNonNull(authority, "authority");
    Objects.requireNonNull(trainer, "trainer");
    Objects.requireNonNull(evaluator, "evaluator");
    Objects.requireNonNull(operator, "operator");
  }
}
