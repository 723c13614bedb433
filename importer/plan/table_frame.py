"""Which tables of a document hold tasks, and what stands around them: title, issuer, preamble, other sheets."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from importer.drafts.drafts import Line, PieceKind, PlanDraft, Problem
from importer.files.readers import SourceText
from importer.files.tables import Table
from importer.text.paragraphs import read_paragraphs
from importer.text.passages import Ledger, paragraphs_text, unspaced, whole

from .surroundings import read_frame
from .table_cells import passage_of
from .table_headings import Head, find_head

NOTE = re.compile(r"\s*(?:注|备注|说明|填表|制表|审核|填报人|联系人|联系电话|单位负责人)\S{0,4}\s*[:：.、]")
UNIT = re.compile(r"\s*(?:填报|制表|填表|报送|编制|责任)?单位(?:名称)?(?:[(（]盖章[)）])?\s*[:：]\s*(\S{2,40}?)(?:[(（]盖章[)）])?(?=\s|$)")
LABELLED = re.compile(r"\s*[^。，]{1,12}[:：][^。]{0,120}")


@dataclass(frozen=True)
class TaskTable:
    """A table whose heading row was found."""

    table: Table
    head: Head


def task_tables(source: SourceText) -> list[TaskTable]:
    """The tables of tasks of a document; in Word, a table without a heading row goes on from the one before."""
    found: list[TaskTable] = []
    for table in source.tables:
        head = find_head(table)
        if head is None and found and not table.sheet:
            before = found[-1]
            same_width = max(c.column for c in table.cells) == max(c.column for c in before.table.cells)
            head = Head(0, 0, before.head.kinds, before.head.texts) if same_width else None
        if head is not None:
            found.append(TaskTable(table, head))
    return found


def around(source: SourceText, tables: Sequence[TaskTable], draft: PlanDraft, ledger: Ledger) -> None:
    """Read what stands around the tables: above the heading rows and, in Word, between and behind the tables."""
    inside = {line.number for t in tables for cell in t.table.cells if cell.row >= t.head.first for line in cell.lines}
    taken = inside | sheet_names(source) | other_sheets(source, tables, draft, ledger) | source.furniture
    for number in source.furniture:
        ledger.mark(whole(source.lines[number - 1]), PieceKind.FURNITURE)
    first = min(inside, default=0)
    lines = [line for line in source.lines if line.number not in taken and not is_label(line, draft, ledger)]
    frame = read_frame(read_paragraphs(lines), ledger)
    draft.title, draft.document_number = frame.title, frame.document_number
    draft.issuer, draft.issued_on = frame.issuer or draft.issuer, frame.issued_on
    for paragraph in frame.body:
        ledger.mark(paragraph.passage, PieceKind.BODY)
    draft.preamble = paragraphs_text([p.passage for p in frame.body if p.line < first])
    draft.closing = paragraphs_text([p.passage for p in frame.body if p.line > first])


def sheet_names(source: SourceText) -> set[int]:
    """The numbers of the lines that are names of sheets."""
    return {line.number for table in source.tables for cell in table.cells if cell.row == 0 for line in cell.lines}


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
    if not unit and not NOTE.match(line.text) and not (LABELLED.fullmatch(line.text) and re.search(r"日期|时间|合计|填报期|制表|填表", line.text)):
        return False
    if unit and draft.issuer is None:
        draft.issuer = unspaced(unit[1])
    ledger.mark(whole(line), PieceKind.FURNITURE)
    return True
