package dev.xfolds.evaluator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each scoring package may use of the evaluator, as its package-info says. */
class ScoringDirectionsTest {

  private static final String ROOT = "dev.xfolds.evaluator.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.xfolds.evaluator");

  @ParameterizedTest
  @CsvSource({
    "normalize,''",
    "statistics,''",
    "protocol,normalize",
    "task,normalize protocol",
    "metric,normalize protocol task",
    "baseline,task protocol",
    "scorecard,task protocol metric statistics baseline"
  })
  void packageUsesOnlyWhatItSays(String name, String used) {
    List<String> allowed = new ArrayList<>(List.of(ROOT + name));
    for (String other : used.split(" ", -1)) {
      allowed.add(ROOT + other);
    }
    classes()
        .that()
        .resideInAPackage(ROOT + name)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            Stream.concat(
                    allowed.stream(),
                    Stream.of(
                        "java..",
                        "com.fasterxml.jackson..",
                        "dev.xfolds.datasets..",
                        "dev.xfolds.contract..",
                        "com.google.protobuf.."))
                .toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("dev.xfolds.evaluator.(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }
}
