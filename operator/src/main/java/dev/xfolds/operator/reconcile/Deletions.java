package dev.xfolds.operator.reconcile;

import dev.xfolds.operator.desired.RunNames;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Deletes an object only if it is the one that was meant. Another run may have taken a run's name,
 * and so the names of its objects: what is deleted has the uid of what was looked at.
 */
final class Deletions {
  /** It is gone, or another object has its name now. */
  private static final Set<Integer> NOTHING_LEFT =
      Set.of(HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT);

  private final KubernetesClient client;

  Deletions(KubernetesClient client) {
    this.client = client;
  }

  /** Deletes an object of a run, and what it owns; one that is not there is no fault. */
  void ofRun(RunNames names, Class<? extends HasMetadata> type, String name) {
    look(type, names.namespace(), name)
        .filter(object -> object.hasOwnerReferenceFor(names.uid()))
        .ifPresent(object -> delete(type, object.getMetadata(), options(object.getMetadata())));
  }

  /** What is there of an object's kind and name. */
  Optional<GenericKubernetesResource> look(HasMetadata object) {
    ObjectMeta metadata = object.getMetadata();
    return look(object.getClass(), metadata.getNamespace(), metadata.getName());
  }

  /** Deletes exactly this object, in its own time. */
  void exactly(HasMetadata object) {
    exactly(object, object.getMetadata());
  }

  /**
   * The same of an object that was only looked at.
   *
   * @param kind any object of its kind
   */
  void exactly(HasMetadata kind, ObjectMeta object) {
    delete(kind.getClass(), object, options(object));
  }

  /** Takes an object out of the API at once. */
  void now(HasMetadata object) {
    delete(
        object.getClass(),
        object.getMetadata(),
        new DeleteOptionsBuilder(options(object.getMetadata())).withGracePeriodSeconds(0L).build());
  }

  /**
   * Reads an object by a patch that changes nothing: not every kind may be read by the operator,
   * and each may be patched.
   */
  Optional<GenericKubernetesResource> look(
      Class<? extends HasMetadata> type, String namespace, String name) {
    GenericKubernetesResource named =
        new GenericKubernetesResourceBuilder()
            .withApiVersion(HasMetadata.getApiVersion(type))
            .withKind(HasMetadata.getKind(type))
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .build();
    return unlessGone(
        () ->
            client
                .genericKubernetesResources(ResourceDefinitionContext.fromResourceType(type))
                .inNamespace(namespace)
                .resource(named)
                .patch(Patches.MERGE, "{}"));
  }

  private static DeleteOptions options(ObjectMeta object) {
    return new DeleteOptionsBuilder()
        .withPropagationPolicy(DeletionPropagation.BACKGROUND.toString())
        .withNewPreconditions()
        .withUid(object.getUid())
        .endPreconditions()
        .build();
  }

  private void delete(Class<? extends HasMetadata> type, ObjectMeta object, DeleteOptions options) {
    String version = HasMetadata.getApiVersion(type);
    String path =
        "%s/%s/namespaces/%s/%s/%s"
            .formatted(
                version.contains("/") ? "/apis" : "/api",
                version,
                object.getNamespace(),
                HasMetadata.getPlural(type),
                object.getName());
    unlessGone(() -> client.raw(path, "DELETE", options));
  }

  private static <T> Optional<T> unlessGone(Supplier<T> request) {
    try {
      return Optional.ofNullable(request.get());
    } catch (KubernetesClientException e) {
      if (!NOTHING_LEFT.contains(e.getCode())) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
