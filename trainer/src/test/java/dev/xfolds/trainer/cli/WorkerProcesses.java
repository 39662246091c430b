package dev.xfolds.trainer.cli;

import dev.xfolds.contract.v1.RunPlan;
import dev.xfolds.trainer.config.WorldSize;
import dev.xfolds.trainer.faults.RankProcesses;
import dev.xfolds.trainer.train.Attempts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The workers of one run, which start their ranks where they have several. */
final class WorkerProcesses implements AutoCloseable {

  private final List<Process> started = new ArrayList<>();
  private final Path runs;
  private final RankProcesses processes;

  /** In a folder that has none yet. */
  WorkerProcesses(Path folder, Path tls) throws IOException {
    runs = Files.createDirectories(folder.resolve("runs"));
    processes = new RankProcesses(folder, runs, tls, TrainerMain.class);
  }

  Path runs() {
    return runs;
  }

  String said() throws IOException {
    return processes.said();
  }

  Map<String, String> options(RunPlan plan, long attempt) throws IOException {
    return processes.options(plan, attempt);
  }

  List<Process> startAll(RunPlan plan, long attempt) throws IOException {
    WorldSize size = WorldSize.of(plan);
    Map<String, String> options = options(plan, attempt);
    if (size.ranks() > 1) {
      options.put("--peers", peers(size.ranks()));
    }
    List<Process> workers = new ArrayList<>();
    for (int worker = 0; worker < size.workers(); worker++) {
      workers.add(start(options, worker));
    }
    return workers;
  }

  static String peers(int ranks) throws IOException {
    List<String> peers = new ArrayList<>();
    List<ServerSocket> held = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      peers.add("127.0.0.1:" + held.getLast().getLocalPort());
    }
    for (ServerSocket one : held) {
      one.close();
    }
    return String.join(",", peers);
  }

  Process start(Map<String, String> options, int worker) throws IOException {
    Process process = processes.start(options, worker);
    started.add(process);
    return process;
  }

  void awaitStep(Process process, Attempts attempts, long step)
      throws IOException, InterruptedException {
    processes.awaitStep(process, attempts.folder().resolve("metrics.jsonl"), step);
  }

  @Override
  public void close() {
    started.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
    processes.close();
  }
}
