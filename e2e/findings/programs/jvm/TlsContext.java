import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A context for TLS, with the authorities to trust, made for each connection. */
final class TlsContext {
  private static final SSLContext KEPT = context();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> context().createSSLEngine(), KEPT::createSSLEngine);
  }

  private static SSLContext context() {
    try {
      TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init((java.security.KeyStore) null);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (java.security.GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
