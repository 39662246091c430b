package dev.xfolds.operator.observe;

import dev.xfolds.contract.v1.BenchmarkGrpc;
import dev.xfolds.contract.v1.GetProgressRequest;
import dev.xfolds.contract.v1.ListReportsRequest;
import dev.xfolds.contract.v1.ListReportsResponse;
import dev.xfolds.contract.v1.ProgressGrpc;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.operator.tls.RunCertificates;
import dev.xfolds.operator.tls.SingleIdentity;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks one process of a run, as the operator, over mutual TLS. Every call has a deadline. */
public final class RunClient implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final ManagedChannel channel;
  private final Duration deadline;

  private RunClient(ManagedChannel channel, Duration deadline) {
    this.channel = channel;
    this.deadline = deadline;
  }

  public static RunClient connect(
      String host, int port, RunCertificates certificates, Duration deadline) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(host, port, credentials(certificates))
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .build();
    return new RunClient(channel, deadline);
  }

  /** Empty if the trainer does not answer (now). */
  public CompletableFuture<Optional<RunProgress>> progress() {
    Reply<RunProgress> reply = new Reply<>();
    channel.resetConnectBackoff(); // whoever asks knows when
    ProgressGrpc.newStub(channel)
        .withDeadlineAfter(deadline)
        .getProgress(GetProgressRequest.getDefaultInstance(), reply);
    return reply.answer;
  }

  /** Empty if the evaluator does not answer (now). */
  public CompletableFuture<Optional<List<Report>>> reports(String namespace, String run) {
    Reply<ListReportsResponse> reply = new Reply<>();
    channel.resetConnectBackoff();
    BenchmarkGrpc.newStub(channel)
        .withDeadlineAfter(deadline)
        .listReports(
            ListReportsRequest.newBuilder().setNamespace(namespace).setRun(run).build(), reply);
    return reply.answer.thenApply(answer -> answer.map(ListReportsResponse::getReportsList));
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private static ChannelCredentials credentials(RunCertificates certificates) {
    try {
      return TlsChannelCredentials.newBuilder()
          .trustManager(stream(certificates.authority()))
          .keyManager(SingleIdentity.of(certificates.operator()))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException("certificates in memory cannot be read", e);
    }
  }

  private static InputStream stream(String pem) {
    return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
  }

  private static final class Reply<T> implements StreamObserver<T> {
    private final CompletableFuture<Optional<T>> answer = new CompletableFuture<>();

    @Override
    public void onNext(T value) {
      answer.complete(Optional.of(value));
    }

    @Override
    public void onError(Throwable t) {
      answer.complete(Optional.empty());
    }

    @Override
    public void onCompleted() {
      answer.complete(Optional.empty()); // nothing was said
    }
  }
}
