"""A .pdf file with a text layer -> numbered lines, a paragraph each; running heads and page numbers are furniture.

PDFium (pypdfium2) reads the pages. Pages that are scans, or whose characters carry no meaning, are read from their
pictures (`importer/scans`): that takes its time, so the caller is told which. Where the server cannot do that, a sentence says so.
"""

import pypdfium2 as pdfium

from importer.drafts.drafts import Problem
from importer.scans.pictures import check_count
from importer.scans.recognition import is_installed, not_installed
from importer.scans.scanned import PagesToRead

from .drawn_tables import PrintedTable
from .limits import MAX_CHARACTERS, MAX_PAGES, SPLIT, damaged, encrypted, too_complex
from .pdf_layout import document_of_pages
from .pdf_page import blocks_of_page
from .pdf_pictures import is_scanned
from .printed_page import PrintedLine
from .readers import SourceText, UnreadableDocument, is_ink

OCR = "请先做文字识别（OCR），或向发文单位索取电子版。"


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


def text_of(document: pdfium.PdfDocument) -> SourceText:
    """The text of an open PDF."""
    if len(document) == 0:
        raise damaged("PDF 文件")
    if len(document) > MAX_PAGES:
        raise UnreadableDocument(f"PDF 有 {len(document):,} 页，超过 {MAX_PAGES:,} 页的上限。", SPLIT)
    pages, scanned = read_pages(document)
    notes = notes_of(scanned) if any(scanned) else ()
    if not any(is_ink(c) for page in pages for block in page for c in block.text):
        raise UnreadableDocument("PDF 里没有文字。", OCR)
    if unread := sum(block.unread for page in pages for block in page if isinstance(block, PrintedTable)):
        text = f"表格里有 {unread} 格只有一个字，这份 PDF 和服务器都没有它的字体，读不出来。"
        hint = "请对照原件补上（多是序号）；请系统管理员在服务器上安装中文字体（见部署说明），或向发文单位索取 .docx。"
        notes = (*notes, Problem(None, "", text, hint))
    return document_of_pages(pages, "pdf", notes)


def notes_of(scanned: list[bool]) -> tuple[Problem, ...]:
    """Have pictures of pages read; where the server cannot, tell of those beside pages with text. Raises where there is nothing else."""
    if is_installed():
        check_count(sum(scanned))
        raise PagesToRead(scanned)
    if all(scanned):
        raise not_installed("这是扫描件（PDF 里只有图片，没有能用的文字）")
    which = "、".join(str(number) for number, is_picture in enumerate(scanned, start=1) if is_picture)
    refused = not_installed(f"第 {which} 页是扫描的图片，没有读取")
    return (Problem(None, "", refused.message, refused.hint),)


def read_pages(document: pdfium.PdfDocument) -> tuple[list[list[PrintedLine | PrintedTable]], list[bool]]:
    """The lines and tables of every page, and which pages are pictures; a page that cannot be opened refuses the document: nothing is lost in silence."""
    pages: list[list[PrintedLine | PrintedTable]] = []
    scanned: list[bool] = []
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError as error:
            raise UnreadableDocument(
                f"PDF 的第 {number + 1} 页已损坏，读不出来。", "请向发文单位重新索取，或另存一份再导入。"
            ) from error
        try:
            pages.append(blocks_of_page(page, number, pages[-1] if pages else ()))
            scanned.append(is_scanned(page, pages[-1]))
        except pdfium.PdfiumError as error:
            raise damaged("PDF 文件") from error
        finally:
            page.close()
        characters += sum(len(block.text) for block in pages[-1])
        if characters > MAX_CHARACTERS:
            raise too_complex()
    return pages, scanned
