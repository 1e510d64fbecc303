import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathExpression;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** An XPath expression compiled at each use. */
final class XpathCompile {
  private static final String PRICE = "/order/line[@id='2']/price";
  private static final XPathExpression KEPT = compiled();

  public static void main(String[] arguments) throws Exception {
    Document order = DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader("<order><line id='2'><price>7</price></line></order>")));
    Program.run(arguments, () -> compiled().evaluate(order), () -> KEPT.evaluate(order));
  }

  private static XPathExpression compiled() {
    try {
      return XPathFactory.newInstance().newXPath().compile(PRICE);
    } catch (javax.xml.xpath.XPathExpressionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
