"""Pictures of pages as a registry's scanner or a telephone makes them, drawn by the tests themselves.

A page is set as an office sets it (indented paragraphs, a page number with dashes), then turned, noised, stamped or
photographed. `pages_of(text)` wraps a text into pages; each `Page` knows the words that stand on it.
"""

import io
from dataclasses import dataclass

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
HEADING = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
SIMPLIFIED = 2  # the face of the collection that is drawn as in mainland China
DOTS = 200
PAPER = (1654, 2339)  # A4
MAY_NOT_BEGIN = "，。、；：！？）》”’〕"
RED = (208, 32, 28)


@dataclass(frozen=True)
class Page:
    """The lines of a page, and how they are set: size and distance in pixels."""

    lines: tuple[str, ...]
    number: int
    size: int = 29
    pitch: int = 40
    margin: tuple[int, int] = (200, 190)

    @property
    def words(self) -> str:
        """What stands on it, without its page number."""
        return "\n".join(line.replace("　", "") for line in self.lines)

    def drawn(self, numbered=True) -> Image.Image:
        """The page as printed, clean and straight."""
        picture = Image.new("RGB", PAPER, "white")
        pen, font = ImageDraw.Draw(picture), font_of(self.size)
        for row, line in enumerate(self.lines):
            pen.text((self.margin[0], self.margin[1] + row * self.pitch), line, font=font, fill=(25, 25, 25))
        if numbered:
            pen.text((PAPER[0] // 2 - 60, PAPER[1] - 140), f"— {self.number} —", font=font_of(36), fill=(25, 25, 25))
        return picture


def font_of(size, path=FONT):
    """A font of the machine."""
    return ImageFont.truetype(path, size, index=SIMPLIFIED)


def wrapped(text, width) -> list[str]:
    """Lines of at most so many characters, paragraphs indented by two, no line begun by a closing sign."""
    lines = []
    for paragraph in filter(None, (line.strip() for line in text.splitlines())):
        rest = f"　　{paragraph}"
        while rest:
            end = width
            while len(rest) > end and rest[end] in MAY_NOT_BEGIN:
                end += 1
            lines.append(rest[:end])
            rest = rest[end:]
    return lines


def pages_of(text, width=43, rows=48, **setting) -> list[Page]:
    """A text set on pages."""
    lines = wrapped(text, width)
    return [Page(tuple(lines[n : n + rows]), n // rows + 1, **setting) for n in range(0, len(lines), rows)]


def dense_page(text, characters=2149) -> Page:
    """One full page of so many characters, as the figures in the issue were measured on."""
    lines, left = [], characters
    for line in wrapped(text, 46):
        ink = len(line.replace("　", "").replace(" ", ""))
        lines.append(line if ink <= left else line[: len(line) - ink + left])
        left -= min(ink, left)
        if not left:
            break
    return Page(tuple(lines), 1, pitch=36, margin=(150, 60))


def scanned(picture, angle=0.6, noise=8.0, seed=1) -> Image.Image:
    """A page as it comes from a scanner: laid a little askew, grainy."""
    askew = picture.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor="white", expand=abs(angle) > 2)
    grain = numpy.random.default_rng(seed).normal(0, noise, (askew.height, askew.width, 1))
    return Image.fromarray((numpy.asarray(askew).astype(numpy.float32) + grain).clip(0, 255).astype(numpy.uint8))


def stamped(picture, middle, radius=165, words="上海市东湖区教育局") -> Image.Image:
    """A page with a round red seal over what is printed, as ink lies over ink: what is dark stays dark."""
    seal = Image.new("RGB", picture.size, "white")
    pen = ImageDraw.Draw(seal)
    left, top = middle[0] - radius, middle[1] - radius
    pen.ellipse((left, top, left + 2 * radius, top + 2 * radius), outline=RED, width=9)
    pen.text((middle[0] - 30, middle[1] - 45), "★", font=font_of(66, HEADING), fill=RED)
    for n, word in enumerate(words):
        angle = numpy.pi * (1.15 + n * 0.7 / (len(words) - 1) * 1.0)
        x, y = middle[0] + 0.76 * radius * numpy.cos(angle), middle[1] + 0.76 * radius * numpy.sin(angle)
        pen.text((x - 19, y - 26), word, font=font_of(38), fill=RED)
    return Image.fromarray(
        (numpy.asarray(picture).astype(numpy.uint16) * numpy.asarray(seal) // 255).astype(numpy.uint8)
    )


def red_headed(picture, words, top=90) -> Image.Image:
    """A page with a letterhead in red and the red line under it."""
    picture = picture.copy()
    pen, font = ImageDraw.Draw(picture), font_of(84, HEADING)
    width = pen.textlength(words, font=font)
    pen.text(((PAPER[0] - width) / 2, top), words, font=font, fill=RED)
    pen.line((205, top + 180, PAPER[0] - 205, top + 180), fill=RED, width=6)
    return picture


def with_table(picture, rows, widths, top, left=160, height=64, size=26) -> Image.Image:
    """A page with a drawn table: rows of cells, each cell a text whose lines are parted by line ends."""
    picture = picture.copy()
    pen, font = ImageDraw.Draw(picture), font_of(size)
    for row in rows:
        tall = height * max(text.count("\n") + 1 for text in row) - 18 * max(text.count("\n") for text in row)
        place = left
        for text, width in zip(row, widths, strict=True):
            pen.rectangle((place, top, place + width, top + tall), outline=(20, 20, 20), width=2)
            for n, line in enumerate(text.split("\n")):
                pen.text((place + 10, top + 12 + n * (height - 18)), line, font=font, fill=(25, 25, 25))
            place += width
        top += tall
    return picture


def facing(left, right) -> Image.Image:
    """Two facing pages on one sheet."""
    sheet = Image.new("RGB", (left.width + right.width, left.height), "white")
    sheet.paste(left, (0, 0))
    sheet.paste(right, (left.width, 0))
    return sheet


def photographed(picture, seed=3) -> Image.Image:
    """A page photographed on a dark desk: askew, in perspective, one corner darker, a little soft."""
    wide, high = 2300, 3000
    corners = [(290, 250), (2010, 190), (2120, 2790), (190, 2700)]
    coefficients = perspective(corners, picture.size)
    page = picture.transform((wide, high), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC)
    inside = Image.new("L", picture.size, 255).transform((wide, high), Image.Transform.PERSPECTIVE, coefficients)
    desk = Image.new("RGB", (wide, high), (74, 58, 46))
    desk.paste(page, (0, 0), inside)
    shade = numpy.linspace(1.0, 0.62, wide)[None, :, None] * numpy.linspace(1.0, 0.85, high)[:, None, None]
    grain = numpy.random.default_rng(seed).normal(0, 4, (high, wide, 1))
    pixels = numpy.asarray(desk.filter(ImageFilter.GaussianBlur(0.7))).astype(numpy.float32) * shade + grain
    return Image.fromarray(pixels.clip(0, 255).astype(numpy.uint8))


def perspective(corners, size):
    """What PIL needs to lay a picture of that size into four corners (clockwise from the upper left)."""
    width, height = size
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, [(0, 0), (width, 0), (width, height), (0, height)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return numpy.linalg.solve(numpy.array(rows, float), numpy.array(values, float))


def as_file(picture, form="JPEG", **options) -> bytes:
    """A picture as the bytes of a file."""
    buffer = io.BytesIO()
    picture.save(buffer, form, dpi=(DOTS, DOTS), **({"quality": 85} if form == "JPEG" else {}), **options)
    return buffer.getvalue()


def as_pdf(pictures) -> bytes:
    """Pictures as the pages of a PDF without a text layer."""
    buffer = io.BytesIO()
    pictures[0].save(buffer, "PDF", save_all=True, append_images=pictures[1:], resolution=DOTS, quality=85)
    return buffer.getvalue()


def right_share(wanted: str, read: str) -> float:
    """The share of characters read right, white space left out; what is too much counts as wrong too."""
    from rapidfuzz.distance import Levenshtein

    wanted, read = ("".join(text.split()) for text in (wanted, read))
    return 1 - Levenshtein.distance(wanted, read) / max(len(wanted), 1)
