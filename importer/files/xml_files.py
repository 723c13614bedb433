"""Documents that are one XML file: told apart by their first element, and made into packages the other readers know.

Flat OPC is a .docx written as one XML (Word's “XML 文档”); Word 2003 XML has another namespace and one part for all. Both
come named .xml or .doc. A workbook of Excel 2003 XML is read by `read_spreadsheet_xml.py`.
"""

import base64
import binascii
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, XMLPullParser, tostring

from .limits import MAX_UNPACKED, damaged, too_large_unpacked
from .ooxml import Package, attributes, short

START = 1 << 16  # bytes in which the first element must begin
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WHOLE = "document.xml"
WORD_PARTS = {  # of a package around a Word 2003 XML: its styles stand in the document itself
    "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="{WHOLE}"/></Relationships>',
    f"_rels/{WHOLE}.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/styles" Target="{WHOLE}"/></Relationships>',
}


def root_of(content: bytes) -> str | None:
    """The (short) tag of the first element of an XML file, None where the bytes are no XML."""
    parser = XMLPullParser(("start",))
    try:
        parser.feed(content[:START])
        return next((short(event[-1].tag) for event in parser.read_events() if isinstance(event[-1], Element)), None)
    except (ParseError, ValueError, LookupError):
        return None


def alone(content: bytes, parts: dict[str, str] | None = None) -> Package:
    """An XML file as the only part of a package, looked through; other parts may stand beside it."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        package.writestr(WHOLE, content)
        for name, text in (parts or {}).items():
            package.writestr(name, text)
    found = Package(packed.getvalue())
    found.check_contents()
    return found


def word_2003(content: bytes) -> Package:
    """A Word 2003 XML as a package whose main part it is."""
    return alone(content, WORD_PARTS)


def unflattened(content: bytes) -> bytes:
    """A Flat OPC file as the .docx (or .xlsx) it was written from."""
    packed, size = BytesIO(), 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for part in alone(content).stream(WHOLE, frozenset(("pkg:part",))):
            name = attributes(part).get("pkg:name", "").lstrip("/")
            for data in parts_of(part):
                size += len(data)
                if size > MAX_UNPACKED:
                    raise too_large_unpacked()
                if name:
                    package.writestr(name, data)
    return packed.getvalue()


def parts_of(part: Element) -> Iterator[bytes]:
    """The bytes of a part of a Flat OPC file."""
    for child in part:
        if short(child.tag) == "pkg:xmlData":
            yield from (tostring(inner, "utf-8") for inner in list(child)[:1])
        elif short(child.tag) == "pkg:binaryData":
            try:
                yield base64.b64decode(child.text or "")
            except (binascii.Error, ValueError) as error:
                raise damaged() from error
