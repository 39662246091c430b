package dev.xfolds.operator.desired;

import dev.xfolds.contract.v1.DataFormat;
import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.operator.tls.PemIdentity;
import dev.xfolds.operator.tls.RunCertificates;

/** Plans that tests of several packages start from. */
public final class Plans {
  public static final RunCertificates CERTIFICATES =
      new RunCertificates(
          "authority\n",
          new PemIdentity("trainer certificate\n", "trainer key\n"),
          new PemIdentity("evaluator certificate\n", "evaluator key\n"),
          new PemIdentity("operator certificate\n", "operator key\n"));

  private Plans() {}

  /** A run on VQA-RAD whose training and test questions lie in one folder. */
  public static RunPlan vqaRad() {
    RunPlan.Builder plan =
        RunPlan.newBuilder().setNamespace("default").setName("vqa-rad").setUid("uid-1");
    plan.setDigest("0123456789abcdef");
    plan.getCheckpointBuilder().setVolume("xfolds-runs");
    plan.addDataBuilder()
        .setName("train")
        .setFormat(DataFormat.VQA_RAD)
        .setVolume("xfolds-data")
        .putFiles("questions", "vqa-rad/data_RAD/trainset.json")
        .putFiles("images", "vqa-rad/images");
    plan.getTrainingBuilder().setSteps(600).setBatchSize(64);
    plan.getParallelismBuilder().setWorkers(1).setRanksPerWorker(1);
    plan.addEvaluationsBuilder()
        .setTask("vqa-rad@1")
        .addProtocols("official")
        .setVolume("xfolds-data");
    plan.getCheckpointBuilder().setEverySteps(100).setKeep(2).setGraceSeconds(45);
    plan.getCostBuilder()
        .setParameters(1_000_000)
        .getMemoryPerRankBuilder()
        .setWeightBytes(4_000_000)
        .setGradientBytes(4_000_000)
        .setOptimizerBytes(8_000_000)
        .setActivationBytes(100_000_000);
    return plan.build();
  }

  /** A run on generated data: no data volume at all. */
  public static RunPlan phantom(String name) {
    RunPlan.Builder plan =
        RunPlan.newBuilder().setNamespace("default").setName(name).setUid("uid-" + name);
    plan.setDigest("digest-of-" + name);
    plan.getCheckpointBuilder().setVolume("xfolds-runs");
    plan.addDataBuilder().setName("captions").setFormat(DataFormat.PHANTOM_CAPTIONS);
    plan.getTrainingBuilder().setSteps(500).setBatchSize(64);
    plan.getParallelismBuilder().setWorkers(1).setRanksPerWorker(1);
    plan.addEvaluationsBuilder().setTask("phantom-retrieval@1").addProtocols("recall");
    plan.getCheckpointBuilder().setEverySteps(100).setKeep(2).setGraceSeconds(20);
    return plan.build();
  }
}
