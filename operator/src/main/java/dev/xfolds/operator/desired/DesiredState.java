package dev.xfolds.operator.desired;

import static dev.xfolds.operator.desired.RunNames.EVALUATOR;
import static dev.xfolds.operator.desired.RunNames.TRAINER;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.tls.PemIdentity;
import dev.xfolds.operator.tls.RunCertificates;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** RunPlan, certificates and settings to the objects of the run. */
public final class DesiredState {
  private DesiredState() {}

  public static RunObjects of(
      RunPlan plan, RunCertificates certificates, ClusterSettings settings) {
    RunNames names = RunNames.of(plan);
    boolean evaluates = plan.getEvaluationsCount() > 0;
    return new RunObjects(
        planConfigMap(plan, names),
        tlsSecret(names, TRAINER, certificates.authority(), certificates.trainer()),
        evaluates
            ? Optional.of(
                tlsSecret(names, EVALUATOR, certificates.authority(), certificates.evaluator()))
            : Optional.empty(),
        trainerService(names),
        evaluates ? Optional.of(evaluatorService(names)) : Optional.empty(),
        evaluates ? Optional.of(EvaluatorPod.of(plan, settings)) : Optional.empty(),
        NetworkPolicies.of(plan, settings));
  }

  private static ConfigMap planConfigMap(RunPlan plan, RunNames names) {
    return new ConfigMapBuilder()
        .withMetadata(names.metadata(names.planConfigMap(), TRAINER).build())
        .withImmutable(true)
        .withData(Map.of(ProcessContract.PLAN_FILE, json(plan)))
        .build();
  }

  private static String json(RunPlan plan) {
    try {
      return JsonFormat.printer().print(plan) + "\n";
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a RunPlan has no fields that JSON cannot hold", e);
    }
  }

  private static Secret tlsSecret(
      RunNames names, String component, String authority, PemIdentity identity) {
    return new SecretBuilder()
        .withMetadata(names.metadata(names.tlsSecret(component), component).build())
        .withType("kubernetes.io/tls")
        .withData(
            Map.of(
                "ca.crt", base64(authority),
                "tls.crt", base64(identity.certificate()),
                "tls.key", base64(identity.privateKey())))
        .build();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Service trainerService(RunNames names) {
    return new ServiceBuilder()
        .withMetadata(names.metadata(names.service(TRAINER), TRAINER).build())
        .withNewSpec()
        .withClusterIP("None")
        .withPublishNotReadyAddresses(true)
        .withSelector(names.selector(TRAINER))
        .withPorts(servicePort("progress", ProcessContract.PROGRESS_PORT))
        .endSpec()
        .build();
  }

  private static Service evaluatorService(RunNames names) {
    return new ServiceBuilder()
        .withMetadata(names.metadata(names.service(EVALUATOR), EVALUATOR).build())
        .withNewSpec()
        .withSelector(names.selector(EVALUATOR))
        .withPorts(servicePort("benchmark", ProcessContract.BENCHMARK_PORT))
        .endSpec()
        .build();
  }

  private static ServicePort servicePort(String name, int number) {
    return new ServicePortBuilder()
        .withName(name)
        .withPort(number)
        .withTargetPort(new IntOrString(name))
        .withProtocol("TCP")
        .build();
  }
}
