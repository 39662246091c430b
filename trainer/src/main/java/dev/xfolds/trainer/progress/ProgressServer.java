package dev.xfolds.trainer.progress;

import dev.xfolds.contract.v1.GetProgressRequest;
import dev.xfolds.contract.v1.ProgressGrpc;
import dev.xfolds.contract.v1.RunProgress;
import dev.xfolds.trainer.config.TrainerException;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** The Progress service over mutual TLS, for the common name {@code operator} only. */
public final class ProgressServer implements AutoCloseable {

  private static final int MAX_REQUEST_BYTES = 1 << 14;
  private static final String CALLER = "operator";

  private final Server server;

  private ProgressServer(Server server) {
    this.server = server;
  }

  /**
   * Starts to serve.
   *
   * @param port 0 for any free one
   * @throws TrainerException code 2 if the port is in use
   */
  public static ProgressServer start(int port, ServerCredentials credentials, RunState state) {
    Server server =
        Grpc.newServerBuilderForPort(port, credentials)
            .addService(new Service(state))
            .intercept(new OnlyOperator())
            .maxInboundMessageSize(MAX_REQUEST_BYTES)
            .handshakeTimeout(20, TimeUnit.SECONDS)
            .build();
    try {
      return new ProgressServer(server.start());
    } catch (IOException e) {
      throw TrainerException.invalid(
          "--progress-port must be a free port, %d is in use (%s)".formatted(port, e.getMessage()),
          e);
    }
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static final class Service extends ProgressGrpc.ProgressImplBase {

    private final RunState state;

    Service(RunState state) {
      this.state = state;
    }

    @Override
    public void getProgress(GetProgressRequest request, StreamObserver<RunProgress> response) {
      response.onNext(ProcessMemory.now().in(state.progress()));
      response.onCompleted();
    }
  }

  private static final class OnlyOperator implements ServerInterceptor {

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String caller = commonName(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
      if (!caller.equals(CALLER)) {
        call.close(
            Status.PERMISSION_DENIED.withDescription(
                "caller must be %s, was %s".formatted(CALLER, caller)),
            new Metadata());
        return new ServerCall.Listener<>() {};
      }
      return next.startCall(call, headers);
    }

    private static String commonName(SSLSession session) {
      if (session == null) {
        return "unknown";
      }
      try {
        for (Rdn part : new LdapName(session.getPeerPrincipal().getName()).getRdns()) {
          if (part.getType().equalsIgnoreCase("CN")) {
            return part.getValue().toString();
          }
        }
        return "unknown";
      } catch (SSLPeerUnverifiedException | InvalidNameException e) {
        throw Status.UNAUTHENTICATED.withCause(e).asRuntimeException();
      }
    }
  }
}
