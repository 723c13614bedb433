"""Tables of tasks (任务分解表) -> a `PlanDraft`.

A row is an item; rows that are one heading and cells merged downwards are sections; the first sentence of the cell is
the title. What stands above and below the tables gives title, issuer and preamble. Every cell's lines are marked, so
the pieces cover a table as they cover text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from importer.drafts.drafts import ItemDraft, PieceKind, PlanDraft, Problem, SectionDraft
from importer.files.readers import SourceText
from importer.files.tables import Cell
from importer.text.paragraphs import read_marker
from importer.text.passages import Ledger, Passage, Span, paragraphs_text, unspaced

from .dates import deadline_in, span_in, year_of_plan
from .offices import office_stretches
from .plan import end_of_first_sentence, repeated_numbers
from .table_cells import OfficesCell, deadline_of, offices_of, paragraphs_of, passage_of, title_paragraphs
from .table_frame import NOTE, TaskTable, around
from .table_headings import Kind
from .targets import targets_of

TOTALS = re.compile(r"\s*(?:合|总|小)\s*计.{0,60}", re.DOTALL)
GENERIC_SHEET = re.compile(r"(?i)\s*(?:sheet|工作表|表)\s*\d*\s*")
OFFICES = (Kind.LEAD, Kind.OFFICES, Kind.SUPPORT)
CONTINUED = "续"
SHORT_HEADING = 40
OUTERMOST = frozenset(("part", "chinese"))


def read_table_plan(source: SourceText, tables: Sequence[TaskTable], name: str) -> PlanDraft:
    """Build the draft of a plan from its tables of tasks; `name` (the file's) is the title where there is none."""
    ledger = Ledger(source.lines)
    draft = PlanDraft()
    around(source, tables, draft, ledger)
    if not draft.title and name.strip():
        draft.title = unspaced(name)
        draft.problems.append(Problem(None, name, "表格上方没有标题，暂用文件名作标题。", "请核对标题，可在确认前修改。"))
    draft.year = year_of_plan(draft.title, draft.preamble, draft.issued_on, draft.document_number)
    if span := span_in(draft.title, draft.year):
        draft.start_on, draft.end_on = span.start_on, span.end_on
    for table in tables:
        TableReader(table, draft, ledger, is_only_table=len(tables) == 1).read()
    draft.problems.extend(repeated_numbers(draft.sections))
    mark_dividers(tables, ledger)
    draft.pieces = ledger.pieces()
    return draft


def mark_dividers(tables: Sequence[TaskTable], ledger: Ledger) -> None:
    """Mark what stands between the cells of a table in a text: bars, commas, quotation marks are no words."""
    for task in tables:
        taken: dict[int, list[tuple[int, int]]] = {}
        lines = {}
        for cell in task.table.cells:
            for line, start, end in cell.parts() if cell.ranges else ():
                lines[line.number] = line
                taken.setdefault(line.number, []).append((start, end))
        for number, ranges in taken.items():
            edges = [0, *(edge for stretch in sorted(ranges) for edge in stretch), len(lines[number].text)]
            gaps = zip(edges[::2], edges[1::2], strict=True)
            ledger.mark(Passage([Span(lines[number], start, end) for start, end in gaps if start < end]), PieceKind.FURNITURE)


@dataclass
class Row:
    """A row of the table: its own cells by column, and those merged into it from above."""

    number: int
    cells: dict[int, Cell]
    covered: dict[int, Cell] = field(default_factory=dict)

    def at(self, columns: Sequence[int]) -> list[Cell]:
        """The row's own cells in these columns."""
        return [self.cells[column] for column in columns if column in self.cells]


class TableReader:
    """Goes through one table row by row and grows the draft's sections and items."""

    def __init__(self, task: TaskTable, draft: PlanDraft, ledger: Ledger, is_only_table: bool):
        self.is_only_table = is_only_table
        self.table, self.head, self.draft, self.ledger = task.table, task.head, draft, ledger
        self.rows = self.rows_below_head()
        self.groups = self.grouping_columns()
        texts = [column for column in self.head.columns(Kind.TITLE, Kind.BODY) if column not in self.groups]
        self.title_column = next((column for column in texts if self.head.kinds[column] is Kind.TITLE), texts[0])
        self.body_columns = [column for column in texts if column != self.title_column]
        self.section: SectionDraft | None = None
        self.level2: str | None = None
        self.levels: list[str | None] = []  # kinds of marker of the section rows so far
        self.shown: dict[int, str] = {}  # the heading last shown in each grouping column
        self.item: ItemDraft | None = None
        self.bodies: list[Passage] = []
        self.offices: list[OfficesCell] = []
        self.stated: list[str] = []
        self.deadlines: list[Cell] = []

    # --- the shape of the table --------------------------------------------------------------------------

    def rows_below_head(self) -> list[Row]:
        """The rows with text below the head."""
        rows = [
            Row(number, {cell.column: cell for cell in cells})
            for number, cells in sorted(self.table.rows.items())
            if number > self.head.last
        ]
        open_cells: list[Cell] = []
        for row in rows:
            open_cells = [cell for cell in open_cells if cell.last_row >= row.number]
            row.covered = {cell.column: cell for cell in open_cells}
            open_cells.extend(cell for cell in row.cells.values() if cell.rows > 1)
        return rows

    def grouping_columns(self) -> list[int]:
        """The columns that head sections: those that say so, and a title column mostly merged over rows of text."""
        groups = self.head.columns(Kind.GROUP)
        title, bodies = self.head.columns(Kind.TITLE)[0], self.head.columns(Kind.BODY)
        if not bodies:
            return groups
        filled = [row for row in self.rows if row.at(bodies)]
        merged = [row for row in filled if title in row.covered or any(cell.rows > 1 for cell in row.at([title]))]
        return sorted([*groups, title]) if merged and len(merged) * 2 >= len(filled) else groups

    # --- rows --------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read every row."""
        for cell in self.table.cells:
            if self.head.first <= cell.row <= self.head.last and cell.row:
                self.ledger.mark(passage_of([cell]), PieceKind.FURNITURE)
            elif cell.row == 0:
                self.sheet_name(cell)
        for row in self.rows:
            self.row(row)
        self.close_item()
        self.hidden_rows()

    def sheet_name(self, cell: Cell) -> None:
        """Take the sheet's name for the section of its rows, where the sheets have names of their own."""
        passage = passage_of([cell])
        if self.is_only_table or self.groups or any(map(self.is_section_row, self.rows)) or GENERIC_SHEET.fullmatch(passage.view):
            self.ledger.mark(passage, PieceKind.FURNITURE)
        else:
            self.open_section(passage, None)

    def row(self, row: Row) -> None:
        """Read one row as what it is."""
        cells = list(row.cells.values())
        first = cells[0].text
        if TOTALS.fullmatch(first) or self.is_note(cells) or self.repeats_head(cells):
            self.set_aside(cells)
        elif self.is_section_row(row):
            self.section_row(row)
        else:
            self.item_row(row)

    def is_note(self, cells: Sequence[Cell]) -> bool:
        return len(cells) <= 2 and bool(NOTE.match(cells[0].text) or re.match(r"\s*(?:注|说明)\s*[:：]?\s*$", cells[0].text))

    def repeats_head(self, cells: Sequence[Cell]) -> bool:
        return len(cells) > 1 and all(cell.text in self.head.texts for cell in cells)

    def set_aside(self, cells: Sequence[Cell]) -> None:
        """Mark cells that are no part of the plan."""
        for cell in cells:
            self.ledger.mark(passage_of([cell]), PieceKind.FURNITURE)

    def is_section_row(self, row: Row) -> bool:
        """Whether a row is a heading across the table, or a Chinese number with a heading and nothing else."""
        numbers = self.head.columns(Kind.NUMBER)
        words = [cell for column, cell in row.cells.items() if column not in numbers]
        if len(words) > 1 or (row.covered and not any(cell.columns > 1 for cell in words)):
            return False
        number = "".join(cell.text for cell in row.at(numbers)).strip()
        if not words:
            return not number.isdigit() and number != CONTINUED and len(number) > 2
        text = words[0].text.strip()
        if number:
            return bool(re.fullmatch(r"[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.]?", number)) and "。" not in text
        marker = read_marker(passage_of(words))
        if words[0].columns > 1 or (marker and marker.kind in ("part", "chinese", "chinese_bracket")):
            return True
        is_first = words[0].column <= min(self.title_column, *self.head.kinds)
        return is_first and bool(numbers or is_first) and len(text) <= SHORT_HEADING and "。" not in text and not marker

    def section_row(self, row: Row) -> None:
        """Begin a section, or a part of one, with a heading row."""
        self.close_item()
        passage = passage_of(cell for _, cell in sorted(row.cells.items()))
        marker = read_marker(passage)
        ordinal = None
        numbers = row.at(self.head.columns(Kind.NUMBER))
        if marker is None and numbers and len(row.cells) > 1:
            ordinal = numbers[0].text.strip(" （）()、.\n")
            kind = "chinese_bracket" if "(" in passage.view[:2] else "chinese"
        else:
            kind = marker.kind if marker else None
        is_outermost = self.is_outermost(kind)
        self.levels.append(kind)
        if is_outermost or self.section is None:
            self.open_section(passage, ordinal, len(numbers[0].text) if ordinal else 0)
        else:
            self.level2 = self.heading(passage)

    def is_outermost(self, kind: str | None) -> bool:
        """Whether a heading row numbered in this way (None: not numbered) heads a section and not a part of one."""
        if kind in OUTERMOST:
            return True
        return kind == self.levels[0] and OUTERMOST.isdisjoint(self.levels) if self.levels else True

    def open_section(self, passage: Passage, ordinal: str | None, skip: int = 0) -> None:
        """Begin a section with a heading; `skip` characters in front of it are its ordinal."""
        marker = None if ordinal else read_marker(passage)
        self.section = SectionDraft(marker.printed if marker else ordinal, "", line=passage.line)
        self.level2 = None
        self.draft.sections.append(self.section)
        self.section.title = self.heading(passage, skip)

    def heading(self, passage: Passage, skip: int = 0) -> str:
        """Mark a heading; what follows its first sentence is the section's own text."""
        marker = None if skip else read_marker(passage)
        start = marker.end if marker else skip
        content = passage.cut(start)
        end = end_of_first_sentence(content.view)
        self.ledger.mark(passage.cut(0, start + end + 1), PieceKind.HEADING)
        rest = content.cut(end + 1)
        if rest and self.section:
            self.ledger.mark(rest, PieceKind.BODY)
            self.section.text = "\n".join(filter(None, (self.section.text, rest.text)))
        return content.cut(0, end).text

    def group(self, row: Row) -> None:
        """Begin the sections and parts that the row's grouping cells head; the same words again go on."""
        for depth, column in enumerate(self.groups):
            for cell in row.at([column]):
                passage = passage_of([cell])
                if self.shown.get(column) == passage.text:
                    self.ledger.mark(passage, PieceKind.FURNITURE)
                    continue
                self.close_item()
                self.shown[column] = passage.text
                if depth == 0 and not self.levels:
                    numbers = row.at(self.head.columns(Kind.NUMBER))
                    is_its_number = bool(numbers) and numbers[0].rows > 1 and numbers[0].rows == cell.rows
                    self.open_section(passage, numbers[0].text.strip() if is_its_number and not read_marker(passage) else None)
                else:
                    self.level2 = self.heading(passage)
                self.shown = {c: text for c, text in self.shown.items() if c in self.groups[: depth + 1]}

    # --- items -------------------------------------------------------------------------------------------

    def item_row(self, row: Row) -> None:
        """Read a row as an item, or as more of the item above it."""
        self.group(row)
        numbers = row.at(self.head.columns(Kind.NUMBER))
        printed = "".join(cell.text for cell in numbers).strip()
        titles, bodies = row.at([self.title_column]), row.at(self.body_columns)
        goes_on = printed == CONTINUED or not (titles or numbers) or self.title_column in row.covered
        if self.item and goes_on:
            self.continue_item(row, titles, bodies, repeated=printed == CONTINUED)
        elif titles or bodies:
            self.open_item(row, printed, titles or bodies[:1], bodies if titles else bodies[1:])
        else:
            self.set_aside([*row.at(self.head.columns(Kind.NUMBER)), *self.unnamed(row)])
            self.orphan(row)
            return
        self.rest_of_row(row)

    def orphan(self, row: Row) -> None:
        """Say that a row without a title was not understood; its cells stay problems."""
        cells = [cell for cell in row.cells.values() if cell.column in self.head.kinds]
        if cells:
            text = "这一行没有工作任务，没有读入。"
            self.draft.problems.append(Problem(cells[0].lines[0].number, cells[0].text[:40], text, "请核对是否漏填，或属于上一项。"))
            self.set_aside(cells)

    def unnamed(self, row: Row) -> list[Cell]:
        return [cell for column, cell in row.cells.items() if column not in self.head.kinds]

    def open_item(self, row: Row, printed: str, titles: Sequence[Cell], bodies: Sequence[Cell]) -> None:
        """Begin an item."""
        self.close_item()
        if self.section is None:
            self.section = SectionDraft(None, "", line=titles[0].lines[0].number)
            self.draft.sections.append(self.section)
        for cell in row.at(self.head.columns(Kind.NUMBER)):
            self.ledger.mark(passage_of([cell]), PieceKind.ITEM)
        paragraphs = title_paragraphs(titles[0])
        marker = read_marker(paragraphs[0])
        belongs = not (self.groups and any(cell.rows > 1 for cell in row.at(self.head.columns(Kind.NUMBER))))
        number = printed if printed and belongs else marker.printed if marker else ""
        self.item = ItemDraft(number.translate(str.maketrans("０１２３４５６７８９", "0123456789")).rstrip("、.．"), "", self.level2)
        self.item.line, self.item.last_line = paragraphs[0].line, paragraphs[-1].last_line
        start = marker.end if marker else 0
        self.ledger.mark(paragraphs[0].cut(0, start), PieceKind.ITEM)
        content = self.without_offices(paragraphs[0].cut(start))
        end = end_of_first_sentence(content.view)
        self.ledger.mark(content.cut(0, end + 1), PieceKind.ITEM)
        self.item.title = content.cut(0, end).text
        self.add_body([content.cut(end + 1), *map(self.without_offices, paragraphs[1:])])
        self.add_cells(bodies)

    def continue_item(self, row: Row, titles: Sequence[Cell], bodies: Sequence[Cell], repeated: bool) -> None:
        """Add a row to the item above it; where our own sheet continues a row, it repeats the short cells."""
        self.set_aside([*row.at(self.head.columns(Kind.NUMBER)), *(titles if repeated else ())])
        if repeated and bodies and self.bodies:
            passages = paragraphs_of(bodies[0])
            self.ledger.mark(passages[0], PieceKind.BODY)
            self.bodies[-1] = self.bodies[-1] + passages[0]
            self.add_body(passages[1:])
            bodies = bodies[1:]
        elif not repeated:
            self.add_cells(titles)
        self.add_cells(bodies)

    def add_cells(self, cells: Sequence[Cell]) -> None:
        self.add_body([self.without_offices(paragraph) for cell in cells for paragraph in paragraphs_of(cell)])

    def add_body(self, passages: Sequence[Passage]) -> None:
        """Add paragraphs to the item's body."""
        for passage in passages:
            if passage.spans:
                self.ledger.mark(passage, PieceKind.BODY)
                self.bodies.append(passage)
                self.item.last_line = max(self.item.last_line, passage.last_line)

    def without_offices(self, passage: Passage) -> Passage:
        """A passage without the stretches that name offices, which the item keeps; only where no column does."""
        if self.head.columns(*OFFICES):
            return passage
        rest, position = Passage(()), 0
        for start, end in office_stretches(passage.view):
            self.ledger.mark(passage.cut(start, end), PieceKind.OFFICES)
            self.stated.append(passage.cut(start, end).raw)
            rest += passage.cut(position, start)
            position = end
        return rest + passage.cut(position)

    def rest_of_row(self, row: Row) -> None:
        """Take offices, deadline and remarks of a row; the other columns are no part of a plan."""
        for column, cell in sorted({**row.cells, **self.inherited(row)}.items()):
            kind = self.head.kinds.get(column)
            if kind in OFFICES:
                self.ledger.mark(passage_of([cell]), PieceKind.OFFICES)
                self.offices.append(OfficesCell(kind, cell))
            elif kind is Kind.DEADLINE:
                self.ledger.mark(passage_of([cell]), PieceKind.OFFICES)
                self.deadlines = self.deadlines or [cell]
            elif kind is Kind.REMARKS and not self.head.is_progress_sheet and column in row.cells:
                self.add_body(paragraphs_of(cell))
            elif kind in (None, Kind.LEFT_OUT, Kind.REMARKS) and column in row.cells:
                self.set_aside([cell])

    def inherited(self, row: Row) -> dict[int, Cell]:
        """Cells of offices and deadline merged into this row from above: they hold for it too."""
        wanted = (*OFFICES, Kind.DEADLINE)
        return {column: cell for column, cell in row.covered.items() if self.head.kinds.get(column) in wanted}

    def close_item(self) -> None:
        """Put the open item into its section."""
        if self.item is None:
            return
        offices = offices_of(self.offices, self.stated)
        self.item.body = paragraphs_text(self.bodies)
        self.item.offices, self.item.lead_offices, self.item.support_offices = offices.named, offices.lead, offices.support
        deadline = deadline_of(self.deadlines, self.draft.year)
        if deadline is None and not self.head.columns(Kind.DEADLINE):
            deadline = deadline_in("\n".join([self.item.title, self.item.body]), self.draft.year)
        if deadline:
            self.item.deadline, self.item.deadline_text = deadline.day, deadline.words
        self.item.targets = targets_of(self.item)
        self.section.items.append(self.item)
        self.item, self.bodies, self.offices, self.stated, self.deadlines = None, [], [], [], []

    def hidden_rows(self) -> None:
        """Say which rows of the table are hidden; they were read."""
        hidden = [row for row in self.rows if row.number in self.table.hidden_rows]
        if hidden:
            first = next(iter(hidden[0].cells.values())).lines[0]
            numbers = "、".join(str(row.number) for row in hidden[:8]) + ("等" if len(hidden) > 8 else "")
            message = f"第 {numbers} 行是隐藏的（可能是筛选），共 {len(hidden)} 行，已一并读入。"
            self.draft.problems.append(Problem(first.number, first.text[:40], message, "不需要的行请删除后再导入。"))
