import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.Key;
import java.security.KeyStore;
import javax.crypto.spec.SecretKeySpec;

/** A key store opened for each use of its key. */
final class KeyStoreLoad {
  private static final char[] PASSWORD = "changeit".toCharArray();

  public static void main(String[] arguments) throws Exception {
    // Fewer than usual: to make the store is not what is shown.
    System.setProperty("keystore.pkcs12.keyPbeIterationCount", "500");
    System.setProperty("keystore.pkcs12.certPbeIterationCount", "500");
    System.setProperty("keystore.pkcs12.macIterationCount", "500");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    KeyStore.ProtectionParameter protection = new KeyStore.PasswordProtection(PASSWORD);
    store.setEntry("key", new KeyStore.SecretKeyEntry(new SecretKeySpec(new byte[16], "AES")), protection);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    store.store(file, PASSWORD);
    Key kept = key(file.toByteArray());
    Program.run(arguments, () -> key(file.toByteArray()), kept::getEncoded);
  }

  private static Key key(byte[] file) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(file), PASSWORD);
    return store.getKey("key", PASSWORD);
  }
}
