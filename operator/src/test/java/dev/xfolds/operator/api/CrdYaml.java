package dev.xfolds.operator.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes crds/ from the records. */
public final class CrdYaml {

  static final String FILE = "crds/trainingruns.xfolds.dev-v1.yaml";
  static final String COMMAND =
      "mvn -q -pl operator -am test -Dtest=CrdIT -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dxfolds.crd.write=true";

  private CrdYaml() {}

  /** The definition as the records say it. */
  public static CustomResourceDefinition generate() {
    Map<String, ByteArrayOutputStream> files = new HashMap<>();
    try (Output output = new Output(files)) {
      new CRDGenerator()
          .customResourceClasses(TrainingRun.class)
          .forCRDVersions("v1")
          .withOutput(output)
          .generate();
    }
    byte[] bytes = files.values().iterator().next().toByteArray();
    CustomResourceDefinition crd =
        Serialization.unmarshal(new ByteArrayInputStream(bytes), CustomResourceDefinition.class);
    JSONSchemaProps schema =
        crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    schema.setDescription("One training with its evaluations.");
    schema.setRequired(List.of("spec"));
    schema.getProperties().get("spec").setDescription("What a user asks for.");
    schema.getProperties().get("status").setDescription("What is the case.");
    inOrder(crd.getSpec().getVersions().getFirst());
    byKey(schema, "name", "spec", "data");
    byKey(schema, "task", "spec", "evaluation");
    byKey(schema, "type", "status", "conditions");
    byKey(schema, "name", "status", "metrics");
    return crd;
  }

  static String yaml() {
    return "# Generated from operator/api; do not edit. To write it anew:\n#   "
        + COMMAND
        + "\n"
        + Serialization.asYaml(generate()).replaceFirst("^---\n", "");
  }

  static void write(Path root) throws IOException {
    Files.writeString(root.resolve(FILE), yaml());
  }

  /** Fabric8 sorts the columns by path. */
  private static void inOrder(CustomResourceDefinitionVersion version) {
    List<String> names =
        Arrays.stream(TrainingRun.class.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    version.setAdditionalPrinterColumns(
        version.getAdditionalPrinterColumns().stream()
            .sorted(Comparator.comparing(column -> names.indexOf(column.getName())))
            .toList());
  }

  /** Fabric8 has no annotation for the keys of a list. */
  private static void byKey(JSONSchemaProps schema, String key, String... path) {
    JSONSchemaProps list = schema;
    for (String part : path) {
      list = list.getProperties().get(part);
    }
    list.setXKubernetesListType("map");
    list.setXKubernetesListMapKeys(List.of(key));
  }

  private record Output(Map<String, ByteArrayOutputStream> files)
      implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {

    @Override
    public ByteArrayOutputStream outputFor(String name) {
      return files.computeIfAbsent(name, ignored -> new ByteArrayOutputStream());
    }

    @Override
    public void close() {}
  }
}
