#!/bin/sh
# pypdfium2 5.15.2 (PDFium): a lone digit set in a Chinese font that the file does not hold vanishes from the text.
# Guessed: a text object shown in STSong-Light with the predefined CMap UniGB-UCS2-H (PDF 1.7, 9.7.5.2; as iText and
#   Acrobat write Chinese PDFs without embedding) gives its characters by the CMap, whatever fonts the machine has:
#   the objects 序号, 1, 12, A, 一 give 序号 1 12 A 一.
# Behaviour seen: 序号 12 一. An object of ONE Latin letter, digit or quotation mark is left out without a word, since its
#   outline has no size without the font; two of them (12) are kept, and so is one Chinese character.
# Why it matters: the column 序号 of a table of tasks holds exactly such objects: items 1 to 9 lose their numbers and
#   10 to 40 keep them, which looks like a gap in the document and not like a fault of the reader.
# Exits non-zero if that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import pypdfium2

FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts ["
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>] >>"
)
SHOWN = ["序号", "1", "12", "A", "一"]


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


document = pypdfium2.PdfDocument(page_of(SHOWN))
found = document[0].get_textpage().get_text_range().split()
print("shown on the page:", *SHOWN)
print("text PDFium gives:", *found)
sys.exit(found != ["序号", "12", "一"])
PYTHON
