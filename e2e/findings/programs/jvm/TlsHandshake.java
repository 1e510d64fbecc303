import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A connection with TLS, and its handshake, for each message. */
final class TlsHandshake {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final SSLContext CONTEXT = context();

  public static void main(String[] arguments) throws Exception {
    SSLServerSocket server =
        (SSLServerSocket) CONTEXT.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(() -> accept(server));
    SSLSocket kept = connect(server);
    Program.run(arguments, () -> with(server), () -> echo(kept));
  }

  private static Object with(SSLServerSocket server) throws Exception {
    // So that no session is resumed: as after a pause, or to many hosts.
    CONTEXT.getClientSessionContext().setSessionTimeout(1);
    try (SSLSocket socket = connect(server)) {
      socket.getSession().invalidate();
      return echo(socket);
    }
  }

  private static SSLSocket connect(SSLServerSocket server) throws Exception {
    return (SSLSocket) CONTEXT.getSocketFactory().createSocket(server.getInetAddress(), server.getLocalPort());
  }

  private static Object echo(SSLSocket socket) throws Exception {
    socket.setTcpNoDelay(true);
    byte[] message = new byte[4096];
    socket.getOutputStream().write(message);
    return socket.getInputStream().readNBytes(message, 0, message.length) == message.length ? message : null;
  }

  private static void accept(SSLServerSocket server) {
    try {
      while (true) {
        SSLSocket socket = (SSLSocket) server.accept();
        daemon(() -> answer(socket));
      }
    } catch (java.io.IOException ends) {
      throw new IllegalStateException(ends);
    }
  }

  private static void answer(SSLSocket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[4096];
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        socket.getOutputStream().write(buffer, 0, length);
      }
    } catch (java.io.IOException gone) {
      Program.sink = gone;
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }

  private static SSLContext context() {
    try {
      return contextOf(store());
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static KeyStore store() throws Exception {
    Path directory = Files.createTempDirectory("tls");
    Path file = directory.resolve("store.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    new ProcessBuilder(
            keytool, "-genkeypair", "-keystore", file.toString(), "-storepass", "changeit", "-keyalg", "RSA",
            "-dname", "CN=localhost", "-alias", "key", "-ext", "san=ip:127.0.0.1")
        .redirectErrorStream(true)
        .start()
        .waitFor();
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    Files.delete(file);
    Files.delete(directory);
    return store;
  }

  private static SSLContext contextOf(KeyStore store) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
