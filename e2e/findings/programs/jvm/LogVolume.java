import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Files;
import java.nio.file.Path;

/** A line in the log for each step of the work, or for each piece of work. */
final class LogVolume {
  public static void main(String[] arguments) throws Exception {
    Path file = Files.createTempFile("shop", ".log");
    Logger logger = logger(file);
    Program.run(arguments, () -> order(logger, true), () -> order(logger, false));
    Files.delete(file);
  }

  private static Object order(Logger logger, boolean with) {
    double sum = 0;
    for (int line = 0; line < 50; line++) {
      for (int i = 1; i < 10_000; i++) sum += Math.sqrt(i);
      if (with) logger.info("line {} of the order was priced", line);
      else logger.debug("line {} of the order was priced", line);
    }
    return sum;
  }

  private static Logger logger(Path file) {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d [%thread] %-5level %logger - %msg%n");
    encoder.start();
    FileAppender<ILoggingEvent> appender = new FileAppender<>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setFile(file.toString());
    appender.start();
    Logger logger = context.getLogger("shop.orders");
    logger.setLevel(Level.INFO);
    logger.addAppender(appender);
    return logger;
  }
}
