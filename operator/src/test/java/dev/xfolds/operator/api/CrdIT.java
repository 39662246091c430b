package dev.xfolds.operator.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The committed definition is what the records say. */
final class CrdIT {

  private static final Path ROOT = Path.of(System.getProperty("xfolds.root", "."));

  private static JSONSchemaProps schema() {
    return CrdYaml.generate().getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
  }

  @Test
  void committedDefinitionIsUpToDate() throws IOException {
    if (Boolean.getBoolean("xfolds.crd.write")) {
      CrdYaml.write(ROOT);
    }
    Path file = ROOT.resolve(CrdYaml.FILE);
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("%s differs from operator/api; run: %s", CrdYaml.FILE, CrdYaml.COMMAND)
        .isEqualTo(CrdYaml.yaml());
  }

  @Test
  void everyFieldIsDescribed() {
    List<String> bare = new ArrayList<>();
    walk(
        schema(),
        "",
        (path, field) -> {
          if (field.getDescription() == null) {
            bare.add(path);
          }
        });
    assertThat(bare).isEmpty();
  }

  @Test
  void everyListMapAndStringIsBounded() {
    List<String> open = new ArrayList<>();
    walk(
        schema(),
        "",
        (path, field) -> {
          boolean bounded =
              switch (field.getType()) {
                case "string" -> boundedText(field);
                case "array" ->
                    field.getMaxItems() != null && boundedText(field.getItems().getSchema());
                default ->
                    field.getAdditionalProperties() == null
                        || (field.getMaxProperties() != null
                            && boundedText(field.getAdditionalProperties().getSchema()));
              };
          if (!bounded) {
            open.add(path);
          }
        });
    assertThat(open).isEmpty();
  }

  private static boolean boundedText(JSONSchemaProps field) {
    return !field.getType().equals("string")
        || field.getMaxLength() != null
        || field.getEnum() != null;
  }

  private interface Visit {
    void field(String path, JSONSchemaProps field);
  }

  private static void walk(JSONSchemaProps schema, String path, Visit visit) {
    schema
        .getProperties()
        .forEach(
            (name, field) -> {
              if (path.isEmpty() && !name.equals("spec") && !name.equals("status")) {
                return;
              }
              String child = path + "." + name;
              visit.field(child, field);
              if (field.getProperties() != null) {
                walk(field, child, visit);
              }
              if (field.getItems() != null && field.getItems().getSchema() != null) {
                JSONSchemaProps item = field.getItems().getSchema();
                if (item.getProperties() != null) {
                  walk(item, child + "[]", visit);
                }
              }
            });
  }
}
