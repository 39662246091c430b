package dev.xfolds.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AskedRightTest {
  private static final String RUNS = "/apis/xfolds.dev/v1alpha1";

  @ParameterizedTest
  @CsvSource({
    "GET, /api/v1/pods?labelSelector=a, list, pods",
    "GET, /api/v1/pods?labelSelector=a&watch=true, watch, pods",
    "GET, /api/v1/namespaces/a/pods?limit=5, list, pods",
    "GET, /api/v1/namespaces/a/secrets/b, get, secrets",
    "GET, /api/v1/namespaces/a, get, namespaces",
    "POST, /api/v1/namespaces/a/pods?dryRun=All, create, pods",
    "DELETE, /api/v1/namespaces/a/services/b, delete, services",
    "DELETE, /api/v1/namespaces/a/services, deletecollection, services",
    "PUT, /apis/coordination.k8s.io/v1/namespaces/a/leases/b, update, leases.coordination.k8s.io",
    "PATCH, /apis/batch/v1/namespaces/a/jobs/b/status, patch, jobs/status.batch",
    "GET, " + RUNS + "/trainingruns?watch=true&resourceVersion=4, watch, trainingruns.xfolds.dev",
    "PATCH, "
        + RUNS
        + "/namespaces/a/trainingruns/b/status?force=true, patch, trainingruns/status.xfolds.dev",
  })
  void isWhatTheApiServerWouldAskRbac(String method, String target, String verb, String resource) {
    assertThat(AskedRight.of(method, target)).contains(new AskedRight(verb, resource));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/version", "/", "/api/v1", "/apis", "/apis/batch", "/apis/batch/v1"})
  void nothingIsAskedOfWhatIsNoResource(String path) {
    assertThat(AskedRight.of("GET", path)).isEmpty();
  }
}
