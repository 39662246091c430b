package dev.xfolds.operator.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The hardware profiles that xfolds knows. */
public final class Profiles {

  /** What a run gets that names none. */
  public static final String DEFAULT = "local-cpu";

  private static final Map<String, Profile> ALL =
      read(List.of(DEFAULT, "dgx1-v100-okd46", "a100", "h100"));

  private Profiles() {}

  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  public static Optional<Profile> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  private static Map<String, Profile> read(List<String> names) {
    Map<String, Profile> all = new LinkedHashMap<>();
    for (String name : names) {
      all.put(name, Resources.yaml("profiles/" + name + ".yaml", Profile.class));
    }
    return all;
  }
}
