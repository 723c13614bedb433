"""The package of an OFD file (GB/T 33190): its parts found as producers really name them, its XML read as they really write it.

Names inside are matched by their last word only, since producers use several namespaces or none. Paths are tried from
the file that names them and from the root, without regard to case. ofdkit 0.2.0 (Apache-2.0) reads the same traps; it
gives text by the run, without the places of characters, drawn lines, visibility or annotations, which are needed here.
"""

import codecs
import re
import zipfile
from collections.abc import Iterator
from functools import cached_property
from posixpath import dirname, join, normpath
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from .limits import MAX_DEPTH, MAX_UNPACKED, damaged, too_complex, too_large_unpacked
from .ooxml import BROKEN, CHUNK, Package, entities

LARGEST = 64 * 1024 * 1024  # of one XML part
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,30})""")
OWN_DECLARATIONS = re.compile(r"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
CHINESE = ("gb2312", "gbk", "cp936", "gb18030")
TAG = re.compile(r"<[^<>]*>")
TAG_PREFIX = re.compile(r"^<(/?)[^\s<>/=\"':]*:")
XMLNS = re.compile(r"""\s+xmlns(?::[^\s=]*)?\s*=\s*(?:"[^"]*"|'[^']*')""")
ATTRIBUTE_PREFIX = re.compile(r"""(\s)[^\s<>/="':]+:(?=[^\s<>/="':]+\s*=)""")


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of these names."""
    yield from (child for child in (element if element is not None else ()) if local(child) in names)


def child(element: Element | None, *path: str) -> Element | None:
    """The element reached by one name after the other, None where one is missing."""
    for name in path:
        element = next(children(element, name), None)
    return element


def words(element: Element | None) -> str:
    """The text of an element without white space around it."""
    return (element.text or "").strip() if element is not None else ""


class OfdPackage(Package):
    """The parts of an OFD file."""

    @cached_property
    def names(self) -> dict[str, str]:
        """The real name of each part by its name in small letters."""
        return {self._written(info).lower(): name for name, info in self.parts.items()}

    @staticmethod
    def _written(info: zipfile.ZipInfo) -> str:
        """A part's name as its producer wrote it: without the mark for UTF-8 it is often UTF-8 or GBK all the same."""
        name = info.filename.replace("\\", "/").lstrip("/")
        if info.flag_bits & 0x800 or name.isascii():
            return name
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name
        for encoding in ("utf-8", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        return name

    def check_contents(self) -> None:
        """Unpack every part once and count what comes out; nothing is kept."""
        budget = MAX_UNPACKED
        for info in self.parts.values():
            try:
                with self.zip.open(info) as part:
                    while chunk := part.read(CHUNK):
                        budget -= len(chunk)
                        if budget < 0:
                            raise too_large_unpacked()
            except BROKEN:
                continue  # said when the part is asked for

    def find(self, base: str, location: str | None) -> str | None:
        """The part a location means that stands in the part `base`; None where there is none."""
        location = (location or "").strip().replace("\\", "/")
        if not location:
            return None
        places = [location] if location.startswith("/") else [join(dirname(base), location), location]
        for place in places:
            found = self.names.get(normpath(place.lstrip("/")).lower())
            if found is not None:
                return found
        return None

    def root(self, name: str) -> Element:
        """The XML of a part; raise where it is damaged, declares entities or is too large."""
        info = self.parts[name]
        if info.file_size > LARGEST:
            raise too_complex()
        try:
            text = decoded(self.zip.read(info))
        except BROKEN as error:
            raise damaged("OFD 文件") from error
        if OWN_DECLARATIONS.search(text):
            raise entities()
        text = DECLARATION.sub("", text, count=1)
        try:
            return self._parsed(text)
        except ParseError:
            try:
                return self._parsed(TAG.sub(without_prefixes, text))
            except ParseError as error:
                raise damaged("OFD 文件") from error

    def _parsed(self, text: str) -> Element:
        parser = XMLParser(target=LimitedTree(self))
        parser.feed(text)
        return parser.close()


class LimitedTree(TreeBuilder):
    """Builds a tree of no more elements than a document may have, and no deeper."""

    def __init__(self, package: OfdPackage):
        super().__init__()
        self.package, self.depth = package, 0

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        """Begin an element."""
        self.package.elements += 1
        self.depth += 1
        if self.package.elements > self.package.max_elements or self.depth > MAX_DEPTH:
            raise too_complex()
        return super().start(tag, attributes)

    def end(self, tag: str) -> Element:
        """End an element."""
        self.depth -= 1
        return super().end(tag)


def decoded(data: bytes) -> str:
    """The text of an XML part in the encoding it declares, else UTF-8, else GB18030."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    declared = ENCODING.match(data)
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    encoding = "gb18030" if encoding in CHINESE else encoding
    for name in (encoding, "utf-8", "gb18030"):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def without_prefixes(match: re.Match[str]) -> str:
    """A tag without namespaces, for XML whose prefixes nobody declared."""
    tag = match[0]
    if tag.startswith(("<?", "<!")):
        return tag
    return ATTRIBUTE_PREFIX.sub(r"\1", XMLNS.sub("", TAG_PREFIX.sub(r"<\1", tag, count=1)))
