"""A scanned document on the import page: beside each line the pictures it was read from, doubtful characters marked."""

from dataclasses import dataclass

from django.urls import reverse

from importer.drafts.scan_corrections import pages_of
from importer.scans.document import DocumentLine, document_of
from importer.scans.scanned import ScannedLine

AROUND = 6  # pixels of the page shown around a line
DRAWN = 0.5  # of the size of the page


@dataclass(frozen=True)
class Strip:
    """A scanned line as the page shows it: a stretch of its page's picture, and its text."""

    place: str  # page and line, both from 0, such as 0-12
    page: int  # counted from 1
    line: ScannedLine
    picture: str  # address of the page's picture, empty where the page has a text layer
    width: int  # of the whole page
    height: int

    @property
    def box(self) -> str:
        """The stretch shown, as SVG's viewBox."""
        line = self.line
        return f"{line.left - AROUND} {line.top - AROUND} {self.shown_width} {line.bottom - line.top + 2 * AROUND}"

    @property
    def shown_width(self) -> int:
        """How wide the stretch is."""
        return self.line.right - self.line.left + 2 * AROUND

    @property
    def drawn_width(self) -> int:
        """How wide it is drawn: the same letters are of the same size in every line."""
        return round(self.shown_width * DRAWN)


@dataclass(frozen=True)
class ScanView:
    """What the page says of a document read by machine."""

    pages: int  # of them read from pictures
    unsure: int
    lines: dict[int, tuple[list[Strip], DocumentLine]]  # by number of the document's line


def scan_view(draft, proof) -> ScanView | None:
    """The scanned lines of a draft; None where it came with its text. One query."""
    pages = pages_of(proof)
    if not pages:
        return None
    reading = draft.scan_readings.order_by("pk").values_list("pk", flat=True).first()
    lines = {}
    for number, line in enumerate(document_of(pages).lines, start=1):
        strips = [strip_of(pages[page], reading, page, row) for page, row in line.places]
        lines[number] = (strips, line)
    unsure = sum(len(line.unsure) for _, line in lines.values())
    return ScanView(sum(page.is_from_picture for page in pages), unsure, lines)


def strip_of(page, reading, number, row) -> Strip:
    """One scanned line of a page."""
    has_picture = page.is_from_picture and reading
    address = reverse("intake:scan_picture", args=[reading, number]) if has_picture else ""
    return Strip(f"{number}-{row}", number + 1, page.lines[row], address, page.width, page.height)


def runs_of(text: str, start: int, unsure: tuple[int, ...]) -> list[tuple[str, bool]]:
    """A stretch of a line, beginning at character `start` of it, cut where what is doubtful begins and ends."""
    doubts, runs = set(unsure), []
    for n, character in enumerate(text, start=start):
        if runs and runs[-1][1] == (n in doubts):
            runs[-1][0].append(character)
        else:
            runs.append(([character], n in doubts))
    return [("".join(characters), doubt) for characters, doubt in runs]
