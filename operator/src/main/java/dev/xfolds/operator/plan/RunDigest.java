package dev.xfolds.operator.plan;

import com.google.protobuf.CodedOutputStream;
import dev.xfolds.contract.v1.RunPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digest of a plan, as run_plan.proto defines it. */
final class RunDigest {

  private RunDigest() {}

  static RunPlan sign(RunPlan plan) {
    return plan.toBuilder().setDigest(of(plan)).build();
  }

  static String of(RunPlan plan) {
    RunPlan bare = plan.toBuilder().clearUid().clearDigest().build();
    byte[] bytes = new byte[bare.getSerializedSize()];
    try {
      CodedOutputStream output = CodedOutputStream.newInstance(bytes);
      output.useDeterministicSerialization();
      bare.writeTo(output);
      output.checkNoSpaceLeft();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("a plan fits its own size", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
