#!/bin/sh
# pypdfium2 5.15.2 (PDFium): a hyphen at a line end is no hyphen in the text, and the line end behind it is gone.
# Guessed: get_text_range() gives "STEM-" and "based" as two lines like any others (2024- over 2025 does come out so).
# Behaviour seen: behind a letter the hyphen is U+0002 in FPDFText_GetUnicode and U+FFFE in get_text_range(), and no
#   line end follows: STEM<U+FFFE>based on "one" line whose last character stands at the left margin. Behind a digit, or
#   where the next line begins with a bracket, hyphen and line end are as they should be; a hyphen behind a single
#   letter (A- over B) stays, but the line end becomes a blank: A- B.
# Why it matters: who drops U+FFFE as no character (as the Unicode Standard allows) loses a hyphen the writer typed:
#   STEM-based, Wi-Fi become STEMbased, WiFi; and layout made of PDFium's lines takes two printed lines for one.
# Exits non-zero if that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import pypdfium2

SEEN = {
    ("STEM-", "based"): "STEM\ufffebased",
    ("educa-", "tion"): "educa\ufffetion",
    ("2024-", "2025"): "2024-\r\n2025",
    ("see-", "(a)"): "see-\r\n(a)",
    ("A-", "B"): "A- B",
}


def page_of(lines):
    content = ("BT /F1 12 Tf 72 700 Td " + " ".join(f"<{line.encode().hex()}> Tj 0 -16 Td" for line in lines) + " ET").encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out, places = bytearray(b"%PDF-1.5\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


found = {}
for lines in SEEN:
    found[lines] = pypdfium2.PdfDocument(page_of(lines))[0].get_textpage().get_text_range()
    print("lines printed:", *lines, "| text given:", ascii(found[lines]))
sys.exit(found != SEEN)
PYTHON
