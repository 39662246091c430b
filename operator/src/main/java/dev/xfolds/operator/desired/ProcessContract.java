package dev.xfolds.operator.desired;

/** Paths and ports of docs/processes.md. */
public final class ProcessContract {
  public static final String PLAN_FOLDER = "/etc/xfolds/plan";
  public static final String PLAN_FILE = "plan.json";
  public static final String TLS_FOLDER = "/etc/xfolds/tls";
  public static final String RUNS_FOLDER = "/xfolds/runs";
  public static final String STORE_FOLDER = "/xfolds/evaluations";
  public static final String VOLUMES_FOLDER = "/xfolds/volumes/";
  public static final String TRAINER_COMMAND = "/opt/xfolds/bin/trainer";
  public static final String EVALUATOR_COMMAND = "/opt/xfolds/bin/evaluator";
  public static final String RANK_VARIABLE = "JOB_COMPLETION_INDEX";
  public static final String ATTEMPT_VARIABLE = "XFOLDS_ATTEMPT";
  public static final int BENCHMARK_PORT = 7443;
  public static final int PROGRESS_PORT = 7444;

  /**
   * Where the first rank of a pod listens for the others, the next at the next; only with several.
   */
  public static final int PEER_PORT = 7445;

  public static final int HEALTH_PORT = 8080;

  private ProcessContract() {}
}
