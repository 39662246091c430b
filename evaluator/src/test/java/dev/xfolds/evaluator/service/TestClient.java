package dev.xfolds.evaluator.service;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Answer;
import dev.xfolds.contract.v1.BenchmarkGrpc;
import dev.xfolds.contract.v1.Credit;
import dev.xfolds.contract.v1.EvaluateRequest;
import dev.xfolds.contract.v1.EvaluateResponse;
import dev.xfolds.contract.v1.FingerprintsEnd;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.Precision;
import dev.xfolds.contract.v1.Question;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.Session;
import dev.xfolds.contract.v1.TaskKind;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A model that speaks the protocol, step by step, and keeps all that it received. */
final class TestClient implements AutoCloseable {

  static final String CHECKPOINT = "ab".repeat(32);

  private final ManagedChannel channel;
  final List<EvaluateResponse> received = new ArrayList<>();
  final Map<ByteString, ByteString> images = new HashMap<>();

  TestClient(int port, Path tls) throws IOException {
    this.channel =
        NettyChannelBuilder.forAddress(
                "localhost",
                port,
                TlsChannelCredentials.newBuilder()
                    .keyManager(tls.resolve("tls.crt").toFile(), tls.resolve("tls.key").toFile())
                    .trustManager(tls.resolve("ca.crt").toFile())
                    .build())
            .maxInboundMessageSize(40 << 20)
            .build();
  }

  BenchmarkGrpc.BenchmarkBlockingStub blocking() {
    return BenchmarkGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  static Hello.Builder hello(String task, String protocol) {
    return Hello.newBuilder()
        .setNamespace("default")
        .setRun("demo")
        .setCheckpointDigest(CHECKPOINT)
        .setStep(100)
        .setTask(task)
        .addProtocols(protocol)
        .setDecoding("argmax")
        .setPrecision(Precision.FP32)
        .addCapabilities(TaskKind.VISUAL_QUESTION_ANSWERING);
  }

  Stream open() {
    return new Stream();
  }

  /** Opens a stream and gets as far as the session. */
  Stream begin(Hello hello) {
    Stream stream = open();
    stream.send(EvaluateRequest.newBuilder().setHello(hello).build());
    stream.fingerprintsEnd();
    return stream;
  }

  /** Answers everything that is asked. */
  Report evaluate(Hello hello, Function<Question, String> model) {
    Stream stream = begin(hello);
    Session session = stream.session();
    if (!session.getStored()) {
      for (int i = session.getAnswered(); i < session.getTotal(); i++) {
        stream.credit(1);
        Question question = stream.question();
        stream.answer(question.getId(), model.apply(question));
      }
    }
    return stream.report();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One evaluation. */
  final class Stream implements StreamObserver<EvaluateResponse> {

    private final LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final StreamObserver<EvaluateRequest> server =
        BenchmarkGrpc.newStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS).evaluate(this);

    void send(EvaluateRequest message) {
      server.onNext(message);
    }

    void fingerprintsEnd() {
      send(
          EvaluateRequest.newBuilder()
              .setFingerprintsEnd(FingerprintsEnd.getDefaultInstance())
              .build());
    }

    void credit(int questions) {
      send(
          EvaluateRequest.newBuilder()
              .setCredit(Credit.newBuilder().setQuestions(questions))
              .build());
    }

    void answer(int id, String text) {
      answer(Answer.newBuilder().setId(id).setText(text));
    }

    void answer(Answer.Builder answer) {
      send(EvaluateRequest.newBuilder().setAnswer(answer).build());
    }

    void halfClose() {
      server.onCompleted();
    }

    void cancel() {
      server.onError(Status.CANCELLED.asRuntimeException());
    }

    Session session() {
      return next().getSession();
    }

    /** The next question; images before it are kept. */
    Question question() {
      while (true) {
        EvaluateResponse message = next();
        switch (message.getMessageCase()) {
          case QUESTION -> {
            return message.getQuestion();
          }
          case IMAGE -> images.put(message.getImage().getSha256(), message.getImage().getData());
          case CHOICES -> {}
          default -> throw new AssertionError("expected a question, got " + message);
        }
      }
    }

    Report report() {
      EvaluateResponse message = next();
      if (!message.hasReport()) {
        throw new AssertionError("expected a report, got " + message);
      }
      return message.getReport();
    }

    EvaluateResponse next() {
      return switch (take()) {
        case EvaluateResponse message -> message;
        case Status status -> throw new AssertionError("the stream ended: " + status);
        default -> throw new AssertionError();
      };
    }

    /** Skips messages until the stream ends. */
    Status end() {
      while (true) {
        if (take() instanceof Status status) {
          return status;
        }
      }
    }

    private Object take() {
      try {
        Object event = events.poll(20, TimeUnit.SECONDS);
        if (event == null) {
          throw new AssertionError("nothing came for 20 s");
        }
        return event;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void onNext(EvaluateResponse message) {
      synchronized (received) {
        received.add(message);
      }
      events.add(message);
    }

    @Override
    public void onError(Throwable cause) {
      events.add(Status.fromThrowable(cause));
    }

    @Override
    public void onCompleted() {
      events.add(Status.OK);
    }
  }
}
