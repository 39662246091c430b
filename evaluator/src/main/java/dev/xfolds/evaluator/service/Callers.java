package dev.xfolds.evaluator.service;

import dev.xfolds.contract.v1.BenchmarkGrpc;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Decides by the common name of a caller's certificate which methods it may call. */
final class Callers implements ServerInterceptor {

  private static final Map<String, String> CALLER_OF =
      Map.of(
          BenchmarkGrpc.getEvaluateMethod().getFullMethodName(), "trainer",
          BenchmarkGrpc.getListTasksMethod().getFullMethodName(), "trainer",
          BenchmarkGrpc.getListReportsMethod().getFullMethodName(), "operator");

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    String allowed = CALLER_OF.get(method);
    String caller = commonName(call).orElse("");
    if (allowed != null && allowed.equals(caller)) {
      return next.startCall(call, headers);
    }
    String message =
        method + " is for the common name \"" + allowed + "\", the caller is \"" + caller + "\"";
    call.close(Status.PERMISSION_DENIED.withDescription(message), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static Optional<String> commonName(ServerCall<?, ?> call) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      String subject = ((X509Certificate) chain[0]).getSubjectX500Principal().getName();
      return new LdapName(subject)
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
              .map(Rdn::getValue)
              .map(String::valueOf)
              .findFirst();
    } catch (SSLPeerUnverifiedException | InvalidNameException e) {
      return Optional.empty();
    }
  }
}
