"""Which pages of a PDF are pictures of pages: scans, text drawn as outlines, text whose characters carry no meaning."""

from collections.abc import Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from .drawn_tables import PrintedTable
from .printed_page import UNMAPPED, PrintedLine
from .readers import is_ink

FEW = 8  # characters a page: fewer are a stamp or a page number on a scan
ADDED = 40  # characters: what a scanning program writes under each page of its own
COVERED, FILLED = 0.25, 0.6  # share of the page a picture covers: where there are few characters, where some were added
OUTLINES = 150  # drawn shapes: a page without characters has its text drawn
DEEP = 3  # forms in forms that are looked into


def is_scanned(page: pdfium.PdfPage, blocks: Sequence[PrintedLine | PrintedTable]) -> bool:
    """Whether a page has to be read from its picture; `blocks` are the lines and tables of its text layer."""
    text = "".join(block.text for block in blocks)
    characters = sum(1 for character in text if is_ink(character))
    if len(UNMAPPED.findall(text)) * 5 > characters > 0:
        return True
    if characters >= ADDED:
        return False
    covered, shapes = picture_share(page)
    if characters >= FEW:
        return covered >= FILLED
    return covered >= COVERED or shapes >= OUTLINES


def picture_share(page: pdfium.PdfPage) -> tuple[float, int]:
    """The share of a page its pictures cover together, and how many shapes are drawn on it."""
    width, height = page.get_size()
    covered, shapes = 0.0, 0
    try:
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH], max_depth=DEEP):
            if thing.type == raw.FPDF_PAGEOBJ_PATH:
                shapes += 1
                continue
            left, bottom, right, top = thing.get_bounds()
            covered += max(min(right, width) - max(left, 0), 0) * max(min(top, height) - max(bottom, 0), 0)
    except pdfium.PdfiumError:
        return 0.0, shapes
    return min(covered / max(width * height, 1), 1.0), shapes
