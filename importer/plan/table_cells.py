"""The words of cells: paragraphs, offices by column, deadlines."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from importer.files.tables import Cell
from importer.text.paragraphs import TERMINAL, read_marker
from importer.text.passages import Passage, Span

from .dates import Deadline, compact, date_in, deadline_from
from .offices import LEAD, NAME_END, SUPPORT, Offices, names_with_roles, role_of
from .table_headings import Kind

OPEN_LINE = re.compile(r"[，、,（(《“—－-]\s*$")
NAME_WITH_ROLE = re.compile(rf"(.+?)[(（\[【](?:(?:{LEAD}|{SUPPORT})(?:科室|处室|单位|部门)?)[)）\]】]")
EMPTY = re.compile(r"[\s/／\\—–\-－_·.。、无]*")  # what a cell says that has nothing to say
ROLES = {Kind.LEAD: "lead", Kind.SUPPORT: "support", Kind.OFFICES: "named"}
LONGEST_DEADLINE = 60


def passage_of(cells: Iterable[Cell]) -> Passage:
    """All lines of some cells as one passage, without the white space around each."""
    return Passage(Span(*part) for cell in cells for part in cell.parts() if part[1] < part[2])


def paragraphs_of(cell: Cell) -> list[Passage]:
    """A cell's paragraphs: a line goes on in the next where it is open and the next has no number in front."""
    paragraphs: list[Passage] = []
    for part in cell.parts():
        passage = Passage([Span(*part)])
        if paragraphs and goes_on(paragraphs[-1], passage):
            paragraphs[-1] = paragraphs[-1] + passage
        else:
            paragraphs.append(passage)
    return paragraphs


def goes_on(before: Passage, after: Passage) -> bool:
    """Whether a line of a cell is the rest of the one above it."""
    if read_marker(after):
        return False
    return bool(OPEN_LINE.search(before.view)) or bool(re.match(r"[，。、；：！？）》”]", after.view))


def title_paragraphs(cell: Cell) -> list[Passage]:
    """The paragraphs of a cell with a title: lines broken by the narrow column are joined as well."""
    paragraphs: list[Passage] = []
    for passage in paragraphs_of(cell):
        if paragraphs and not read_marker(passage) and not TERMINAL.search(paragraphs[-1].view):
            paragraphs[-1] = paragraphs[-1] + passage
        else:
            paragraphs.append(passage)
    return paragraphs


@dataclass(frozen=True)
class OfficesCell:
    """A cell that names offices, under a column of a kind."""

    kind: Kind
    cell: Cell


def offices_of(found: Sequence[OfficesCell], stated: Sequence[str]) -> Offices:
    """The offices of an item: what its columns name in their roles, and what its text states."""
    offices = Offices()
    for entry in found:
        text = one_line(entry.cell)
        if EMPTY.fullmatch(text):
            continue
        for printed, role in names_with_roles(text):
            match = NAME_WITH_ROLE.fullmatch(printed)
            name = match[1] if match else printed
            own = role_of(printed[match.end(1) :]) if match else role
            if not EMPTY.fullmatch(name):
                offices.add(name, own if own != "named" else ROLES[entry.kind])
    for text in stated:
        for name, role in names_with_roles(text):
            offices.add(name, role)
    offices.settle()
    return offices


def one_line(cell: Cell) -> str:
    """A cell of offices as one line: a line end divides names, but for a name that the narrow column broke."""
    text = ""
    for part in cell.text.split("\n"):
        part = part.strip()
        is_whole = not text or text[-1] in "、，,；;：:/" or NAME_END.search(text) or part[:1] in "、，,；;"
        text += part if not text or not is_whole else f"、{part}" if text[-1] not in "、，,；;：:/" else part
    return text


def deadline_of(cells: Sequence[Cell], year: int | None) -> Deadline | None:
    """The deadline in the cells of its column: a full date, else words; what is not understood stays as words."""
    text = compact("".join(cell.text for cell in cells))
    if EMPTY.fullmatch(text):
        return None
    words = text[:LONGEST_DEADLINE]
    if text.count("月") <= 1 and (day := date_in(text)):
        return Deadline(day, words)
    return deadline_from(words, year) or Deadline(None, words)
