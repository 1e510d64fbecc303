import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.Set;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** Orders, and a query for the lines of each. */
final class OrmLazyLoading {
  /** What is kept. */
  @Entity(name = "orders")
  public static class Order {
    @Id public int id;
    @ElementCollection public Set<String> lines;
  }

  private static final SessionFactory FACTORY = factory();

  public static void main(String[] arguments) throws Exception {
    java.util.logging.LogManager.getLogManager().reset();
    Program.run(arguments, () -> lines("from orders"), () -> lines("from orders left join fetch lines"));
    FACTORY.close();
  }

  private static Object lines(String query) {
    return FACTORY.fromSession(session -> {
      List<Order> orders = session.createQuery(query, Order.class).getResultList();
      int lines = 0;
      for (Order order : orders) lines += order.lines.size();
      return lines > 0 ? orders : null;
    });
  }

  private static SessionFactory factory() {
    SessionFactory factory = new Configuration()
        .addAnnotatedClass(Order.class)
        .setProperty("hibernate.connection.url", "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1")
        .setProperty("hibernate.hbm2ddl.auto", "update")
        .buildSessionFactory();
    factory.inTransaction(session -> {
      for (int i = 0; i < 100; i++) {
        Order order = new Order();
        order.id = i;
        order.lines = Set.of("one", "two", "three");
        session.persist(order);
      }
    });
    return factory;
  }
}
