"""What is read from a picture of a page, before it becomes a document: lines, where they stand, how sure each character is.

No picture library here: the application keeps and shows these, and only the sandbox makes them. What reading may cost
stands here too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from importer.files.readers import UnreadableDocument

SURE = 80  # of 100: a character read with less is marked for the person who checks
DOTS = 200  # an inch: pages are read at this resolution, and a pixel of a scanned page is 72/200 of a point


# What reading one picture may cost: a page of 2,000 characters takes 5 seconds and 500 MB where it was measured.
SECONDS = 90  # of computing
PATIENCE = 600  # by the clock: people at work go first
MEMORY = 2048 * 1024 * 1024  # of addresses; about a quarter of it is used


class PagesToRead(UnreadableDocument):
    """A document with pages that have no text layer: `pages` says for each page whether it has to be read from its picture."""

    def __init__(self, pages: Sequence[bool]):
        super().__init__("这是扫描件或照片，没有文字。", "请从“导入文件”上传，由机器识别文字。")
        self.pages = tuple(pages)


@dataclass(frozen=True)
class ScannedLine:
    """A printed line: its text, how sure each character is (0 to 100), its box in the straightened page's pixels."""

    text: str
    scores: tuple[int, ...]
    left: int
    top: int
    right: int
    bottom: int

    @property
    def unsure(self) -> tuple[int, ...]:
        """The places of the characters to look at."""
        return tuple(n for n, score in enumerate(self.scores) if score < SURE and not self.text[n].isspace())

    def corrected(self, text: str) -> "ScannedLine":
        """The line as a person typed it; what a person typed is sure."""
        return self if text == self.text else replace(self, text=text, scores=(100,) * len(text))


@dataclass(frozen=True)
class ScannedPage:
    """A page: its lines from top to bottom, its size in pixels, its straightened picture (JPEG; empty where it has a text layer)."""

    lines: tuple[ScannedLine, ...]
    width: int
    height: int
    picture: bytes = b""
    rules: tuple[tuple[int, int, int, int], ...] = ()  # lines drawn on it: left, top, right, bottom

    @property
    def is_from_picture(self) -> bool:
        """Whether the page was read by machine from a picture, and not from a text layer."""
        return bool(self.picture)

    def to_dict(self) -> dict[str, Any]:
        """As JSON knows it, without the picture."""
        rows = [[line.text, list(line.scores), line.left, line.top, line.right, line.bottom] for line in self.lines]
        return {
            "width": self.width,
            "height": self.height,
            "scanned": self.is_from_picture,
            "lines": rows,
            "rules": [list(rule) for rule in self.rules],
        }


def page_from_dict(stored: dict[str, Any]) -> ScannedPage:
    """The page that `to_dict` was called on; in place of the picture stands only that there was one."""
    lines = tuple(ScannedLine(text, tuple(scores), *box) for text, scores, *box in stored["lines"])
    rules = tuple((left, top, right, bottom) for left, top, right, bottom in stored.get("rules", ()))
    return ScannedPage(lines, stored["width"], stored["height"], b"-" if stored["scanned"] else b"", rules)
