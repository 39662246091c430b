package dev.xfolds.trainer;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The directions between the trainer's packages, as each package-info states them. */
final class PackagesTest {

  private static final String ROOT = "dev.xfolds.trainer.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.xfolds.trainer");

  private static String[] packages(String names) {
    return Arrays.stream(names.split(" ")).map(name -> ROOT + name + "..").toArray(String[]::new);
  }

  /** A package, and the packages of the trainer that it may use. */
  private record Direction(String name, String used) {

    String[] allowed() {
      return packages(used.isEmpty() ? name : name + " " + used);
    }

    @Override
    public String toString() {
      return name + " uses " + (used.isEmpty() ? "none" : used);
    }
  }

  static final List<Direction> DIRECTIONS =
      List.of(
          new Direction("tensor", ""),
          new Direction("nn", "tensor"),
          new Direction("model", "nn tensor"),
          new Direction("optim", "tensor"),
          new Direction("config", ""),
          new Direction("parallel", "config"),
          new Direction("checkpoint", "config"),
          new Direction("progress", "config"),
          new Direction("text", "config"),
          new Direction("data", "config text"),
          new Direction("answer", "config data progress"),
          new Direction(
              "train",
              "config text data checkpoint progress model nn optim parallel tensor answer"),
          new Direction("bench", "config data model nn optim parallel tensor"),
          new Direction("faults", "config checkpoint bench"),
          new Direction(
              "cli",
              "config text data checkpoint progress model nn optim parallel tensor answer train bench faults"));

  @ParameterizedTest(name = "{0}")
  @FieldSource("DIRECTIONS")
  void packageUsesOnlyWhatItSays(Direction direction) {
    classes()
        .that()
        .resideInAPackage(ROOT + direction.name() + "..")
        .should()
        .onlyDependOnClassesThat(
            resideOutsideOfPackage("dev.xfolds.trainer..")
                .or(resideInAnyPackage(direction.allowed())))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  /** So that a new package gets its line above. */
  @Test
  void everyPackageHasItsDirections() {
    TreeSet<String> packages = new TreeSet<>();
    CLASSES.stream()
        .map(c -> c.getPackageName() + ".")
        .filter(name -> name.length() > ROOT.length())
        .forEach(name -> packages.add(name.substring(ROOT.length(), name.length() - 1)));
    assertThat(DIRECTIONS).extracting(Direction::name).containsAll(packages);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "ai.djl.., tensor nn model optim train bench cli",
    "org.bytedeco.., tensor",
    "io.grpc.., config progress answer cli"
  })
  void libraryIsKnownOnlyTo(String library, String packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages(packages))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CLASSES);
  }

  /** The process has to tell libtorch's lack of memory from a bug. */
  @Test
  void theCommandLineKnowsOfDjlItsExceptionAlone() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "cli..")
        .should()
        .dependOnClassesThat(resideInAPackage("ai.djl..").and(not(type(EngineException.class))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineEndsTheProcess() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CLASSES);
  }
}
