package dev.xfolds.operator.scale;

import io.fabric8.kubernetes.api.model.Secret;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Base64;

/** One process of one run, with the certificate that the operator gave it. */
final class RunServer {
  private RunServer() {}

  static Server start(
      Secret tls, InetSocketAddress address, BindableService service, EventLoopGroup threads)
      throws IOException {
    return NettyServerBuilder.forAddress(address, credentials(tls))
        .channelType(NioServerSocketChannel.class)
        .bossEventLoopGroup(threads)
        .workerEventLoopGroup(threads)
        .directExecutor()
        .addService(service)
        .build()
        .start();
  }

  private static ServerCredentials credentials(Secret tls) throws IOException {
    return TlsServerCredentials.newBuilder()
        .keyManager(stream(tls, "tls.crt"), stream(tls, "tls.key"))
        .trustManager(stream(tls, "ca.crt"))
        .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
        .build();
  }

  private static InputStream stream(Secret tls, String key) {
    return new ByteArrayInputStream(Base64.getDecoder().decode(tls.getData().get(key)));
  }
}
