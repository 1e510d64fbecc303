import java.util.ListResourceBundle;
import java.util.Locale;
import java.util.ResourceBundle;

/** A bundle of texts that no cache may keep. */
final class ResourceBundleReload {
  private static final ResourceBundle.Control NO_CACHE = new ResourceBundle.Control() {
    @Override
    public long getTimeToLive(String baseName, Locale locale) {
      return TTL_DONT_CACHE;
    }
  };

  /** The texts. */
  public static final class Texts extends ListResourceBundle {
    @Override
    protected Object[][] getContents() {
      return new Object[][] {{"hello", "Hello"}};
    }
  }

  public static void main(String[] arguments) throws Exception {
    Program.run(
        arguments,
        () -> ResourceBundle.getBundle("ResourceBundleReload$Texts", Locale.GERMANY, NO_CACHE).getString("hello"),
        () -> ResourceBundle.getBundle("ResourceBundleReload$Texts", Locale.GERMANY).getString("hello"));
  }
}
