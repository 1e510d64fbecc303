import java.io.StringReader;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;

/** A schema compiled for each document that is validated. */
final class XmlSchema {
  private static final String TEXT = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='order'><xs:complexType>"
      + "<xs:sequence><xs:element name='line' type='xs:int' maxOccurs='unbounded'/></xs:sequence></xs:complexType></xs:element></xs:schema>";
  private static final Schema KEPT = schema();

  public static void main(String[] arguments) throws Exception {
    Program.run(arguments, () -> validate(schema()), () -> validate(KEPT));
  }

  private static Schema schema() {
    try {
      return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(new StreamSource(new StringReader(TEXT)));
    } catch (org.xml.sax.SAXException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Object validate(Schema schema) throws Exception {
    schema.newValidator().validate(new StreamSource(new StringReader("<order><line>1</line><line>2</line></order>")));
    return schema;
  }
}
