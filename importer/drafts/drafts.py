"""What the importer understood of a document, before anything is stored.

A reader turns bytes into `Line`s; the parsers cut every line into `Piece`s and build one `PlanDraft` or
`FeedbackDraft`. The pieces of a document, joined in order, give its non-blank characters exactly: nothing
is dropped in silence (DESIGN 7.5). No Django here.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class PieceKind(StrEnum):
    """What a stretch of a line is."""

    HEADING = "heading"  # a title, a section's heading, a （一） heading, a project line
    ITEM = "item"  # an item's number and title
    BODY = "body"  # the text of an item, a section, a preamble, a closing or a block
    OFFICES = "offices"  # the bracket or line that names offices
    FURNITURE = "furniture"  # letterhead, notice, signature, page numbers, print lines
    PROBLEM = "problem"  # not understood; a Problem names it


class Severity(StrEnum):
    """Whether a problem keeps the document from being stored."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Line:
    """One line of the document as read: `number` counts from 1, `text` is exactly as it stands.

    `has_points`: its document ends sentences with half-width points (`importer/text/full_stops.py`).
    """

    number: int
    text: str
    has_points: bool = False


@dataclass(frozen=True)
class Piece:
    """A stretch of one line: characters `start` to `end` (exclusive) of line `line`, white space included or not."""

    line: int
    start: int
    end: int
    kind: PieceKind
    text: str


class ProblemKind(StrEnum):
    """What a program does something about; the sentence is for people alone."""

    OTHER = ""
    NO_TITLE = "no_title"
    NO_YEAR = "no_year"
    NO_ITEMS = "no_items"
    SEVERAL_DOCUMENTS = "several_documents"
    BRACKET = "bracket"
    DEADLINE = "deadline"
    NUMBER = "number"
    READ_BY_MACHINE = "read_by_machine"


@dataclass(frozen=True)
class Problem:
    """Something a person should look at: where, what is wrong, and how to mend it (Chinese sentences)."""

    line: int | None
    text: str
    message: str
    hint: str
    severity: Severity = Severity.WARNING
    kind: ProblemKind = ProblemKind.OTHER
    is_placed: bool = False  # the sentence itself says where, as problems in tables do


@dataclass(frozen=True)
class Alternative:
    """Another way the document can be read: what to ask the importer for, and what a person chooses it by."""

    choice: str
    title: str
    description: str


class Comparison(StrEnum):
    """How the number of a target is meant."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    RANGE = "range"


@dataclass(frozen=True)
class TargetDraft:
    """A quantified target: `text` quotes the clause; characters `start` to `end` of the item's words are the number and unit."""

    text: str
    value: Decimal
    upper: Decimal | None  # of a range
    comparison: Comparison
    unit: str
    start: int
    end: int


@dataclass(frozen=True)
class MilestoneDraft:
    """What is to be reached by when: `words` is the heading of its column (一季度目标), a rate only where one was typed."""

    what: str
    words: str
    due_on: date | None
    expected_percent: Decimal | None = None


@dataclass(frozen=True)
class ItemField:
    """A field of an item that a document fills, under the name it has on a draft and on the stored item.

    `is_text`: white space in it makes no difference. `needs_saying`: a revised document that says nothing of it leaves
    what the plan has. `is_carried`: it goes along when an unfinished item is carried over into the next plan.
    """

    name: str
    is_text: bool = False
    needs_saying: bool = False
    is_carried: bool = True


# Loading, revising, comparing, carrying over, the form of corrections, JSON and workbooks all go through this table.
FROM_DOCUMENT = (
    ItemField("number", is_carried=False),
    ItemField("level2"),
    ItemField("title", is_text=True),
    ItemField("body", is_text=True),
    ItemField("deadline", needs_saying=True, is_carried=False),
    ItemField("deadline_text", needs_saying=True, is_carried=False),
    ItemField("leader", needs_saying=True),
)


@dataclass
class ItemDraft:
    """A work item. `number` is as printed with half-width digits; `title` is the first sentence without its 。"""

    number: str
    title: str
    level2: str | None = None
    body: str = ""
    offices: list[str] = field(default_factory=list)  # every office named, in order
    lead_offices: list[str] = field(default_factory=list)
    support_offices: list[str] = field(default_factory=list)
    deadline: date | None = None
    deadline_text: str = ""  # the words the date was read from
    leaders: list[str] = field(default_factory=list)  # 责任领导, 分管领导: people, as printed
    line: int = 0
    last_line: int = 0
    targets: list[TargetDraft] = field(default_factory=list)
    milestones: list[MilestoneDraft] = field(default_factory=list)
    confidence: int = 100  # how sure the reading is, 0 to 100
    doubts: list[str] = field(default_factory=list)  # why it is not surer, Chinese sentences

    @property
    def leader(self) -> str:
        """The leaders as one text, as the item keeps them."""
        return "、".join(self.leaders)

    @leader.setter
    def leader(self, text: str) -> None:
        self.leaders = [name for name in (part.strip() for part in re.split("[、，,；;/]", text)) if name]

    def values(self) -> dict[str, object]:
        """The fields of FROM_DOCUMENT by name, as the item keeps them: a text that is not there is ""."""
        return {
            one.name: getattr(self, one.name) if one.name == "deadline" else getattr(self, one.name) or ""
            for one in FROM_DOCUMENT
        }


@dataclass
class SectionDraft:
    """A section: `ordinal` is 一, 二, … or None, `text` its own introductory or prose text."""

    ordinal: str | None
    title: str
    text: str = ""
    items: list[ItemDraft] = field(default_factory=list)
    line: int = 0


@dataclass
class Draft:
    """What a plan and a feedback have in common."""

    title: str = ""
    document_number: str | None = None
    issuer: str | None = None
    year: int | None = None
    issued_on: date | None = None
    preamble: str = ""
    closing: str = ""
    problems: list[Problem] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    choice: str = ""  # the reading that was asked for, empty where the scores decided
    alternatives: list[Alternative] = field(default_factory=list)

    kind = ""

    @property
    def errors(self) -> list[Problem]:
        """The problems that keep the document from being stored."""
        return [problem for problem in self.problems if problem.severity is Severity.ERROR]


@dataclass
class PlanDraft(Draft):
    """A work plan."""

    kind = "plan"
    start_on: date | None = None  # the span planned: the year, or the half-year a title names
    end_on: date | None = None
    sections: list[SectionDraft] = field(default_factory=list)

    @property
    def items(self) -> list[ItemDraft]:
        """Every item of every section, in document order."""
        return [item for section in self.sections for item in section.items]


@dataclass
class ProjectDraft:
    """One project a feedback reports on, such as 第 043 项."""

    number: str
    title: str
    completion_percent: float | None = None
    body: str = ""
    line: int = 0


@dataclass
class BlockDraft:
    """One chapter of a feedback; `kind` is progress, difficulties, next_steps or other; `text` is without the heading."""

    heading: str
    kind: str
    text: str = ""
    line: int = 0
    project: str = ""  # number of the project it belongs to, where the letter reports on several


@dataclass
class TaskDraft:
    """One part of a project, with what its chapters say of it. `path` leads from the outermost heading inwards."""

    path: list[str]
    progress: str = ""
    difficulties: str = ""
    next_steps: str = ""
    project: str = ""  # number of the project it belongs to, where the letter reports on several
    printed: dict[str, list[str]] = field(
        default_factory=dict
    )  # chapter kind -> the path as printed there, where it differs


@dataclass
class FeedbackDraft(Draft):
    """A progress feedback, half-year summary or self-evaluation."""

    kind = "feedback"
    recipient: str | None = None
    period: str | None = None  # such as 2020年1-10月
    start_on: date | None = None
    as_of: date | None = None
    completion_percent: float | None = None
    projects: list[ProjectDraft] = field(default_factory=list)
    blocks: list[BlockDraft] = field(default_factory=list)
    tasks: list[TaskDraft] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)


AnyDraft = PlanDraft | FeedbackDraft
