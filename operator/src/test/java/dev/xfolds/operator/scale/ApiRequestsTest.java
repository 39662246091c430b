package dev.xfolds.operator.scale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ApiRequestsTest {
  @Test
  void countsTheOperatorsOwnAndEverybodysByKind() {
    ApiRequests before = ApiRequests.parse(text(5, 1));
    ApiRequests after = ApiRequests.parse(text(12, 4));

    ApiRequests between = after.since(before);

    assertThat(between.ofOperator()).isEqualTo(7);
    assertThat(between.text().lines().map(String::strip))
        .containsExactly("3 PATCH trainingruns status");
  }

  private static String text(int dispatched, int patches) {
    return """
    apiserver_flowcontrol_dispatched_requests_total{flow_schema="xfolds-scale-operator"} %d
    apiserver_flowcontrol_dispatched_requests_total{flow_schema="catch-all"} 99
    apiserver_request_total{code="200",resource="trainingruns",subresource="status",verb="PATCH"} %d
    apiserver_request_total{code="200",resource="pods",subresource="",verb="LIST"} 2
    """
        .formatted(dispatched, patches);
  }
}
