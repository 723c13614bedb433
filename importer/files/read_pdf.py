"""A .pdf file with a text layer -> numbered lines, a paragraph each; running heads and page numbers are furniture.

PDFium (pypdfium2) reads the pages. A scan has no text and is refused with a sentence, as is a text layer whose
characters carry no meaning.
"""

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from importer.drafts.drafts import Line

from .limits import MAX_CHARACTERS, MAX_PAGES, SPLIT, damaged, encrypted, too_complex
from .pdf_layout import paragraphs_of_pages
from .pdf_page import UNMAPPED, PrintedLine, lines_of_page
from .readers import SourceText, UnreadableDocument, is_ink

OCR = "请先做文字识别（OCR），或向发文单位索取电子版。"
FEW = 8  # characters a page: fewer are a stamp or a page number on a scan


def read_pdf(content: bytes) -> SourceText:
    """Read a PDF; raise `UnreadableDocument` where it has no text."""
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        message = str(error).lower()
        raise encrypted() if "password" in message or "security" in message else damaged("PDF 文件") from error
    try:
        return text_of(document)
    finally:
        document.close()


def text_of(document) -> SourceText:
    """The text of an open PDF."""
    if len(document) == 0:
        raise damaged("PDF 文件")
    if len(document) > MAX_PAGES:
        raise UnreadableDocument(f"PDF 有 {len(document):,} 页，超过 {MAX_PAGES:,} 页的上限。", SPLIT)
    pages = read_pages(document)
    characters = sum(1 for page in pages for line in page for c in line.text if is_ink(c))
    if characters < FEW * len(pages) and has_images(document):
        raise UnreadableDocument("这是扫描件（PDF 里只有图片，没有文字）。", OCR)
    if characters == 0:
        raise UnreadableDocument("PDF 里没有文字。", OCR)
    unmapped = sum(len(UNMAPPED.findall(line.text)) for page in pages for line in page)
    if unmapped * 5 > characters:
        raise UnreadableDocument("PDF 里的文字没有编码信息，读出来是乱码。", OCR)
    paragraphs = paragraphs_of_pages(pages)
    lines = tuple(Line(number, text) for number, (text, _) in enumerate(paragraphs, start=1))
    furniture = frozenset(number for number, (_, is_furniture) in enumerate(paragraphs, start=1) if is_furniture)
    return SourceText("\n".join(text for text, _ in paragraphs), "pdf", lines, furniture)


def read_pages(document) -> list[list[PrintedLine]]:
    """The lines of every page; a page that cannot be opened refuses the document, so that nothing is lost in silence."""
    pages, characters = [], 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError as error:
            raise UnreadableDocument(f"PDF 的第 {number + 1} 页已损坏，读不出来。", "请向发文单位重新索取，或另存一份再导入。") from error
        try:
            pages.append(lines_of_page(page, number))
        except pdfium.PdfiumError as error:
            raise damaged("PDF 文件") from error
        finally:
            page.close()
        characters += sum(len(line.text) for line in pages[-1])
        if characters > MAX_CHARACTERS:
            raise too_complex()
    return pages


def has_images(document) -> bool:
    """Whether one of the first pages shows a picture."""
    for number in range(min(3, len(document))):
        page = document[number]
        try:
            if any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
                return True
        finally:
            page.close()
    return False
