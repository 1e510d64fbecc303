import java.math.BigDecimal;
import java.math.RoundingMode;

/** Discounts in BigDecimal that whole cents can hold. */
final class BigDecimalArithmetic {
  private static final BigDecimal PERCENT = new BigDecimal("7.5");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int LINES = 1000;

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, BigDecimalArithmetic::with, BigDecimalArithmetic::without);
  }

  private static BigDecimal with() {
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < LINES; i++) {
      BigDecimal price = new BigDecimal("19.99").multiply(BigDecimal.valueOf(i));
      sum = sum.add(price.multiply(PERCENT).divide(HUNDRED, 2, RoundingMode.HALF_EVEN));
    }
    return sum;
  }

  /** In cents and thousandths. */
  private static Long without() {
    long sum = 0;
    for (int i = 0; i < LINES; i++) {
      long thousandths = 1999L * i * 75;
      sum += Math.floorDiv(thousandths + 500, 1000L);
    }
    return sum;
  }
}
