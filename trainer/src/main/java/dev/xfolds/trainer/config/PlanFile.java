package dev.xfolds.trainer.config;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.xfolds.contract.v1.RunPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** plan.json: protobuf JSON of RunPlan, strict: an unknown field is an error. */
public final class PlanFile {

  /** A ConfigMap holds at most 1 MiB. */
  static final int MAX_BYTES = 1 << 20;

  private PlanFile() {}

  /**
   * Reads a plan and checks its digest; its fields are checked by {@link PlanCheck}.
   *
   * @throws TrainerException code 2 if the file is missing, larger than 1 MiB, no RunPlan or has
   *     another digest
   */
  public static RunPlan read(Path file) {
    RunPlan plan = parse(file.toString(), bytes(file));
    String digest = digest(plan);
    if (!plan.getDigest().equals(digest)) {
      throw TrainerException.invalid(
          "%s: digest must be %s (sha-256 of this plan without uid and digest), was \"%s\""
              .formatted(file, digest, plan.getDigest()));
    }
    return plan;
  }

  /** Parses without checking the digest; {@code name} is for messages. */
  static RunPlan parse(String name, byte[] json) {
    RunPlan.Builder plan = RunPlan.newBuilder();
    try {
      JsonFormat.parser().merge(new String(json, StandardCharsets.UTF_8), plan);
    } catch (InvalidProtocolBufferException e) {
      throw TrainerException.invalid(
          name + ": must be a RunPlan in protobuf JSON: " + e.getMessage(), e);
    }
    return plan.build();
  }

  /** Sha-256, lower-case hex, of the deterministic serialisation with uid and digest empty. */
  public static String digest(RunPlan plan) {
    RunPlan bare = plan.toBuilder().clearUid().clearDigest().build();
    byte[] bytes = new byte[bare.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      bare.writeTo(out);
      out.checkNoSpaceLeft();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] bytes(Path file) {
    if (!Files.isRegularFile(file)) {
      throw TrainerException.invalid("--plan must be a file with a run plan, was " + file);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw TrainerException.invalid(
            "%s: must have at most %d bytes, has more".formatted(file, MAX_BYTES));
      }
      return bytes;
    } catch (IOException e) {
      throw TrainerException.invalid(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
