"""One task of a table while its rows come in: title, body, offices, leaders, deadline, milestones -> `ItemDraft`."""

from collections.abc import Sequence

from importer.drafts.drafts import ItemDraft, MilestoneDraft, PieceKind, Problem
from importer.files.tables import Cell
from importer.text.paragraphs import HALF_WIDTH_DIGITS, read_marker
from importer.text.passages import Ledger, Passage

from .dates import deadline_in
from .item_doubts import deadline_problems
from .offices import office_stretches
from .plan import end_of_first_sentence
from .table_cells import (
    EMPTY,
    OfficesCell,
    deadline_of,
    names_of_people,
    offices_of,
    paragraphs_of,
    passage_of,
    title_paragraphs,
)
from .table_headings import NAMING, ColumnKind
from .table_periods import due_on
from .table_rows import Row
from .table_shape import TableShape
from .targets import targets_of


class OpenTask:
    """Gathers what the rows say of one task, marking each cell."""

    def __init__(self, shape: TableShape, ledger: Ledger, level2: str | None):
        self.shape, self.head, self.ledger = shape, shape.head, ledger
        self.item = ItemDraft("", "", level2)
        self.bodies: list[Passage] = []
        self.periods: list[tuple[str, str]] = []  # heading, words
        self.offices: list[OfficesCell] = []
        self.stated: list[str] = []
        self.leaders: list[str] = []
        self.deadlines: list[Cell] = []
        self.remarks: list[Passage] = []
        self.problems: list[Problem] = []

    # --- title and body ----------------------------------------------------------------------------------

    def begin(self, numbers: Sequence[Cell], title: Cell) -> None:
        """Take the number and the title: the first sentence of its cell; the rest of it is body."""
        for cell in numbers:
            self.ledger.mark(passage_of([cell]), PieceKind.ITEM)
        paragraphs = title_paragraphs(title)
        marker = read_marker(paragraphs[0])
        printed = "".join(cell.text for cell in numbers).strip() or (marker.printed if marker else "")
        self.item.number = "".join(printed.split()).translate(HALF_WIDTH_DIGITS).rstrip("、.．")
        self.item.line, self.item.last_line = paragraphs[0].line, paragraphs[-1].last_line
        start = marker.end if marker else 0
        self.ledger.mark(paragraphs[0].cut(0, start), PieceKind.ITEM)
        content = self.without_offices(paragraphs[0].cut(start))
        end = end_of_first_sentence(content.view)
        self.ledger.mark(content.cut(0, end + 1), PieceKind.ITEM)
        self.item.title = content.cut(0, end).text.rstrip("；;：:")
        self.add_body([content.cut(end + 1), *map(self.without_offices, paragraphs[1:])])

    def add_cells(self, cells: Sequence[Cell]) -> None:
        """Add the paragraphs of cells to the body."""
        self.add_body(
            [
                self.without_offices(paragraph)
                for cell in cells
                if not EMPTY.fullmatch(cell.text)
                for paragraph in paragraphs_of(cell)
            ]
        )
        for cell in cells:
            if EMPTY.fullmatch(cell.text):
                self.ledger.mark(passage_of([cell]), PieceKind.FURNITURE)

    def add_body(self, passages: Sequence[Passage]) -> None:
        """Add paragraphs to the body."""
        for passage in passages:
            if passage.spans:
                self.ledger.mark(passage, PieceKind.BODY)
                self.bodies.append(passage)
                self.item.last_line = max(self.item.last_line, passage.last_line)

    def go_on(self, cells: Sequence[Cell]) -> None:
        """Add cells to the body whose first words are the rest of its last paragraph."""
        if cells and self.bodies:
            passages = paragraphs_of(cells[0])
            self.ledger.mark(passages[0], PieceKind.BODY)
            self.bodies[-1] = self.bodies[-1] + passages[0]
            self.add_body(passages[1:])
            cells = cells[1:]
        self.add_cells(cells)

    def without_offices(self, passage: Passage) -> Passage:
        """A passage without the stretches that name offices, which the item keeps; only where no column does."""
        if self.head.columns(*NAMING):
            return passage
        rest, position = Passage(()), 0
        for start, end in office_stretches(passage.view):
            self.ledger.mark(passage.cut(start, end), PieceKind.OFFICES)
            self.stated.append(passage.cut(start, end).raw)
            rest += passage.cut(position, start)
            position = end
        return rest + passage.cut(position)

    # --- the other columns -------------------------------------------------------------------------------

    def take_rest(self, row: Row) -> None:
        """Take offices, leaders, deadline, milestones and remarks of a row; the other columns are no part of a plan."""
        for column, cell in sorted({**row.cells, **self.inherited(row)}.items()):
            kind = self.head.kinds.get(column)
            if kind in NAMING:
                self.ledger.mark(passage_of([cell]), PieceKind.OFFICES)
                self.offices.append(OfficesCell(kind, cell, self.head.names.get(column, "")))
            elif kind is ColumnKind.LEADER:
                self.ledger.mark(passage_of([cell]), PieceKind.OFFICES)
                self.leaders.extend(names_of_people(cell))
            elif kind is ColumnKind.DEADLINE:
                self.ledger.mark(passage_of([cell]), PieceKind.OFFICES)
                self.deadlines = self.deadlines or [cell]
            elif kind is ColumnKind.PERIOD:
                self.take_period(column, cell)
            elif kind is ColumnKind.REMARKS and not self.head.is_progress_sheet and column in row.cells:
                self.take_remarks(cell)
            elif kind in (None, ColumnKind.LEFT_OUT, ColumnKind.REMARKS) and column in row.cells:
                self.ledger.mark(passage_of([cell]), PieceKind.FURNITURE)

    def take_remarks(self, cell: Cell) -> None:
        """Keep remarks for the end of the body."""
        for passage in paragraphs_of(cell):
            kind = PieceKind.FURNITURE if EMPTY.fullmatch(passage.view) else PieceKind.BODY
            self.ledger.mark(passage, kind)
            self.remarks.extend([passage] if kind is PieceKind.BODY else [])

    def take_period(self, column: int, cell: Cell) -> None:
        """Note what is to be reached by the time a column's heading names."""
        passage = passage_of([cell])
        if EMPTY.fullmatch(cell.text):
            self.ledger.mark(passage, PieceKind.FURNITURE)
            return
        self.ledger.mark(passage, PieceKind.BODY)
        self.periods.append(("".join(self.head.names[column].split()), "".join(p.text for p in paragraphs_of(cell))))

    def inherited(self, row: Row) -> dict[int, Cell]:
        """Cells of offices, leaders and deadline merged into this row from above: they hold for it too."""
        wanted = (*NAMING, ColumnKind.DEADLINE, ColumnKind.LEADER)
        return {column: cell for column, cell in row.covered.items() if self.head.kinds.get(column) in wanted}

    def close(self, year: int | None, offices_above: Sequence[OfficesCell] = ()) -> ItemDraft:
        """The item, with what was gathered settled; `offices_above` are those of the heading above it, if it names none."""
        item = self.item
        offices, people = offices_of(self.offices, self.stated)
        if not offices.named and offices_above:
            offices, people = offices_of(offices_above, ())
        labelled = [f"{heading}：{words}" for heading, words in self.periods]
        item.body = "\n".join(
            filter(None, [*(p.text for p in self.bodies), *labelled, *(p.text for p in self.remarks)])
        )
        item.offices, item.lead_offices, item.support_offices = offices.named, offices.lead, offices.support
        item.leaders = list(dict.fromkeys([*self.leaders, *people]))
        item.milestones = [MilestoneDraft(words, heading, due_on(heading, year)) for heading, words in self.periods]
        deadline = deadline_of(self.deadlines, year)
        if deadline is None and not self.head.columns(ColumnKind.DEADLINE):
            deadline = deadline_in("\n".join([item.title, *(p.text for p in self.bodies)]), year)
        if deadline:
            item.deadline, item.deadline_text = deadline.day, deadline.words
            self.problems.extend(deadline_problems(item, deadline))
        item.targets = targets_of(item)
        return item
