"""One page of a PDF that holds scans: its text layer where it has one, else what is read from its picture."""

import pypdfium2 as pdfium

from importer.files.limits import damaged
from importer.files.pdf_page import PrintedLine, lines_of_page
from importer.files.pdf_pictures import is_scanned

from .pictures import drawn_page
from .read_picture import pages_of_picture
from .recognition import Models
from .scanned import DOTS, ScannedLine, ScannedPage

PIXEL = DOTS / 72


def pages_of_pdf_page(content: bytes, number: int, models: Models) -> list[ScannedPage]:
    """Read a page (from 0) of a PDF."""
    try:
        document = pdfium.PdfDocument(content)
        try:
            page = document[number]
            lines = lines_of_page(page, number)
            if is_scanned(page, lines):
                return pages_of_picture(drawn_page(document, number), models)
            return [page_with_text(lines, *page.get_size())]
        finally:
            document.close()
    except pdfium.PdfiumError as error:
        raise damaged("PDF 文件") from error


def page_with_text(lines: list[PrintedLine], width: float, height: float) -> ScannedPage:
    """A page with a text layer as a scanned one, every character sure."""

    def line_of(line: PrintedLine) -> ScannedLine:
        box = (line.left, height - line.top, line.right, height - line.bottom)
        return ScannedLine(line.text, (100,) * len(line.text), *(round(side * PIXEL) for side in box))

    return ScannedPage(tuple(map(line_of, lines)), round(width * PIXEL), round(height * PIXEL))
