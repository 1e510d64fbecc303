import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.OutputStream;

/** A layout that names class and line of each call of the logger. */
final class LogLocation {
  private static int number;

  public static void main(String[] arguments) throws Exception {
    Logger with = logger("%d %-5level %class.%method:%line %msg%n");
    Logger without = logger("%d %-5level %logger %msg%n");
    Program.run(arguments, () -> deep(20, with), () -> deep(20, without));
  }

  /** Request handlers are this deep, and deeper. */
  private static int deep(int frames, Logger logger) {
    if (frames > 0) return deep(frames - 1, logger) + 1;
    logger.info("order {} was paid", number++);
    // What else a request does.
    double sum = 0;
    for (int i = 1; i < 350_000; i++) sum += Math.sqrt(i);
    return (int) sum;
  }

  private static Logger logger(String pattern) {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern);
    encoder.start();
    OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setOutputStream(OutputStream.nullOutputStream());
    appender.start();
    Logger logger = context.getLogger("shop.orders");
    logger.addAppender(appender);
    return logger;
  }
}
