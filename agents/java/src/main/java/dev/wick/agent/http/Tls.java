package dev.wick.agent.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whom we trust, and who we are, from PEM files. */
public final class Tls {
  private Tls() {}

  /**
   * @param caBundle file of certificates to trust in place of the JVM's; null for those
   * @param certificate file of our certificate and its chain; null for none
   * @param key file of its key (PKCS#8, not encrypted); null for none
   * @return null when the JVM's own settings do
   * @throws GeneralSecurityException naming the file that is wrong
   */
  public static SSLSocketFactory sockets(String caBundle, String certificate, String key)
      throws GeneralSecurityException {
    if (caBundle == null && certificate == null) return null;
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        certificate == null ? null : identity(certificate, key).getKeyManagers(),
        caBundle == null ? null : trust(caBundle).getTrustManagers(),
        null);
    return context.getSocketFactory();
  }

  private static TrustManagerFactory trust(String file) throws GeneralSecurityException {
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate one : certificates(file)) store.setCertificateEntry("ca" + number++, one);
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }

  private static KeyManagerFactory identity(String certificate, String key) throws GeneralSecurityException {
    if (key == null) throw new GeneralSecurityException("WICK_CLIENT_KEY is missing beside WICK_CLIENT_CERTIFICATE");
    KeyStore store = emptyStore();
    char[] none = {};
    Certificate[] chain = certificates(certificate).toArray(new Certificate[0]);
    store.setKeyEntry("client", privateKey(key), none, chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, none);
    return keys;
  }

  private static Collection<? extends Certificate> certificates(String file) throws GeneralSecurityException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) throw new GeneralSecurityException("no certificate in " + file);
      return found;
    } catch (IOException | RuntimeException unreadable) {
      throw new GeneralSecurityException("cannot read the certificates in " + file + ": " + unreadable);
    }
  }

  private static PrivateKey privateKey(String file) throws GeneralSecurityException {
    try {
      String pem = new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
      int start = pem.indexOf("-----BEGIN PRIVATE KEY-----");
      int end = pem.indexOf("-----END PRIVATE KEY-----");
      if (start < 0 || end < start) {
        throw new GeneralSecurityException(file + " is no PKCS#8 key; openssl pkcs8 -topk8 -nocrypt makes one");
      }
      byte[] der = Base64.getMimeDecoder().decode(pem.substring(start + 27, end));
      for (String algorithm : new String[] {"EC", "RSA"}) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException other) {
          // Of the other kind.
        }
      }
      throw new GeneralSecurityException("the key in " + file + " is neither EC nor RSA");
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new GeneralSecurityException("cannot read the key in " + file + ": " + unreadable);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException cannotHappen) {
      throw new GeneralSecurityException(cannotHappen);
    }
  }
}
