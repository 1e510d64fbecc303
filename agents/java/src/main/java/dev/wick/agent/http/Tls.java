package dev.wick.agent.http;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whom we trust, and who we are, from PEM files; files that are renewed are read again. For one thread at a time. */
public final class Tls {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private final String caBundle;
  private final String certificate;
  private final String key;
  private SSLSocketFactory sockets;
  /** Which state of the files {@link #sockets} is made of. */
  private String version;

  /**
   * @param caBundle file of certificates to trust in place of the JVM's; null for those
   * @param certificate file of our certificate and its chain; null for none
   * @param key file of its key (PKCS#8, not encrypted); null for none
   */
  public Tls(String caBundle, String certificate, String key) {
    this.caBundle = caBundle;
    this.certificate = certificate;
    this.key = key;
  }

  /** Never those of the whole JVM: the program may set its own before their first use. @throws IOException naming the file that is wrong */
  synchronized SSLSocketFactory sockets() throws IOException {
    String found = version(caBundle) + version(certificate) + version(key);
    if (found.equals(version)) return sockets;
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          certificate == null ? null : identity().getKeyManagers(),
          caBundle == null ? null : trust().getTrustManagers(),
          null);
      sockets = context.getSocketFactory();
      version = found;
    } catch (GeneralSecurityException wrong) {
      // While files are replaced they may not belong together: what worked is used once more.
      if (sockets == null) throw new IOException(wrong.getMessage(), wrong);
    }
    return sockets;
  }

  /** Whether there is a certificate of ours to show. */
  boolean hasIdentity() {
    return certificate != null;
  }

  private static String version(String file) {
    if (file == null) return "-";
    File now = new File(file);
    return now.lastModified() + "/" + now.length() + ' ';
  }

  private TrustManagerFactory trust() throws GeneralSecurityException {
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate one : certificates(caBundle)) store.setCertificateEntry("ca" + number++, one);
    TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust;
  }

  private KeyManagerFactory identity() throws GeneralSecurityException {
    if (key == null) throw new GeneralSecurityException("WICK_CLIENT_KEY is missing beside WICK_CLIENT_CERTIFICATE");
    KeyStore store = emptyStore();
    char[] none = {};
    Certificate[] chain = certificates(certificate).toArray(new Certificate[0]);
    PrivateKey secret = privateKey(key);
    if (!belongTogether(secret, chain[0])) {
      throw new GeneralSecurityException("the key in " + key + " is not that of the first certificate in " + certificate);
    }
    store.setKeyEntry("client", secret, none, chain);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, none);
    return keys;
  }

  private static boolean belongTogether(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) return false;
    Signature signature = Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    return signature.verify(signed);
  }

  private static Collection<? extends Certificate> certificates(String file) throws GeneralSecurityException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) throw new GeneralSecurityException("there is no certificate in " + file);
      return found;
    } catch (IOException | RuntimeException | java.security.cert.CertificateException unreadable) {
      throw new GeneralSecurityException("the certificates in " + file + " cannot be read: " + unreadable, unreadable);
    }
  }

  private static PrivateKey privateKey(String file) throws GeneralSecurityException {
    try {
      String pem = new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
      int start = pem.indexOf(BEGIN);
      int end = pem.indexOf(END);
      if (start < 0 || end < start) throw new GeneralSecurityException(whatElse(pem, file));
      byte[] der = Base64.getMimeDecoder().decode(pem.substring(start + BEGIN.length(), end));
      for (String algorithm : new String[] {"EC", "RSA"}) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException other) {
          // Of the other kind.
        }
      }
      throw new GeneralSecurityException("the key in " + file + " is neither EC nor RSA");
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new GeneralSecurityException("the key in " + file + " cannot be read: " + unreadable, unreadable);
    }
  }

  private static String whatElse(String pem, String file) {
    String how = "; openssl pkcs8 -topk8 -nocrypt -in " + file + " makes a PKCS#8 key of it";
    if (pem.contains("-----BEGIN RSA PRIVATE KEY-----")) return file + " is a key in PKCS#1" + how;
    if (pem.contains("-----BEGIN EC PRIVATE KEY-----")) return file + " is a key in SEC 1" + how;
    if (pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----")) return file + " is a key under a password" + how;
    return "there is no private key in " + file;
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
