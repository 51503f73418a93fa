"""XML parsed with care: no entities, no network."""

from lxml import etree

from analysis.documents.grid import UnreadableError


def parse_strictly(data: bytes) -> etree._Element:
    """The root of an XML document; raise UnreadableError where it is not well formed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError("unreadable", reason=str(error)) from error


def parse_leniently(data: bytes) -> etree._Element:
    """The root of an XML part as far as it can be read; an empty element where it can't."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    return etree.Element("empty") if root is None else root
