"""Office documents as packages of XML parts: opened under limits, streamed, nothing outside them fetched.

What is refused here: encrypted and damaged packages, more than may be unpacked (by what the directory says and by
what comes out), macros, and any DOCTYPE, which Office never writes and entity bombs need. The parser is Python's own, in C: it
fetches nothing from outside, and is ten times as fast as defusedxml's, which is written in Python.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

from .limits import (
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_PARTS,
    MAX_UNPACKED,
    damaged,
    encrypted,
    too_complex,
    too_large_unpacked,
)
from .readers import UnreadableDocument

CHUNK = 1 << 18
ENCODING = re.compile(rb"""^\W{0,4}<\?xml[^>]{0,100}?encoding\s*=\s*["']([^"']*)""")
ENCODINGS = (b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252")
DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
MACRO_TYPES = (b"macroEnabled", b"ms-office.vbaProject")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, LookupError)

# Namespaces of the parts read, the transitional and the strict form, and the prefix tags are given here.
NAMESPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "s:",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "s:",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r:",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r:",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel:",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "urn:schemas-microsoft-com:vml": "v:",
    "http://schemas.microsoft.com/office/2006/xmlPackage": "pkg:",
    "http://schemas.microsoft.com/office/word/2003/wordml": "w:",
    "http://schemas.microsoft.com/office/word/2003/auxHint": "wx:",
    "http://schemas.microsoft.com/aml/2001/core": "aml:",
    "urn:schemas-microsoft-com:office:spreadsheet": "ss:",
    "urn:schemas-microsoft-com:office:excel": "x:",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office:",
    "http://www.w3.org/1999/xhtml": "html:",
}
SHORT: dict[str, str] = {}


def short(name: str) -> str:
    """A tag or attribute name with a prefix in place of its namespace; names of other namespaces keep theirs."""
    known = SHORT.get(name)
    if known is None:
        uri, brace, local = name.rpartition("}")
        known = NAMESPACES.get(uri[1:], uri + brace) + local
        if len(SHORT) < 5000:
            SHORT[name] = known
    return known


def attributes(element: Element) -> dict[str, str]:
    """An element's attributes by short name."""
    return {short(name): value for name, value in element.attrib.items()}


class Package:
    """A packed document whose parts may be read."""

    max_elements = MAX_ELEMENTS

    def __init__(self, content: bytes):
        try:
            self.zip = zipfile.ZipFile(BytesIO(content))
            self.parts = {info.filename.replace("\\", "/").lstrip("/"): info for info in self.zip.infolist()}
        except BROKEN as error:
            raise damaged() from error
        self._check_directory()
        self.elements = 0  # read so far, of all parts

    def _check_directory(self) -> None:
        if len(self.parts) > MAX_PARTS:
            raise too_complex()
        if any(info.flag_bits & 0x1 for info in self.parts.values()):
            raise encrypted()
        if sum(info.file_size for info in self.zip.infolist()) > MAX_UNPACKED:
            raise too_large_unpacked()

    def check_contents(self) -> None:
        """Unpack every part once: count what comes out, refuse macros and DOCTYPEs. Nothing is kept."""
        if any(name.lower().rpartition("/")[2] in MACRO_PARTS for name in self.parts):
            raise macros()
        budget = MAX_UNPACKED
        for name, info in self.parts.items():
            is_xml = name.lower().endswith((".xml", ".rels", ".vml"))
            budget -= self._check_part(info, budget, is_xml, name == "[Content_Types].xml")

    def _check_part(self, info: zipfile.ZipInfo, budget: int, is_xml: bool, is_types: bool) -> int:
        size, tail = 0, b""
        try:
            with self.zip.open(info) as part:
                while chunk := part.read(CHUNK):
                    size += len(chunk)
                    if size > budget:
                        raise too_large_unpacked()
                    window = tail + chunk
                    if is_xml and (any(mark in window for mark in DOCTYPES) or (not tail and is_disguised(chunk))):
                        raise entities()
                    if is_types and any(mark in window for mark in MACRO_TYPES):
                        raise macros()
                    tail = chunk[-40:]
        except BROKEN as error:
            if is_xml:
                raise damaged() from error
        return size

    def has(self, name: str) -> bool:
        """Whether the package holds a part."""
        return name in self.parts

    def stream(self, name: str, wanted: frozenset[str]) -> Iterator[Element]:
        """The outermost elements of the wanted (short) tags in order, each whole; what was read is let go."""
        try:
            with self.zip.open(self.parts[name]) as part:
                yield from self._outermost(part, wanted)
        except (ParseError, *BROKEN) as error:
            raise damaged() from error

    def _outermost(self, part: IO[bytes], wanted: frozenset[str]) -> Iterator[Element]:
        path: list[Element] = []  # the open elements outside wanted ones
        depth = 0  # inside a wanted element, how deep; 0 outside
        for event, element in iterparse(part, events=("start", "end")):
            if event == "start":
                self.elements += 1
                if self.elements > self.max_elements or depth + len(path) > MAX_DEPTH:
                    raise too_complex()
                if depth or short(element.tag) in wanted:
                    depth += 1
                else:
                    path.append(element)
                continue
            if depth > 1:
                depth -= 1
                continue
            if depth:
                depth = 0
                yield element
            else:
                path.pop()
            if path:
                path[-1].remove(element)

    @cached_property
    def main_part(self) -> str | None:
        """The part the package is about (word/document.xml, xl/workbook.xml), as its relationships say."""
        return next((target for kind, target in self.relations("").values() if kind == "officeDocument"), None)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """The relationships of a part: id -> (last word of its type, the part meant); those outside are left out."""
        path = join(dirname(name), "_rels", f"{name.rpartition('/')[2]}.rels")
        if path not in self.parts:
            return {}
        found = {}
        for element in self.stream(path, frozenset(("rel:Relationship",))):
            if element.get("TargetMode") == "External":
                continue
            target = element.get("Target", "")
            target = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(name), target))
            found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], target)
        return found

    def related(self, name: str, kind: str) -> str | None:
        """The first part of a kind (styles, numbering, footnotes…) that a part is related to, None where it has none."""
        return next(
            (target for type_, target in self.relations(name).values() if type_ == kind and target in self.parts), None
        )


def is_disguised(start: bytes) -> bool:
    """Whether a part declares an encoding that Office does not write, in which a DOCTYPE would look like something else."""
    declared = ENCODING.match(start[:400].replace(b"\x00", b""))
    return declared is not None and declared[1].lower() not in ENCODINGS


def macros() -> UnreadableDocument:
    """The refusal of a document that carries programs."""
    return UnreadableDocument(
        "文件里带有宏（程序），没有读取。", "请在 WPS 或 Word、Excel 中另存为不带宏的 .docx 或 .xlsx，再导入。"
    )


def entities() -> UnreadableDocument:
    """The refusal of XML with declarations of its own: entity bombs, external entities."""
    return UnreadableDocument(
        "文件里有办公软件不会写入的实体声明，可能是恶意文件，没有读取。",
        "请向发文单位索取原件；不要打开来历不明的文件。",
    )
