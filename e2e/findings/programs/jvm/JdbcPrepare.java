import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;

/** A query whose values are part of its text: every one of them is new to the database. */
final class JdbcPrepare {
  private static final Connection DATABASE = database();
  private static int number;

  public static void main(String[] arguments) throws Exception {
    try (Connection database = DATABASE) {
      try (Statement statement = database.createStatement()) {
        statement.execute("CREATE TABLE orders (id INT PRIMARY KEY, name VARCHAR(20))");
        statement.execute("INSERT INTO orders SELECT x - 1, 'order' FROM system_range(1, 1000)");
      }
      try (PreparedStatement kept = database.prepareStatement("SELECT name FROM orders WHERE id = ? AND name <> 'x'")) {
        Program.run(arguments, () -> with(database), () -> without(kept));
      }
    }
  }

  private static Connection database() {
    try {
      return DriverManager.getConnection("jdbc:h2:mem:shop");
    } catch (java.sql.SQLException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String with(Connection database) throws Exception {
    String query = "SELECT name FROM orders WHERE id = " + number++ % 1000 + " AND name <> 'x'";
    try (PreparedStatement statement = database.prepareStatement(query)) {
      return name(statement);
    }
  }

  private static String without(PreparedStatement statement) throws Exception {
    statement.setInt(1, number++ % 1000);
    return name(statement);
  }

  private static String name(PreparedStatement statement) throws Exception {
    try (ResultSet rows = statement.executeQuery()) {
      return rows.next() ? rows.getString(1) : null;
    }
  }
}
