import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

/** A connection to the database made for each query. */
final class JdbcConnection {
  private static final String URL = "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1";
  private static final Connection KEPT = connection();

  public static void main(String[] arguments) throws Exception {
    try (Connection kept = KEPT) {
      Program.run(arguments, JdbcConnection::with, () -> query(kept));
    }
  }

  private static Object with() throws Exception {
    try (Connection made = connection()) {
      return query(made);
    }
  }

  private static Connection connection() {
    try {
      return DriverManager.getConnection(URL);
    } catch (java.sql.SQLException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Object query(Connection connection) throws Exception {
    try (PreparedStatement statement = connection.prepareStatement("SELECT 1"); ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getObject(1) : null;
    }
  }
}
