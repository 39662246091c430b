package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.metrics.AskedRight;
import dev.xfolds.operator.metrics.OperatorMetrics;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;

/** Counts what the API server is asked, each try of it. */
final class RequestCounter implements Interceptor {
  static final String NAME = "request-counter";

  private final OperatorMetrics metrics;

  RequestCounter(OperatorMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    AskedRight.of(request.method(), request.uri().getPath() + "?" + request.uri().getQuery())
        .ifPresent(metrics::asked);
  }
}
