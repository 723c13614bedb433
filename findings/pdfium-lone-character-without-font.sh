#!/bin/sh
# pypdfium2 5.15.2 (PDFium): the text of a PDF depends on the fonts of the machine that reads it.
# Guessed: a text object shown in STSong-Light with the predefined CMap UniGB-UCS2-H (PDF 1.7, 9.7.5.2; as iText and
#   Acrobat write Chinese PDFs without embedding) gives its characters by the CMap, whatever fonts the machine has:
#   the objects 序号, 1, 12, 无, 一, 一二 give 序号 1 12 无 一 一二.
# Behaviour seen, with a folder of fonts that is empty: 序号 1 12 一二. An object of ONE character whose outline has no size
#   without a font is left out without a word; two of them are kept. On machines with some fonts it was the lone digits that
#   were left out, and with Noto Sans CJK none.
# Why it matters: tables of tasks are full of such objects (无, 是, the numbers 1 to 9 of 序号), and a server is installed
#   without fonts: the same file reads whole on the desk and with gaps in production, and the gaps look like the document's.
# Exits non-zero if that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2
"$folder/venv/bin/python" - <<'PYTHON'
import ctypes
import sys
import tempfile

import pypdfium2
import pypdfium2.raw as pdfium

FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts ["
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>] >>"
)
SHOWN = ["序号", "1", "12", "无", "一", "一二"]


def page_of(texts):
    lines = (f"BT /F1 12 Tf 1 0 0 1 72 {700 - 20 * n} Tm <{text.encode('utf-16-be').hex()}> Tj ET" for n, text in enumerate(texts))
    content = "\n".join(lines).encode()
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>"
    stream = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>", FONT, page, stream]
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


places = (ctypes.c_char_p * 2)(tempfile.mkdtemp().encode(), None)
field = dict(pdfium.FPDF_LIBRARY_CONFIG._fields_)["m_pUserFontPaths"]
pdfium.FPDF_DestroyLibrary()
pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=ctypes.cast(places, field)))
document = pypdfium2.PdfDocument(page_of(SHOWN))
found = document[0].get_textpage().get_text_range().split()
print("shown on the page:", *SHOWN)
print("text PDFium gives:", *found)
sys.exit(found != ["序号", "1", "12", "一二"])
PYTHON
