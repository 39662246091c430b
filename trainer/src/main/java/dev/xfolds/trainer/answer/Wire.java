package dev.xfolds.trainer.answer;

import dev.xfolds.contract.v1.BenchmarkGrpc;
import dev.xfolds.contract.v1.EvaluateRequest;
import dev.xfolds.contract.v1.EvaluateResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One Evaluate call, whose callbacks become events that one thread takes. At most one message of
 * the server waits here: the next is requested when it has been taken.
 */
final class Wire implements AutoCloseable {

  /** What can happen to a call. */
  sealed interface Event {
    record Received(EvaluateResponse message) implements Event {}

    /** The server can take more. */
    record Ready() implements Event {}

    record Ended(Status status) implements Event {}
  }

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final ClientCallStreamObserver<EvaluateRequest> call;

  /** Starts the call; it is ready when the channel has connected. */
  Wire(Channel channel) {
    this.call =
        (ClientCallStreamObserver<EvaluateRequest>)
            BenchmarkGrpc.newStub(channel).evaluate(new Callbacks());
  }

  /** Whether a message that is sent now leaves soon, rather than waiting in memory. */
  boolean isReady() {
    return call.isReady();
  }

  void send(EvaluateRequest message) {
    call.onNext(message);
  }

  /** The next event, or null if there is none now. */
  Event poll() {
    return taken(events.poll());
  }

  /** The next event, or null if nothing happens for so long. */
  Event await(Duration patience) throws InterruptedException {
    return taken(events.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
  }

  private Event taken(Event event) {
    if (event instanceof Event.Received) {
      call.request(1);
    }
    return event;
  }

  /** Says that nothing more will be sent. */
  void complete() {
    call.onCompleted();
  }

  /** Cancels the call unless it has ended. */
  @Override
  public void close() {
    call.cancel("the trainer ended the stream", null);
  }

  private final class Callbacks
      implements ClientResponseObserver<EvaluateRequest, EvaluateResponse> {

    @Override
    public void beforeStart(ClientCallStreamObserver<EvaluateRequest> starting) {
      starting.disableAutoRequestWithInitial(1);
      starting.setOnReadyHandler(() -> events.add(new Event.Ready()));
    }

    @Override
    public void onNext(EvaluateResponse message) {
      events.add(new Event.Received(message));
    }

    @Override
    public void onError(Throwable cause) {
      events.add(new Event.Ended(Status.fromThrowable(cause)));
    }

    @Override
    public void onCompleted() {
      events.add(new Event.Ended(Status.OK));
    }
  }
}
