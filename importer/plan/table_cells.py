"""The words of cells: paragraphs, offices by column, deadlines."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from importer.files.tables import Cell
from importer.text.paragraphs import TERMINAL, read_marker
from importer.text.passages import Passage, Span

from .dates import NO_DAY, Deadline, compact, deadline_from
from .offices import LEAD, NAME_END, SUPPORT, NamedOffices, names_with_roles, role_of
from .table_content import names_persons
from .table_headings import ColumnKind, names_people, roles_by_place

OPEN_LINE = re.compile(r"[，、,（(《“—－-]\s*$")
NAME_WITH_ROLE = re.compile(rf"(.+?)[(（\[【](?:(?:{LEAD}|{SUPPORT})(?:科室|处室|单位|部门)?)[)）\]】]")
NAME_WITH_PERSON = re.compile(r"(.+?)[(（\[【]([^()（）]{2,24})[)）\]】]")
WHOLE_TOO = re.compile(r"^各.{1,6}$|(?:年级|年段|社区|片区|教师|班主任|家长|联社|支行|牵头|配合|负责)$")
FRAGMENT = re.compile(
    r".|[^各]?[科室处部局院]|公室|[\u4e00-\u9fff]科|[\u4e00-\u9fff]室|[\u4e00-\u9fff]处"
)  # what a broken name leaves to the next line
CLAUSES = re.compile(r"[，,；;]")
DIVIDING = "、，,；;：:/／"
EMPTY = re.compile(r"[\s/／\\—–\-－_·.。、无]*")  # what a cell says that has nothing to say
ROLES = {ColumnKind.LEAD: "lead", ColumnKind.SUPPORT: "support", ColumnKind.OFFICES: "named"}
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
    """A cell that names offices, under a column of a kind and with a heading, which may say who leads."""

    kind: ColumnKind
    cell: Cell
    heading: str = ""


def offices_of(found: Sequence[OfficesCell], stated: Sequence[str]) -> tuple[NamedOffices, list[str]]:
    """The offices of an item, what its columns name in their roles and what its text states; and the people named."""
    offices, people = NamedOffices(), []
    for entry in found:
        for place, text in enumerate(divided(entry)):
            if EMPTY.fullmatch(text):
                continue
            for index, (printed, role) in enumerate(names_in_cell(text)):
                name, own = name_and_role(printed, role)
                if own == "named":
                    own = role_by_place(entry, place, index)
                if names_people(entry.heading) and len(name) > 1 and names_persons(name):
                    people.append(name)
                elif not EMPTY.fullmatch(name):
                    offices.add(name, own)
    for text in stated:
        for name, role in names_with_roles(text):
            offices.add(name, role)
    offices.settle()
    return offices, people


def names_in_cell(text: str) -> list[tuple[str, str]]:
    """The names in a cell and their roles; where a verb would make all of them support (`A、B，C配合`), only those of
    its own clause are: somebody must answer for the task."""
    found = names_with_roles(text)
    if len(found) > 1 and CLAUSES.search(text) and all(role == "support" for _, role in found):
        return [pair for clause in CLAUSES.split(text) for pair in names_with_roles(clause)]
    return found


def divided(entry: OfficesCell) -> list[str]:
    """A cell's words as one line; in two, before and behind the slash, where the heading says who stands where."""
    text = one_line(entry.cell, names_people(entry.heading))
    return re.split(r"[/／]", text, maxsplit=1) if roles_by_place(entry.heading) == "sign" else [text]


def name_and_role(printed: str, role: str) -> tuple[str, str]:
    """A name without the role or the person in the bracket behind it, and the role."""
    if match := NAME_WITH_ROLE.fullmatch(printed):
        return match[1], role_of(printed[match.end(1) :])
    if (match := NAME_WITH_PERSON.fullmatch(printed)) and names_persons(match[2]):
        return match[1], role
    return printed, role


def role_by_place(entry: OfficesCell, place: int, index: int) -> str:
    """The role of a name that has none of its own: its column's, or what the heading says of its place."""
    if roles_by_place(entry.heading) == "sign":
        return "support" if place else "lead"
    if roles_by_place(entry.heading) == "first":
        return "support" if index else "lead"
    return ROLES[entry.kind]


def names_of_people(cell: Cell) -> list[str]:
    """The names in a cell of leaders, as printed but for the white space in them."""
    names: list[str] = []
    for part in re.split(r"[、，,；;/／\n]|\s{2,}", cell.text):
        words = part.split()
        alone = len(words) > 1 and all(len(word) > 1 for word in words)
        names.extend(words if alone else ["".join(words)])
    return [name for name in names if not EMPTY.fullmatch(name)]


def one_line(cell: Cell, with_people: bool = False) -> str:
    """A cell of offices as one line: a line end or space divides names, but for a name that the narrow column broke;
    the names of people are whole where the heading says that there are some."""
    text = ""
    for line in cell.text.split("\n"):
        for part in parts_of(line):
            if not text or text[-1] in DIVIDING or part[0] in DIVIDING:
                text += part
            else:
                is_end = is_whole(text, part) or (with_people and names_persons(re.split(r"[、，,；;/]", text)[-1]))
                text += f"、{part}" if is_end else part
    return text


def parts_of(line: str) -> list[str]:
    """A line's words, but for single characters set apart (`工  会`) and labels, whose own space is no end."""
    words = line.split()
    if len(words) > 1 and (
        all(len(word) == 1 for word in words) or len(words[0]) == 1 or any(mark in line for mark in ":：")
    ):
        return ["".join(words)] if all(len(word) == 1 for word in words) else [line.strip()]
    return words


def is_whole(before: str, after: str) -> bool:
    """Whether a name ends where a line ends: it ends like one, and the next line is no rest of one (`公室`, `科`)."""
    last = re.split(r"[、，,；;：:/\s]", before)[-1]
    if FRAGMENT.fullmatch(re.split(r"[、，,；;/\s]", after)[0]):
        return False
    return bool(NAME_END.search(last) or WHOLE_TOO.search(last) or last[-1:] in ")）")


def deadline_of(cells: Sequence[Cell], year: int | None) -> Deadline | None:
    """The deadline in the cells of its column, read like one behind a label; what names no day stays as words."""
    text = compact("".join(cell.text for cell in cells))
    if EMPTY.fullmatch(text):
        return None
    words = text[:LONGEST_DEADLINE]
    found = deadline_from(text, year, keeps_month=True)
    return replace(found, words=words) if found else Deadline(None, words, unread=not NO_DAY.search(text))
