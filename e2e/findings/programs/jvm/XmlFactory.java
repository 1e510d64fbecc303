import java.io.StringReader;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.InputSource;

/** A factory of XML parsers looked up for each document. */
final class XmlFactory {
  private static final DocumentBuilder KEPT = builder();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> parse(builder()), () -> parse(KEPT));
  }

  private static DocumentBuilder builder() {
    try {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder();
    } catch (javax.xml.parsers.ParserConfigurationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Object parse(DocumentBuilder builder) throws Exception {
    return builder.parse(new InputSource(new StringReader("<order><line id='1'/><line id='2'/></order>")));
  }
}
