"""Bytes of an uploaded file -> text, encoding and numbered lines.

Plain text is read here; `forms.py` tells by a file's content which form it has and calls the reader for it.
A file that cannot be read raises `UnreadableDocument`, whose sentences are shown to the user as they are.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePath

from importer.drafts.drafts import Line, Problem
from importer.text.folding import folded

from .tables import Table


class UnreadableDocument(Exception):
    """The file gives no text: `message` says why, `hint` how to mend it (Chinese sentences)."""

    def __init__(self, message: str, hint: str):
        super().__init__(f"{message}{hint}")
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class SourceText:
    """A document as read: its text, the encoding (or form) it was in, its lines.

    What only a reader can know stands besides: which lines are furniture (footnotes, running heads), the tables
    and their cells' lines, and what a person should be told (hidden text, revisions).
    """

    text: str
    encoding: str
    lines: tuple[Line, ...]
    furniture: frozenset[int] = frozenset()
    tables: tuple[Table, ...] = ()
    notes: tuple[Problem, ...] = ()

    def followed_by(self, other: "SourceText") -> "SourceText":
        """One document of two, the other's lines behind these."""
        before = len(self.lines)
        return replace(
            self,
            text=f"{self.text}\n{other.text}",
            lines=self.lines + tuple(Line(line.number + before, line.text) for line in other.lines),
            furniture=self.furniture | {number + before for number in other.furniture},
            tables=self.tables + tuple(table.moved(table.number + len(self.tables), before) for table in other.tables),
            notes=self.notes + other.notes,
        )

    def folded(self) -> "SourceText":
        """The same with characters that only look like the ones meant turned into those, in lines and cells."""
        text = folded(self.text)
        if text == self.text:
            return self
        lines = tuple(Line(line.number, folded(line.text)) for line in self.lines)
        return replace(self, text=text, lines=lines, tables=tuple(table.with_lines(folded) for table in self.tables))


# A form feed or vertical tab in the middle of a line ends it; beside a line end it is white space, so that
# lines are counted as an editor counts them.
LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]|(?<![\n\r])[\x0b\x0c](?!\r|\n|$)")

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# What a file really is, told by its first bytes, when its name says text.
SIGNATURES = (
    (b"%PDF-", "PDF 文件"),
    (b"PK\x03\x04", "Office 文档或压缩包"),
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文档（.doc、.wps、.xls）"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"{\\rtf", "RTF 文档"),
)

# Characters no document has many of: controls, private use, unassigned.
ODD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff\ufffe\uffff\U000e0000-\U0010ffff]")

SAVE_AS_TEXT = "请在 WPS 或 Word 中打开，另存为“纯文本（.txt）”，编码选 UTF-8，再导入。"


def read_document(name: str, content: bytes) -> SourceText:
    """Read a file of a known form; raise `UnreadableDocument` where it has no text or no reader."""
    if not content.strip(b"\x00 \t\r\n"):
        raise UnreadableDocument("文件是空的。", "请确认选对了文件。")
    reader = READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise UnreadableDocument(f"暂不支持这种格式的文件（{PurePath(name).suffix or '没有扩展名'}）。", SAVE_AS_TEXT)
    text, encoding = reader(content)
    if not any(is_ink(character) for character in text):
        raise UnreadableDocument("文件里没有文字。", "请确认选对了文件。")
    return SourceText(text, encoding, tuple(number_lines(text)))


def number_lines(text: str) -> list[Line]:
    """Cut text into lines counted from 1, each exactly as it stands but for its line end."""
    return [Line(number, line) for number, line in enumerate(LINE_END.split(text), start=1)]


def is_ink(character: str) -> bool:
    """Whether a character leaves something on paper: neither white space nor zero-width nor control."""
    return not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf")


def read_text(content: bytes) -> tuple[str, str]:
    """Decode plain text: byte order mark, else UTF-16 by its zero bytes, else UTF-8, else GB18030."""
    for signature, what in SIGNATURES:
        if content.startswith(signature):
            raise UnreadableDocument(f"文件的扩展名是文本，内容却是{what}。", SAVE_AS_TEXT)
    for encoding in candidate_encodings(content):
        text = decoded(content, encoding)
        if text is not None:
            return text, encoding.removesuffix("-sig")
    raise UnreadableDocument("认不出文件的文字编码。", SAVE_AS_TEXT)


def candidate_encodings(content: bytes) -> list[str]:
    """Encodings worth trying, the likeliest first."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return [encoding]
    if len(content) % 2 == 0:
        little, big = looks_utf16(content)
        if little or big:
            return ["utf-16-le" if little else "utf-16-be"]
    return ["utf-8"] if is_utf8(content) else ["gb18030"]


def is_utf8(content: bytes) -> bool:
    """Whether the bytes are well-formed UTF-8; other Chinese text practically never is."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def looks_utf16(content: bytes) -> tuple[bool, bool]:
    """Whether line ends and spaces stand as two bytes, the zero second (little-endian) or first (big-endian)."""
    low, high = content[0:20000:2], content[1:20000:2]
    little = sum(1 for a, b in zip(low, high, strict=False) if b == 0 and a in b"\n\r 0123456789.")
    big = sum(1 for a, b in zip(low, high, strict=False) if a == 0 and b in b"\n\r 0123456789.")
    return little > 0 and little > big, big > 0 and big > little


def decoded(content: bytes, encoding: str) -> str | None:
    """The text, or None where the bytes are not text in this encoding."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if is_odd(text) else text


def is_odd(text: str) -> bool:
    """Whether a text that could be decoded holds more odd characters than a document does."""
    return len(ODD.findall(text)) * 50 > len(text)


READERS: dict[str, Callable[[bytes], tuple[str, str]]] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_text,
}
