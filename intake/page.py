"""What the page of a draft shows, as plain objects: the document's lines on the left, the tree on the right."""

from dataclasses import dataclass, field

from django.core.paginator import Paginator

from importer.drafts.checked_draft import counts_of, places_of
from importer.drafts.corrections import offices_of, sentences
from importer.drafts.drafts import PieceKind, PlanDraft
from workplans.ids import whole_number
from workplans.officebook import ALL_OFFICES, OfficeBook

from .forms import BLOCK_KINDS, FORMS, ROLES, form_of
from .scan_lines import ScanView, runs_of, scan_view
from .typed_rows import COMPARISONS

# Kind of a piece → the letter it is marked with, and its name in the legend.
MARKS = {
    PieceKind.HEADING: ("题", "标题"),
    PieceKind.ITEM: ("项", "事项"),
    PieceKind.BODY: ("文", "正文"),
    PieceKind.OFFICES: ("责", "责任科室"),
    PieceKind.FURNITURE: ("版", "版记页码"),
    PieceKind.PROBLEM: ("？", "没有认出"),
}
# A document is corrected on one page, a very long one in pages.
WHOLE, LINES_A_PAGE, FEW_LINES = 800, 250, 50
LONG, CHARACTERS = 3_000, 200_000  # of a text, of a page
BLANK_ROWS = 3


@dataclass(frozen=True)
class PieceView:
    """A stretch of a line."""

    kind: str
    mark: str
    label: str
    text: str
    target: str
    runs: list[tuple[str, bool]]  # the text cut where what the reader of a scan was not sure of begins and ends


@dataclass
class LineView:
    """A line of the document with ink on it."""

    number: int
    pieces: list[PieceView] = field(default_factory=list)
    problems: list = field(default_factory=list)
    is_stray: bool = False  # something of it went nowhere
    is_open: bool = False
    strips: list = field(default_factory=list)  # of a scan: the pictures it was read from

    @property
    def target(self) -> str:
        """Where its number leads: what begins on the line, else what the line belongs to."""
        return next((p.target for p in self.pieces if p.target and p.kind in ("item", "heading")), "") or next(
            (p.target for p in self.pieces if p.target), ""
        )


@dataclass(frozen=True)
class OfficeView:
    """An office of an item: the name in the document, its role, and which office it is."""

    name: str
    role: str
    is_new: bool
    known: str  # the office's own name where it differs


@dataclass
class ItemView:
    """An item of the tree."""

    index: int
    draft: object
    offices: list[OfficeView]
    panel: dict | None = None

    @property
    def targets(self) -> list[str]:
        """Its targets in words, such as 不低于20小时."""
        signs = {"at_least": "不低于", "at_most": "不超过"}
        return [
            f"{signs.get(t.comparison.value, '')}{t.value}{f'—{t.upper}' if t.upper is not None else ''}{t.unit}"
            for t in self.draft.targets
        ]


@dataclass
class SectionView:
    """A section of the tree."""

    index: int
    draft: object
    items: list[ItemView]
    panel: dict | None = None


@dataclass
class DraftPage:
    """Everything on the page."""

    proof: object
    lines: object  # a page of LineViews
    sections: list[SectionView]
    problems: list[tuple]  # each with the link to its line
    new_offices: dict[str, int]  # names met for the first time, not decided yet → items naming them
    counts: object
    kinds: list[tuple]
    office_names: list[str]
    panels: dict
    parts: dict
    scan: ScanView | None
    unsure: list[tuple]  # items that are not sure, the least sure first, each with its index and the link to it
    order: str


class DraftOffices:
    """What the names of a document mean in one organization; one query."""

    def __init__(self, organization, proof):
        self.book = OfficeBook(organization)
        self.proof = proof

    @property
    def names(self) -> list[str]:
        """The names offered for completion."""
        return [office.name for office in self.book.offices if office.is_active]

    def view(self, name, role) -> OfficeView:
        """Say what a name means."""
        meant = self.proof.aliases.get(name, name)
        office = self.book.find(meant)
        is_new = office is None and meant not in ALL_OFFICES
        known = office.name if office and office.name != name else ""
        return OfficeView(name, dict(ROLES)[role], is_new, known)

    def new_names(self, draft) -> dict[str, int]:
        """Names no office has, with how many items name them."""
        counted: dict[str, int] = {}
        for item in draft.items:
            for name in item.offices:
                counted[name] = counted.get(name, 0) + 1
        return {name: count for name, count in counted.items() if self.view(name, "lead").is_new}


def sheet_of(draft, proof, opened="", page=None, bound=None, order="") -> DraftPage:
    """Build the page; `opened` names what is being corrected, `bound` the correction that was refused, with its form.

    `order`: "line" puts the items that are not sure in the order of the document, anything else the least sure first.
    """
    offices = DraftOffices(draft.organization, proof)
    is_plan = isinstance(proof.draft, PlanDraft)
    builder = Panels(proof, opened, bound)
    scan = scan_view(draft, proof)
    lines = in_pages(lines_of(proof.draft, opened, scan))
    here = lines.get_page(page or page_of(proof.draft, lines, opened))
    builder.extent = extent_of(here)
    counts = counts_of(proof.draft)
    return DraftPage(
        proof=proof,
        lines=here,
        sections=sections_of(proof.draft, offices, builder) if is_plan else [],
        problems=[(problem, link_to(lines, problem.line)) for problem in proof.draft.problems],
        new_offices=offices.new_names(proof.draft) if is_plan else {},
        counts=counts,
        kinds=[(kind.value, *MARKS[kind], counts.characters[kind.value]) for kind in PieceKind],
        office_names=offices.names,
        panels={name: builder.whole(name) for name in ("plan", "offices")},
        parts={} if is_plan else letter_parts(proof.draft, builder),
        scan=scan,
        unsure=unsure_items(proof.draft, lines, order) if is_plan else [],
        order=order,
    )


def unsure_items(draft, lines, order) -> list[tuple]:
    """The items somebody should look at, each with its index and the link to it."""
    several = lines.num_pages > 1
    found = [
        (item, n, f"?page={page_with(lines, item.line)}#item-{n}" if several else f"#item-{n}")
        for n, item in enumerate(draft.items)
        if item.doubts
    ]
    return found if order == "line" else sorted(found, key=lambda row: row[0].confidence)


def lines_of(draft, opened="", scan=None) -> list[LineView]:
    """The document's lines, each cut into its pieces; of a scan with the pictures they were read from."""
    rows: dict[int, LineView] = {}
    for piece, place in zip(draft.pieces, places_of(draft), strict=True):
        row = rows.setdefault(piece.line, LineView(piece.line, is_open=opened == f"line-{piece.line}"))
        mark, label = MARKS[piece.kind]
        if row.pieces and row.pieces[-1].kind == piece.kind.value:
            mark = ""  # a number and its title wear one mark
        row.strips, known = scan.lines.get(piece.line, ([], None)) if scan else ([], None)
        runs = (
            runs_of(piece.text, piece.start, known.unsure)
            if known and known.unsure
            else [(shown_of(piece.text), False)]
        )
        row.pieces.append(PieceView(piece.kind.value, mark, label, piece.text, place or "", runs))
        row.is_stray = row.is_stray or piece.kind in (PieceKind.FURNITURE, PieceKind.PROBLEM)
    for problem in draft.problems:
        if problem.line in rows:
            rows[problem.line].problems.append(problem)
    return list(rows.values())


def shown_of(text: str) -> str:
    """A long text as the page shows it; what is stored is whole."""
    if len(text) <= LONG:
        return text
    return f"{text[:LONG]}……（共 {len(text):,} 字，这里只显示前 {LONG:,} 字，导入的内容是完整的）"


def in_pages(lines) -> Paginator:
    """Divide the lines where there are too many for one page, or too much stands in them."""
    characters = sum(min(len(piece.text), LONG) for line in lines for piece in line.pieces)
    is_short = len(lines) <= WHOLE and characters <= CHARACTERS
    return Paginator(lines, WHOLE if is_short else LINES_A_PAGE if characters <= CHARACTERS * 2 else FEW_LINES)


def page_with(lines, number) -> int:
    """The page a line of the document stands on."""
    before = sum(1 for line in lines.object_list if line.number < (number or 0))
    return before // lines.per_page + 1


def link_to(lines, number) -> str:
    """The link to a line, on another page where the document has several."""
    if not number:
        return ""
    return f"?page={page_with(lines, number)}#line-{number}" if lines.num_pages > 1 else f"#line-{number}"


def query_of(draft, anchor) -> str:
    """What the address of a place needs in a document of several pages, such as ?page=2."""
    lines = in_pages(lines_of(draft))
    return f"?page={page_of(draft, lines, anchor)}" if lines.num_pages > 1 else ""


def page_of(draft, lines, opened) -> int:
    """The page of what is being corrected, where the document has several."""
    kind, _, number = opened.rpartition("-")
    place = whole_number(number)
    if lines.num_pages == 1 or place is None:
        return 1
    rows = {
        "item": getattr(draft, "items", []),
        "section": getattr(draft, "sections", []),
        "new": getattr(draft, "sections", []),
    }
    if kind == "line":
        return page_with(lines, place)
    found = rows.get(kind, [])[place : place + 1]
    return page_with(lines, found[0].line) if found else 1


def extent_of(page) -> tuple[int, int]:
    """The first and last number of the lines whose part of the tree is shown; the first page begins with 0."""
    lines = list(page)
    last = lines[-1].number if lines and page.has_next() else 10**9
    return (lines[0].number if lines and page.has_previous() else 0), last


def sections_of(draft, offices, builder) -> list[SectionView]:
    """The tree of a plan, as far as it came from the lines shown; what was added by hand is on the first page."""
    views, index = [], 0
    first, last = builder.extent
    for n, section in enumerate(draft.sections):
        items = []
        for item in section.items:
            if first <= item.line <= last:
                named = [offices.view(name, role) for name, role in offices_of(item).items()]
                items.append(ItemView(index, item, named, builder.item(index, item, n)))
            index += 1
        if items or first <= section.line <= last:
            views.append(SectionView(n, section, items, builder.section(n, section)))
    return views


def letter_parts(draft, builder) -> dict:
    """The tree of a letter: projects, chapters, parts."""
    kinds = dict(BLOCK_KINDS)
    return {
        "projects": [(n, row, builder.row("project", n, row)) for n, row in enumerate(draft.projects)],
        "blocks": [
            (n, row, kinds.get(row.kind, row.kind), builder.row("block", n, row)) for n, row in enumerate(draft.blocks)
        ],
        "tasks": [(n, row, builder.row("task", n, row)) for n, row in enumerate(draft.tasks)],
    }


class Panels:
    """The forms of what is being corrected: only one place is open at a time, so that the page stays light."""

    def __init__(self, proof, opened, bound):
        self.proof, self.opened, self.bound = proof, opened, bound
        self.extent = (0, 10**9)

    def form(self, name, **initial):
        """Return a form with the present values, or the one that was refused."""
        if self.bound and self.bound[0] == name:
            return self.bound[1]
        return form_of(name, self.proof.draft)(initial=initial, auto_id=f"{name}-%s")

    def whole(self, name) -> dict | None:
        """The fields of the document, or the offices met for the first time."""
        if self.opened != name:
            return None
        return {"edit": self.form("edit_plan", **vars(self.proof.draft))} if name == "plan" else {}

    def section(self, n, section) -> dict | None:
        """A section's forms."""
        if self.opened == f"section-{n}":
            return {
                "edit": self.form("edit_section", section=n, **vars(section)),
                "next": self.form("add_section", after=n),
            }
        if self.opened == f"new-{n}":
            return {"add": self.form("add_item", section=n)}
        return None

    def item(self, n, item, section) -> dict | None:
        """An item's forms."""
        if self.opened != f"item-{n}":
            return None
        rows = [*offices_of(item).items(), *[("", "responsible")] * BLANK_ROWS]
        if self.bound and self.bound[0] == "edit_item":
            rows = [*self.bound[1].cleaned_data.get("offices", []), *[("", "responsible")] * BLANK_ROWS]
        return {
            "edit": self.form("edit_item", item=n, **vars(item) | item.values()),
            "offices": rows,
            "refused": self.bound[1].errors if self.bound and self.bound[0] != "edit_item" else None,
            "targets": [*item.targets, None],
            "milestones": self.milestones(item),
            "comparisons": COMPARISONS,
            "sentences": list(enumerate(sentences(item.body))),
            "section": section,
            "headings": [(m, other) for m, other in enumerate(self.proof.draft.sections) if m != section],
        }

    def milestones(self, item) -> list[dict]:
        """The rows of milestones as the form shows them: as typed where they were refused, two empty ones behind."""
        names = ("what", "words", "due_on", "expected")
        if self.bound and self.bound[0] == "edit_item" and "milestone_what" in self.bound[1].data:
            sent = [self.bound[1].data.getlist(f"milestone_{name}") for name in names]
            rows = [dict(zip(names, row, strict=True)) for row in zip(*sent, strict=False)]
        else:
            rows = [
                {"what": m.what, "words": m.words, "due_on": m.due_on.isoformat() if m.due_on else "", "expected": m.expected_percent}
                for m in item.milestones
            ]  # fmt: skip
        return [*rows, {}, {}]

    def row(self, kind, n, row) -> dict | None:
        """The form of a part of a letter."""
        if self.opened != f"{kind}-{n}":
            return None
        return {"edit": self.form(f"edit_{kind}", **{kind: n}, **vars(row)), "name": f"edit_{kind}"}


__all__ = ["FORMS", "MARKS", "DraftPage", "sheet_of"]
