package dev.xfolds.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The directions between the operator's packages, as docs/architecture.md draws them. */
@AnalyzeClasses(
    packages = "dev.xfolds.operator",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class PackagesTest {

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("dev.xfolds.operator.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule apiUsesNothingOfXfolds =
      noClasses()
          .that()
          .resideInAPackage("..operator.api..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.xfolds.contract..",
              "..operator.plan..",
              "..operator.desired..",
              "..operator.tls..",
              "..operator.local..",
              "..operator.observe..",
              "..operator.status..",
              "..operator.reconcile..",
              "..operator.cli..");

  @ArchTest
  static final ArchRule planUsesOnlyApi =
      noClasses()
          .that()
          .resideInAPackage("..operator.plan..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..operator.desired..",
              "..operator.tls..",
              "..operator.local..",
              "..operator.observe..",
              "..operator.status..",
              "..operator.reconcile..",
              "..operator.cli..");

  @ArchTest
  static final ArchRule desiredKnowsNobodyThatActs =
      noClasses()
          .that()
          .resideInAPackage("..operator.desired..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..operator.local..",
              "..operator.observe..",
              "..operator.status..",
              "..operator.reconcile..",
              "..operator.cli..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule statusActsOnNothing =
      noClasses()
          .that()
          .resideInAPackage("..operator.status..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..operator.local..", "..operator.cli..", "java.net..", "io.grpc..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule metricsAskNobody =
      noClasses()
          .that()
          .resideInAPackage("..operator.metrics..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..operator.plan..",
              "..operator.desired..",
              "..operator.tls..",
              "..operator.local..",
              "..operator.reconcile..",
              "..operator.cli..",
              "io.fabric8.kubernetes.client..",
              "java.net..",
              "io.grpc..");

  @ArchTest
  static final ArchRule onlyReconcileFillsTheMetrics =
      noClasses()
          .that()
          .resideOutsideOfPackages("..operator.metrics..", "..operator.reconcile..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..operator.metrics..", "io.micrometer..", "io.prometheus..");

  @ArchTest
  static final ArchRule pureCodeHasNoClientClockEnvironmentOrChance =
      noClasses()
          .that()
          .resideInAnyPackage("..operator.plan..", "..operator.desired..", "..operator.status..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.net..", "io.grpc..")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(
              java.time.Clock.class,
              java.util.Random.class,
              java.security.SecureRandom.class,
              java.util.UUID.class,
              ProcessBuilder.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule onlyReconcileHasAClient =
      noClasses()
          .that()
          .resideOutsideOfPackage("..operator.reconcile..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("io.javaoperatorsdk..", "io.quarkus..");

  @ArchTest
  static final ArchRule oneMachineAndAClusterDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage("..operator.reconcile..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..operator.local..", "..operator.cli..");

  @ArchTest
  static final ArchRule onlyTheCommandLineEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage("..operator.cli..")
          .should()
          .callMethod(System.class, "exit", int.class);
}
