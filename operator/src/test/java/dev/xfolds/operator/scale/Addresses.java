package dev.xfolds.operator.scale;

import dev.xfolds.operator.desired.RunNames;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where the trainers and evaluators of active runs answer: each run has a loopback address. */
final class Addresses {
  static final String NAMESPACE = "scale-active";

  private static final String PREFIX = "active-";
  private static final int IN_A_NET = 250;

  private Addresses() {}

  static String run(int number) {
    return PREFIX + number;
  }

  /** Of a run by its name. */
  static String of(String run) {
    int number = Integer.parseInt(run.substring(PREFIX.length()));
    return "127.1.%d.%d".formatted(number / IN_A_NET, number % IN_A_NET + 1);
  }

  /** What stands for the cluster's DNS: the Services' names, as the operator calls them. */
  static String hostsFile(int runs) {
    return IntStream.range(0, runs)
        .mapToObj(Addresses::run)
        .map(run -> of(run) + " " + String.join(" ", services(run)) + "\n")
        .collect(Collectors.joining("", "127.0.0.1 localhost\n", ""));
  }

  private static List<String> services(String run) {
    RunNames names = new RunNames(NAMESPACE, run, "");
    return Stream.of(RunNames.TRAINER, RunNames.EVALUATOR)
        .map(component -> names.service(component) + "." + NAMESPACE + ".svc")
        .toList();
  }
}
