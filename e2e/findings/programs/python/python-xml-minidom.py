"""A whole DOM for a few values."""

import xml.etree.ElementTree
from xml.dom import minidom

from support.load import has_problem, repeat

lines = ''.join(f'<line sku="sku-{i}"><count>{i}</count></line>' for i in range(100))
text = f'<order>{lines}</order>'


def by_dom():
    document = minidom.parseString(text)
    return sum(int(count.firstChild.data) for count in document.getElementsByTagName('count'))


def by_element_tree():
    return sum(int(count.text) for count in xml.etree.ElementTree.fromstring(text).iter('count'))


repeat(by_dom if has_problem else by_element_tree)
