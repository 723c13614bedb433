"""A letter as it stands on paper: dataclasses that are printed, previewed and kept; no Django.

Levels are those of GB/T 9704: 一、 （一） 1. （1） ①.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

CONFIRMATION = "主要领导确认并签名："
ANNEX = "附件"
# How a paragraph that somebody wrote begins at each level; one that begins so and is no sentence is a heading.
MARKERS = (
    (1, re.compile(r"[一二三四五六七八九十百]{1,4}、")),
    (2, re.compile(r"[（(][一二三四五六七八九十百]{1,4}[）)]|[㈠-㈩]")),
    (3, re.compile(r"\d{1,3}[.．、](?!\d)|[⒈-⒛]")),
    (4, re.compile(r"[（(]\d{1,3}[）)]|[⑴-⒇]")),
    (5, re.compile(r"[①-⑳㉑-㉟㊱-㊿]")),
)
HEADING_LENGTH = 40
DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class LetterParagraph:
    """One paragraph; `level` 1–5 where it begins with a number of that level, 0 where it is plain text."""

    text: str
    level: int = 0
    is_heading: bool = False


@dataclass(frozen=True)
class TableRow:
    """A row of a table; a section's title goes over the whole width."""

    cells: tuple[str, ...] = ()
    section: str = ""


@dataclass(frozen=True)
class LetterTable:
    """A table; widths are shares of the whole."""

    headings: tuple[str, ...]
    widths: tuple[float, ...]
    centred: tuple[bool, ...]
    rows: tuple[TableRow, ...]

    @property
    def aligned_rows(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """Each row as its section's title and its cells, each with whether it is centred."""
        return [(row.section, list(zip(row.cells, self.centred, strict=False))) for row in self.rows]


@dataclass(frozen=True)
class Annex(LetterTable):
    """推进情况表, on sheets of its own."""

    title: str
    caption: tuple[str, str]  # over the table, left and right
    note: str = ""


@dataclass(frozen=True)
class LetterChapter:
    """A chapter with its heading, its paragraphs and a table behind them; what stands before the first has none."""

    heading: LetterParagraph | None
    paragraphs: tuple[LetterParagraph, ...]
    table: LetterTable | None = None

    @property
    def text(self) -> str:
        """Heading, paragraphs and rows of the table, one a line."""
        lines = [p.text for p in ((self.heading, *self.paragraphs) if self.heading else self.paragraphs)]
        if self.table:
            lines += ["\t".join(cells) for cells in (self.table.headings, *(row.cells for row in self.table.rows))]
        return "\n".join(lines)


@dataclass(frozen=True)
class Letter:
    """A letter as it stands on paper, top to bottom."""

    title: str  # divided where the office wants a new line
    recipient: str
    opening: str
    chapters: tuple[LetterChapter, ...]
    signature: str
    date: str
    contacts: str = ""
    phones: str = ""
    annex: Annex | None = None
    signed: str = ""  # behind `on_top`
    on_top: str = CONFIRMATION  # what the first line asks of a leader; "" on papers no leader signs
    receipt: str = ""  # the last line, for the office that gets it to sign
    template: str = ""  # SHA-256 of the bureau's Word template it is laid out with, "" with our own layout

    @property
    def confirmation(self) -> str:
        """The line on top, with the name once signed."""
        return self.on_top + self.signed

    @property
    def attachment(self) -> str:
        """The line below the text that names the annex."""
        return f"{ANNEX}：{self.annex.title}" if self.annex else ""

    @property
    def closing(self) -> tuple[str, ...]:
        """Signature, date, and whom to ask."""
        asked = (("联系人：", self.contacts), ("联系电话：", self.phones))
        return (self.signature, self.date, *(label + text for label, text in asked if text))

    @property
    def text(self) -> str:
        """The letter without its annex, one paragraph a line."""
        chapters = [chapter.text for chapter in self.chapters]
        head = [self.confirmation, self.title.replace("\n", ""), f"{self.recipient}：", self.opening]
        return "\n".join(filter(None, [*head, *chapters, self.attachment, *self.closing, self.receipt]))

    def to_json(self) -> dict:
        """The letter as `json.dumps` takes it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Letter":
        """The letter kept by `to_json`, also by an earlier version, which knew fewer fields."""
        return cls(
            **data
            | {
                "chapters": tuple(map(chapter_from_json, data["chapters"])),
                "annex": table_from_json(data["annex"], Annex),
            }
        )


def chapter_from_json(data: dict) -> LetterChapter:
    """The chapter kept by `Letter.to_json`."""
    return LetterChapter(
        LetterParagraph(**data["heading"]) if data["heading"] else None,
        tuple(LetterParagraph(**paragraph) for paragraph in data["paragraphs"]),
        table_from_json(data.get("table"), LetterTable),
    )


def table_from_json(data: dict | None, kind: type[LetterTable]) -> LetterTable | None:
    """The table or annex kept by `Letter.to_json`."""
    if data is None:
        return None
    lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
    rows = tuple(TableRow(tuple(row["cells"]), row["section"]) for row in data["rows"])
    return kind(**data | lists | {"rows": rows})


# --- numbers and words -------------------------------------------------------------------------------------


def day(date) -> str:
    """2024年10月28日, as a letter writes it."""
    return f"{date.year}年{date.month}月{date.day}日"


def one_line(text: str) -> str:
    """A text as one line."""
    return " ".join(text.split())


def chinese(number: int) -> str:
    """一 … 九百九十九."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")


def numbered(level: int, number: int, text: str) -> str:
    """A heading with its number: 一、 （一） 1. ⑴ ①; beyond 20 the last two are （21）. The space after an Arabic number is the office's own."""
    if level == 1:
        return f"{chinese(number)}、{text}"
    if level == 2:
        return f"（{chinese(number)}）{text}"
    if level == 3:
        return f"{number}. {text}"
    first = "⑴" if level == 4 else "①"
    return f"{chr(ord(first) + number - 1) if number <= 20 else f'（{number}）'} {text}"


def heading(level: int, number: int, text: str) -> LetterParagraph:
    """A heading of a level."""
    return LetterParagraph(numbered(level, number, one_line(text)), level, True)


def written(text: str) -> Iterator[LetterParagraph]:
    """What somebody wrote, a paragraph a line, each with the level its own number shows."""
    for line in filter(None, (line.strip() for line in text.split("\n"))):
        level = next((level for level, marker in MARKERS if marker.match(line)), 0)
        is_heading = bool(level) and len(line) <= HEADING_LENGTH and not re.search(r"[。；;，：:！？]", line)
        yield LetterParagraph(line, level, is_heading)
