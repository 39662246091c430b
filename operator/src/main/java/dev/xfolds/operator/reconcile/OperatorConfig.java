package dev.xfolds.operator.reconcile;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The operator's environment: {@code XFOLDS_NAMESPACE} and so on. */
@ConfigMapping(prefix = "xfolds")
public interface OperatorConfig {

  /** Where the operator's pods, its Lease and its authority's Secret are. */
  String namespace();

  /** Identity in the leader election. */
  String podName();

  String trainerImage();

  String evaluatorImage();

  /** PersistentVolumeClaim of stored answers and reports, in each run's namespace. */
  @WithDefault("xfolds-evaluator")
  String evaluatorClaim();

  /** Numeric user and file-system group of the runs' pods; absent on OpenShift, which sets them. */
  OptionalLong podUser();

  /** Memory of an evaluator, request and limit. */
  @WithDefault("2Gi")
  String evaluatorMemory();

  Optional<List<String>> imagePullSecrets();
}
