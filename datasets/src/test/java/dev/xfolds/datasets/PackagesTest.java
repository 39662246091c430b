package dev.xfolds.datasets;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The directions: cli, inspect, then read and fingerprint, then image; phantom beside them; records
 * below all.
 */
@AnalyzeClasses(
    packages = "dev.xfolds.datasets",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class PackagesTest {

  private static final String READ = "dev.xfolds.datasets.read..";
  private static final String IMAGE = "dev.xfolds.datasets.image..";
  private static final String FINGERPRINT = "dev.xfolds.datasets.fingerprint..";
  private static final String INSPECT = "dev.xfolds.datasets.inspect..";
  private static final String CLI = "dev.xfolds.datasets.cli..";
  private static final String PHANTOM = "dev.xfolds.datasets.phantom..";

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("dev.xfolds.datasets.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule recordsUseNoPackageOfTheModule =
      using("dev.xfolds.datasets", READ, IMAGE, FINGERPRINT, INSPECT, CLI, PHANTOM, "com..");

  @ArchTest
  static final ArchRule imagesKnowOnlyTheRecords =
      using(IMAGE, READ, FINGERPRINT, INSPECT, CLI, PHANTOM);

  @ArchTest
  static final ArchRule readersKnowOnlyImages = using(READ, FINGERPRINT, INSPECT, CLI, PHANTOM);

  @ArchTest
  static final ArchRule fingerprintsKnowOnlyImages =
      using(FINGERPRINT, READ, INSPECT, CLI, PHANTOM);

  @ArchTest
  static final ArchRule phantomStandsBesideTheFiles =
      using(PHANTOM, READ, IMAGE, FINGERPRINT, INSPECT, CLI, "java.nio.file..");

  @ArchTest static final ArchRule inspectionKnowsNoCommandLine = using(INSPECT, CLI, PHANTOM);

  @ArchTest
  static final ArchRule commandLineAsksInspectionOnly =
      using(CLI, READ, IMAGE, FINGERPRINT, PHANTOM);

  @ArchTest
  static final ArchRule onlyTheCommandLineUsesPicocli =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule onlyTheCommandLineEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .callMethod(System.class, "exit", int.class);

  private static ArchRule using(String from, String... forbidden) {
    return noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden);
  }
}
