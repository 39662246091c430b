package dev.xfolds.operator.metrics;

import java.util.List;
import java.util.Optional;

/**
 * What a request to the API server needs a right for, in RBAC's words.
 *
 * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code
 *     patch}, {@code delete} or {@code deletecollection}
 * @param resource {@code resource[/subresource][.group]}
 */
public record AskedRight(String verb, String resource) {
  /**
   * Reads it from a request, as the API server does (Kubernetes' RequestInfo).
   *
   * @param target path and query
   * @return empty if the request is about no resource, as that for the server's version
   */
  public static Optional<AskedRight> of(String method, String target) {
    List<String> path = List.of(target.substring(1).split("\\?", 2)[0].split("/"));
    boolean watches = target.contains("watch=true");
    return switch (path.getFirst()) {
      case "api" -> of(method, watches, "", after(path, 2));
      case "apis" -> of(method, watches, path.size() > 1 ? "." + path.get(1) : "", after(path, 3));
      default -> Optional.empty();
    };
  }

  private static Optional<AskedRight> of(
      String method, boolean watches, String group, List<String> afterVersion) {
    boolean within = afterVersion.size() > 2 && afterVersion.getFirst().equals("namespaces");
    List<String> path = within ? after(afterVersion, 2) : afterVersion;
    if (path.isEmpty()) {
      return Optional.empty();
    }
    String subresource = path.size() > 2 ? "/" + path.get(2) : "";
    return Optional.of(
        new AskedRight(
            verb(method, watches, path.size() > 1), path.getFirst() + subresource + group));
  }

  private static String verb(String method, boolean watches, boolean named) {
    return switch (method) {
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> named ? "delete" : "deletecollection";
      default -> watches ? "watch" : named ? "get" : "list";
    };
  }

  private static List<String> after(List<String> path, int parts) {
    return path.subList(Math.min(parts, path.size()), path.size());
  }
}
