"""How heavy a file is, seen before it is read: what its archive says it unpacks to; how many cells hold something.

The first costs nothing. Counting cells unpacks and costs a hundredth of reading. What a workbook says of its cells itself
(`<dimension>`) is not asked: WPS writes it wrong in both directions.
"""

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from .limits import MAX_UNPACKED

PIECE = 1 << 20
XML = (".xml", ".rels")
FILLED = (b"<v>", b"<is>", b"<x:v>", b"<x:is>")  # one of them in each cell that holds something
BOOK, HIDDEN = (
    "xl/workbook.xml",
    b"idden",
)  # state="hidden" or "veryHidden": such a sheet is not read, so nothing is counted
LIGHT_XML = 4 << 20  # unpacked: about a second to read
LIGHT_TEXT = 1 << 20
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError, ValueError)
LIGHT_OTHER = 256 << 10  # what LibreOffice or PDFium has to open


@dataclass(frozen=True)
class Weight:
    """Bytes of XML unpacked, and bytes as sent."""

    xml: int
    sent: int
    is_archive: bool
    is_text: bool = False

    @property
    def is_light(self) -> bool:
        """Whether reading takes about a second."""
        if self.is_archive:
            return self.xml <= LIGHT_XML
        return self.sent <= (LIGHT_TEXT if self.is_text else LIGHT_OTHER)


def weigh(content: bytes) -> Weight:
    """Weigh a file. One that is no archive, or a broken one, weighs what was sent: reading says what is wrong with it."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            xml = sum(part.file_size for part in archive.infolist() if part.filename.endswith(XML))
    except BROKEN:
        return Weight(0, len(content), False, b"\0" not in content[:4096] and not content.startswith(b"%PDF"))
    return Weight(xml, len(content), True)


def filled_cells(content: bytes) -> int:
    """Count the cells of a workbook that hold something, at least; 0 for any other file, and where a sheet is hidden."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            if BOOK not in archive.namelist() or HIDDEN in archive.read(BOOK):
                return 0
            sheets = [part for part in archive.infolist() if part.filename.startswith("xl/worksheets/")]
            if sum(part.file_size for part in sheets) > MAX_UNPACKED:
                return 0  # refused by its size
            return sum(_filled_in(archive, part) for part in sheets)
    except BROKEN:
        return 0


def _filled_in(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    cells, last = 0, b""
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            cells += sum(_count(last, piece, mark) for mark in FILLED)
            last = piece[-8:]  # a mark may be cut in two: what begins it is counted with the next piece
    return cells


def _count(last: bytes, piece: bytes, mark: bytes) -> int:
    """Count `mark` in `piece` and where it began in the bytes before."""
    return piece.count(mark) + (last[1 - len(mark) :] + piece[: len(mark) - 1]).count(mark)
