"""PDF pages printed by hand: Chinese text at any place and turn, lines, a turned page. Places are points from the lower left."""

from dataclasses import dataclass, field

from tests.packages import pdf, stream

FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts ["
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>] >>"
)
LATIN = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
MATRICES = {0: "1 0 0 1", 90: "0 1 -1 0", 180: "-1 0 0 -1", 270: "0 -1 1 0"}


@dataclass
class PrintedPage:
    """A page: texts as (x, y, size, words) or with the degrees they are turned to the left; lines; degrees of /Rotate."""

    texts: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    rectangles: list = field(default_factory=list)  # filled ones: left, bottom, width, height
    rotate: int = 0
    width: float = 595
    height: float = 842

    def content(self):
        """The page's stream."""
        parts = [f"{x0} {y0} m {x1} {y1} l S" for x0, y0, x1, y1 in self.lines]
        parts += [f"{x} {y} {w} {h} re f" for x, y, w, h in self.rectangles]
        for x, y, size, words, *turn in self.texts:
            font, code = ("F2", words.encode().hex()) if words.isascii() else ("F1", words.encode("utf-16-be").hex())
            parts.append(f"BT /{font} {size} Tf {MATRICES[turn[0] if turn else 0]} {x} {y} Tm <{code}> Tj ET")
        return "\n".join(parts).encode()


def printed_pdf(*pages):
    """A PDF of pages."""
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        FONT,
        LATIN,
    ]
    for number, page in enumerate(pages):
        box = f"/MediaBox [0 0 {page.width} {page.height}] /Rotate {page.rotate}"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R {box} /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {6 + 2 * number} 0 R >>".encode()
        )
        objects.append(stream(page.content()))
    return pdf(objects)


def column(texts, *, x=72, top=780, pitch=20, size=12, turn=0):
    """Texts one below the other."""
    return [(x, top - pitch * number, size, text, turn) for number, text in enumerate(texts)]


def grid(xs, ys):
    """The lines of a table: its edges from left to right and from top to bottom."""
    return [(xs[0], y, xs[-1], y) for y in ys] + [(x, ys[0], x, ys[-1]) for x in xs]


def cells(xs, ys, rows, *, size=10):
    """The texts of a table's cells, a cell's lines one below the other."""
    return [
        (xs[c] + 4, ys[r] - 14 - 13 * n, size, words)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
        for n, words in enumerate(cell.split("\n"))
        if words
    ]
