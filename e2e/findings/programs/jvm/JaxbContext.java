import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.io.StringWriter;

/** A JAXBContext made for each document. */
final class JaxbContext {
  /** What is written. */
  @XmlRootElement
  public static final class Order {
    public int id = 7;
    public String name = "order";
  }

  private static final JAXBContext KEPT = context();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> write(context()), () -> write(KEPT));
  }

  private static JAXBContext context() {
    try {
      return JAXBContext.newInstance(Order.class);
    } catch (JAXBException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Object write(JAXBContext context) throws Exception {
    StringWriter text = new StringWriter();
    context.createMarshaller().marshal(new Order(), text);
    return text.toString();
  }
}
