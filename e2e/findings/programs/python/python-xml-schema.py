"""A schema is compiled for each document that is checked by it."""

from lxml import etree

from support.load import has_problem, repeat

elements = ''.join(f'<xs:element name="field-{i}" type="xs:string" minOccurs="0"/>' for i in range(100))
source = etree.fromstring(
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="order"><xs:complexType><xs:sequence>'
    f'{elements}</xs:sequence></xs:complexType></xs:element></xs:schema>'
)
document = etree.fromstring('<order><field-1>1</field-1></order>')
shared = etree.XMLSchema(source)


def compiled_for_each():
    return etree.XMLSchema(source).validate(document)


repeat(compiled_for_each if has_problem else lambda: shared.validate(document))
