import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** A SessionFactory of Hibernate made for each unit of work. */
final class OrmSessionFactory {
  /** What is kept. */
  @Entity(name = "orders")
  public static class Order {
    @Id public int id;
    public String name;
  }

  private static final SessionFactory KEPT = factory();

  public static void main(String[] arguments) throws Exception {
    java.util.logging.LogManager.getLogManager().reset();
    Program.run(arguments, OrmSessionFactory::with, () -> count(KEPT));
    KEPT.close();
  }

  private static Object with() {
    try (SessionFactory factory = factory()) {
      return count(factory);
    }
  }

  private static Object count(SessionFactory factory) {
    return factory.fromSession(session -> session.createQuery("select count(*) from orders", Long.class).getSingleResult());
  }

  private static SessionFactory factory() {
    return new Configuration()
        .addAnnotatedClass(Order.class)
        .setProperty("hibernate.connection.url", "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1")
        .setProperty("hibernate.hbm2ddl.auto", "update")
        .buildSessionFactory();
  }
}
