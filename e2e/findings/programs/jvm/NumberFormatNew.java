import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** A DecimalFormat made for each price. */
final class NumberFormatNew {
  private static final ThreadLocal<DecimalFormat> FORMAT = ThreadLocal.withInitial(NumberFormatNew::format);
  private static long cents;

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> format().format(price()), () -> FORMAT.get().format(price()));
  }

  private static DecimalFormat format() {
    return new DecimalFormat("#,##0.00", DecimalFormatSymbols.getInstance(Locale.GERMANY));
  }

  private static double price() {
    return cents++ / 100.0;
  }
}
