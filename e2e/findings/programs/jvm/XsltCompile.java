import java.io.StringReader;
import java.io.StringWriter;
import javax.xml.transform.Templates;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;

/** A style sheet compiled for each document. */
final class XsltCompile {
  private static final String SHEET = "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
      + "<xsl:template match='/'><list><xsl:apply-templates select='//line'/></list></xsl:template>"
      + "<xsl:template match='line'><item><xsl:value-of select='@id'/></item></xsl:template></xsl:stylesheet>";
  private static final Templates KEPT = templates();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> transform(templates()), () -> transform(KEPT));
  }

  private static Templates templates() {
    try {
      return TransformerFactory.newInstance().newTemplates(new StreamSource(new StringReader(SHEET)));
    } catch (javax.xml.transform.TransformerException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String transform(Templates templates) throws Exception {
    StringWriter text = new StringWriter();
    StreamSource order = new StreamSource(new StringReader("<order><line id='1'/><line id='2'/></order>"));
    templates.newTransformer().transform(order, new StreamResult(text));
    return text.toString();
  }
}
