package dev.xfolds.trainer.answer;

import com.google.protobuf.ByteString;
import dev.xfolds.contract.v1.Answer;
import dev.xfolds.contract.v1.BenchmarkGrpc;
import dev.xfolds.contract.v1.Choices;
import dev.xfolds.contract.v1.EvaluateRequest;
import dev.xfolds.contract.v1.EvaluateResponse;
import dev.xfolds.contract.v1.Hello;
import dev.xfolds.contract.v1.Image;
import dev.xfolds.contract.v1.Question;
import dev.xfolds.contract.v1.Report;
import dev.xfolds.contract.v1.Session;
import dev.xfolds.trainer.config.Identity;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An evaluator without a benchmark: keeps the contract and counts, unless a test makes it break it.
 */
public final class FakeEvaluator implements AutoCloseable {

  static final Report REPORT = Report.newBuilder().setTask("shapes@1").setTimesAsked(1).build();

  /** A question; equal data is one image, equal choices are sent once. */
  public record Item(int id, String text, ByteString image, List<String> choices) {
    Item(int id, ByteString image) {
      this(id, "question " + id, image, List.of());
    }
  }

  private final Identity identity;
  private final List<Item> items;
  private Server server;
  public final Map<Integer, Answer> answers = new ConcurrentHashMap<>();
  public final List<String> faults = new CopyOnWriteArrayList<>();
  public final List<Stream> streams = new CopyOnWriteArrayList<>();

  /** Makes of a message what is sent; null sends nothing. */
  volatile UnaryOperator<EvaluateResponse> tamper = message -> message;

  volatile Consumer<Stream> afterHello = stream -> {};
  volatile Consumer<Stream> afterSession = stream -> {};
  volatile Consumer<Stream> afterAnswer = stream -> {};
  volatile boolean stored;

  public FakeEvaluator(Identity identity, List<Item> items) throws IOException {
    this.identity = identity;
    this.items = items;
    start(0);
  }

  private void start(int port) throws IOException {
    server =
        Grpc.newServerBuilderForPort(port, identity.server())
            .addService(new Service())
            .maxInboundMessageSize(4 << 20)
            .build()
            .start();
  }

  /** Dies without a word and comes back at the same port with the answers that it had. */
  void restart() {
    int port = server.getPort();
    close();
    try {
      start(port);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public String address() {
    return "localhost:" + server.getPort();
  }

  @Override
  public void close() {
    try {
      server.shutdownNow().awaitTermination();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static ByteString sha256(ByteString data) {
    try {
      return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(data.toByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private final class Service extends BenchmarkGrpc.BenchmarkImplBase {
    @Override
    public StreamObserver<EvaluateRequest> evaluate(StreamObserver<EvaluateResponse> client) {
      Stream stream = new Stream((ServerCallStreamObserver<EvaluateResponse>) client);
      streams.add(stream);
      return stream;
    }
  }

  /** One stream; gRPC calls it from one thread at a time. */
  public final class Stream implements StreamObserver<EvaluateRequest> {

    private final ServerCallStreamObserver<EvaluateResponse> client;
    private final List<Item> toAsk = new ArrayList<>();
    private final Set<Object> sent = new HashSet<>();
    private int credits;
    public volatile Hello hello;
    public final List<Integer> fingerprints = new CopyOnWriteArrayList<>();
    final List<Integer> grants = new CopyOnWriteArrayList<>();
    final AtomicInteger asked = new AtomicInteger();
    private final Set<Integer> open = new HashSet<>();
    volatile int mostAtOnce;
    volatile boolean ready = true;
    volatile boolean cancelled;
    private boolean ended;

    Stream(ServerCallStreamObserver<EvaluateResponse> client) {
      this.client = client;
      client.setOnCancelHandler(() -> cancelled = true);
      client.setOnReadyHandler(this::ask);
    }

    @Override
    public void onNext(EvaluateRequest message) {
      if (ended) {
        return;
      }
      switch (message.getMessageCase()) {
        case HELLO -> {
          hello = message.getHello();
          afterHello.accept(this);
        }
        case FINGERPRINTS -> fingerprints.add(message.getFingerprints().getEntriesCount());
        case FINGERPRINTS_END -> begin();
        case CREDIT -> grant(message.getCredit().getQuestions());
        case ANSWER -> store(message.getAnswer());
        case MESSAGE_NOT_SET -> faults.add("an empty message");
      }
    }

    private void begin() {
      items.stream().filter(item -> !answers.containsKey(item.id())).forEach(toAsk::add);
      send(
          EvaluateResponse.newBuilder()
              .setSession(
                  Session.newBuilder()
                      .setTotal(items.size())
                      .setAnswered(items.size() - toAsk.size())
                      .setStored(stored)));
      afterSession.accept(this);
      reportIfDone();
    }

    private void grant(int questions) {
      grants.add(questions);
      credits += questions;
      if (questions < 1 || credits > 4096 || credits > toAsk.size() - asked.get()) {
        faults.add("credit of " + questions + ", outstanding then " + credits);
      }
      mostAtOnce = Math.max(mostAtOnce, credits + open.size());
      ask();
    }

    private void ask() {
      while (!ended && credits > 0 && client.isReady()) {
        credits--;
        ask(toAsk.get(asked.getAndIncrement()));
      }
      ready = client.isReady();
    }

    void ask(Item item) {
      open.add(item.id());
      ByteString sha256 = sha256(item.image());
      if (sent.add(sha256)) {
        send(
            EvaluateResponse.newBuilder()
                .setImage(Image.newBuilder().setSha256(sha256).setData(item.image())));
      }
      ByteString choices = ByteString.copyFromUtf8(String.join("|", item.choices()));
      if (!choices.isEmpty() && sent.add(choices)) {
        send(
            EvaluateResponse.newBuilder()
                .setChoices(Choices.newBuilder().setDigest(choices).addAllTexts(item.choices())));
      }
      send(
          EvaluateResponse.newBuilder()
              .setQuestion(
                  Question.newBuilder()
                      .setId(item.id())
                      .setText(item.text())
                      .setImageSha256(sha256)
                      .setChoicesDigest(choices)));
    }

    private void store(Answer answer) {
      if (!open.remove(answer.getId())) {
        faults.add("answer to " + answer.getId() + ", which is not asked");
      }
      if (answers.put(answer.getId(), answer) != null) {
        faults.add("second answer to " + answer.getId());
      }
      afterAnswer.accept(this);
      reportIfDone();
    }

    private void reportIfDone() {
      if (!ended && (stored || answers.size() == items.size())) {
        send(EvaluateResponse.newBuilder().setReport(REPORT));
        ended = true;
        client.onCompleted();
      }
    }

    void send(EvaluateResponse.Builder message) {
      EvaluateResponse tampered = tamper.apply(message.build());
      if (tampered != null && !cancelled) {
        client.onNext(tampered);
      }
    }

    void fail(Status status) {
      ended = true;
      client.onError(status.asRuntimeException());
    }

    void complete() {
      ended = true;
      client.onCompleted();
    }

    @Override
    public void onError(Throwable cause) {
      cancelled = true;
    }

    @Override
    public void onCompleted() {}
  }
}
