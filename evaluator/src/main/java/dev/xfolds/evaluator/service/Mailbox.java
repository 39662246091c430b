package dev.xfolds.evaluator.service;

import dev.xfolds.contract.v1.EvaluateRequest;
import dev.xfolds.contract.v1.EvaluateResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Turns the callbacks of one stream into events that one thread takes. At most one message of the
 * client waits here: the next is requested when it has been taken.
 */
final class Mailbox implements StreamObserver<EvaluateRequest> {

  /** What can happen to a stream. */
  sealed interface Event {
    record Received(EvaluateRequest message) implements Event {}

    /** The client sends no more. */
    record HalfClosed() implements Event {}

    /** The client can take more. */
    record Ready() implements Event {}

    record Cancelled() implements Event {}

    /** The server ends the stream. */
    record Stop(Status status) implements Event {}
  }

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final ServerCallStreamObserver<EvaluateResponse> client;

  Mailbox(ServerCallStreamObserver<EvaluateResponse> client) {
    this.client = client;
    client.disableAutoRequest();
    client.setOnReadyHandler(() -> events.add(new Event.Ready()));
    client.setOnCancelHandler(() -> events.add(new Event.Cancelled()));
    client.request(1);
  }

  void stop(Status status) {
    events.add(new Event.Stop(status));
  }

  /** The next event, or null if there is none now. */
  Event poll() {
    return taken(events.poll());
  }

  /** The next event, or null if nothing happens for so long. */
  Event await(Duration patience) throws InterruptedException {
    return taken(events.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
  }

  private Event taken(Event event) {
    if (event instanceof Event.Received) {
      client.request(1);
    }
    return event;
  }

  @Override
  public void onNext(EvaluateRequest message) {
    events.add(new Event.Received(message));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Event.Cancelled());
  }

  @Override
  public void onCompleted() {
    events.add(new Event.HalfClosed());
  }
}
