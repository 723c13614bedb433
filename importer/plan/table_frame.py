"""Which tables of a document hold tasks, and what stands around them: title, issuer, preamble, headings, other sheets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from importer.drafts.drafts import Line, PieceKind, PlanDraft, Problem
from importer.files.readers import SourceText
from importer.files.tables import Cell, Table
from importer.text.numbering import HEADING_KINDS
from importer.text.paragraphs import Paragraph, read_paragraphs
from importer.text.passages import Ledger, Passage, Span, paragraphs_text, unspaced, whole

from .surroundings import ORGAN_IN_TITLE, Frame, read_frame
from .table_cards import cards_in
from .table_cells import passage_of
from .table_head import Head, find_head
from .table_rows import NOTE, Row, rows_below
from .table_shape import TableShape, shape_of
from .table_titles import LABEL_WORDS, LABELLED, LONGEST_TITLE_ROW, TITLE_END, UNIT, printed, title_above

GENERIC_SHEET = re.compile(r"(?i)\s*(?:sheet|工作表|表)\s*\d*\s*")
LONGEST_HEADING = 40


@dataclass
class TaskTable:
    """A table whose headings were found: its rows, what its columns are, the heading in the text above it."""

    table: Table
    head: Head
    rows: list[Row]
    shape: TableShape
    above: list[Cell] = field(default_factory=list)  # cells over the headings
    labels: tuple[Cell, ...] = ()  # cells that are headings, wherever they stand
    heading: Paragraph | None = None  # in the text above it
    title: Cell | None = None  # of its own, where it is not the first table
    goes_on: bool = False  # from the table before, at a page break


def task_tables(source: SourceText) -> list[TaskTable]:
    """The tables of tasks of a document; outside workbooks, a table without headings goes on from the one before."""
    found: list[TaskTable] = []
    for table in source.tables:
        task = (
            cards_table(table)
            or headed_table(table)
            or (continuing_table(table, found[-1]) if found and not table.sheet else None)
        )
        if task is not None:
            found.append(task)
    return found


def cards_table(table: Table) -> TaskTable | None:
    """The table of tasks that stand on cards."""
    cards = cards_in(table)
    if cards is None:
        return None
    rows = rows_below(cards.table, cards.head)
    shape = shape_of(cards.head, rows)
    return TaskTable(table, cards.head, rows, shape, list(cards.above), cards.labels) if shape else None


def headed_table(table: Table) -> TaskTable | None:
    """The table of tasks with a heading row."""
    head = find_head(table)
    if head is None:
        return None
    rows = rows_below(table, head)
    shape = shape_of(head, rows)
    if shape is None:
        return None
    above = [cell for cell in table.cells if 0 < cell.row < head.first]
    labels = tuple(cell for cell in table.cells if head.first <= cell.row <= head.last)
    return TaskTable(table, head, rows, shape, above, labels)


def continuing_table(table: Table, before: TaskTable) -> TaskTable | None:
    """A table without headings of its own, as wide as the one before: the rest of it behind a page break."""
    if max(cell.column for cell in table.cells) != max(cell.column for cell in before.table.cells):
        return None
    head = replace(before.head, first=0, last=0)
    return TaskTable(table, head, rows_below(table, head), replace(before.shape, unread=[]), goes_on=True)


def around(source: SourceText, tables: Sequence[TaskTable], draft: PlanDraft, ledger: Ledger) -> None:
    """Read what stands around the tables: above the heading rows and, outside workbooks, between and behind the tables."""
    taken = {number for task in tables for number in task.table.line_numbers}
    taken |= other_sheets(source, tables, draft, ledger) | source.furniture
    for number in source.furniture:
        ledger.mark(whole(source.lines[number - 1]), PieceKind.FURNITURE)
    sentences = rows_above(tables, draft, ledger)
    lines = [line for line in source.lines if line.number not in taken and not is_label(line, draft, ledger)]
    title, first = (
        draft.title,
        min(
            (number for task in tables for cell in task.table.cells for number in [cell.lines[0].number] if cell.row),
            default=0,
        ),
    )
    frame = read_frame(read_paragraphs(lines), ledger)
    choose_title(draft, frame, title, lines, ledger)
    draft.document_number = draft.document_number or frame.document_number
    in_title = ORGAN_IN_TITLE.match(draft.title)
    draft.issuer = frame.issuer or draft.issuer or (in_title[1] if in_title else None)
    draft.issued_on = frame.issued_on or draft.issued_on
    rest = headings_between(frame.body, tables)
    for paragraph in rest:
        ledger.mark(paragraph.passage, PieceKind.BODY)
    draft.preamble = paragraphs_text([*(p.passage for p in rest if p.line < first), *sentences])
    draft.closing = paragraphs_text([p.passage for p in rest if p.line > first])


def rows_above(tables: Sequence[TaskTable], draft: PlanDraft, ledger: Ledger) -> list[Passage]:
    """Read the rows above the headings: the first table's are the plan's title, those of the others head their own rows
    where the sheet's name says nothing. Returns the sentences among them, which are the plan's preamble."""
    sentences = title_above(tables[0].above, draft, ledger) if tables else []
    for task in tables[1:]:
        titles = [cell for cell in task.above if TITLE_END.search(cell.text.strip()) and not UNIT.match(cell.text)]
        task.title = (
            titles[0] if titles and (not task.table.sheet or GENERIC_SHEET.fullmatch(task.table.sheet)) else None
        )
        for cell in task.above:
            if cell is not task.title:
                ledger.mark(passage_of([cell]), PieceKind.FURNITURE)
    return sentences


def choose_title(draft: PlanDraft, frame: Frame, in_table: str, lines: Sequence[Line], ledger: Ledger) -> None:
    """The plan's title: what stands in the table, unless the text before it has a title and the table's row is none."""
    draft.title = in_table or frame.title or title_among(frame, ledger)
    if not in_table or not frame.title:
        return
    if not TITLE_END.search(in_table) and TITLE_END.search(frame.title):
        draft.title = frame.title
        loser = in_table
    else:
        loser = frame.title
    for line in (line for line in ledger.lines if line.number in ledger.marks):
        marks = ledger.marks[line.number]
        if any(kind is PieceKind.HEADING for _, _, kind in marks) and (words := unspaced(line.text)) and words in loser:
            ledger.marks[line.number] = [(start, end, PieceKind.FURNITURE) for start, end, _ in marks]


def title_among(frame: Frame, ledger: Ledger) -> str:
    """The title among the paragraphs the frame took for text: a short one that ends like a title."""
    for paragraph in reversed(frame.body):
        if (
            paragraph.marker is None
            and "。" not in paragraph.view
            and len(paragraph.view) <= LONGEST_TITLE_ROW
            and TITLE_END.search(paragraph.view)
        ):
            frame.body.remove(paragraph)
            ledger.mark(paragraph.passage, PieceKind.HEADING)
            return printed(paragraph.passage)
    return ""


def headings_between(body: Sequence[Paragraph], tables: Sequence[TaskTable]) -> list[Paragraph]:
    """Give each table the heading that stands straight above it in the text; return the other paragraphs."""
    starts = {min(task.table.line_numbers): task for task in tables}
    rest = list(body)
    for start, task in sorted(starts.items()):
        before = [paragraph for paragraph in rest if paragraph.line < start]
        nearest = before[-1] if before else None
        ends = [max(other.table.line_numbers) for other in tables if max(other.table.line_numbers) < start]
        if nearest is not None and nearest.line > max(ends, default=0) and is_heading_of_table(nearest, bool(ends)):
            task.heading = nearest
            rest.remove(nearest)
    return rest


def is_heading_of_table(paragraph: Paragraph, between: bool) -> bool:
    """Whether a paragraph heads the table below it: short, no sentence; above the first table only with a number."""
    view = paragraph.view.strip()
    if len(view) > LONGEST_HEADING or "。" in view or view.endswith((":", "：", "；", "，")):
        return False
    return paragraph.kind in HEADING_KINDS or between


def other_sheets(source: SourceText, tables: Sequence[TaskTable], draft: PlanDraft, ledger: Ledger) -> set[int]:
    """Set aside the tables that are no tables of tasks, each with a warning; return the numbers of their lines."""
    read = {task.table.number for task in tables}
    numbers: set[int] = set()
    for table in source.tables:
        if table.number in read or not table.sheet:
            continue
        numbers |= table.line_numbers
        for cell in table.cells:
            ledger.mark(passage_of([cell]), PieceKind.FURNITURE)
        hint = "表头应有“重点工作任务”“责任单位”“完成时限”这样的栏目；不需要的工作表不用理会。"
        draft.problems.append(Problem(min(table.line_numbers), table.sheet, "这张工作表没有找到表头，没有读入。", hint))
    return numbers


def is_label(line: Line, draft: PlanDraft, ledger: Ledger) -> bool:
    """Whether a line beside a table is a label such as 单位：…　截至日期：…; it is furniture, 单位 the issuer."""
    unit = UNIT.match(line.text)
    if not unit and not NOTE.match(line.text) and not (LABELLED.fullmatch(line.text) and LABEL_WORDS.search(line.text)):
        return False
    if unit and draft.issuer is None:
        draft.issuer = unspaced(unit[1])
    ledger.mark(whole(line), PieceKind.FURNITURE)
    return True


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
            ledger.mark(
                Passage([Span(lines[number], start, end) for start, end in gaps if start < end]), PieceKind.FURNITURE
            )
