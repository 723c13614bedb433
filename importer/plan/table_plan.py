"""Tables of tasks (任务分解表) -> a `PlanDraft`.

A row is an item; rows that are one heading, columns that hold for several tasks and headings in the text between tables
are sections or parts of them. What stands above and below the tables gives title, issuer and preamble. Every cell's
lines are marked, so the pieces cover a table as they cover text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from importer.drafts.drafts import PieceKind, PlanDraft, Problem, SectionDraft
from importer.files.readers import SourceText
from importer.files.tables import Cell
from importer.text.numbering import HEADING_KINDS, SECTION_KINDS
from importer.text.paragraphs import read_marker
from importer.text.passages import Ledger, Passage, unspaced

from .dates import span_in, year_of_plan
from .item_doubts import repeated_numbers
from .plan import end_of_first_sentence
from .table_cells import OfficesCell, passage_of
from .table_frame import GENERIC_SHEET, TaskTable, around, mark_dividers
from .table_headings import NAMING, ColumnKind
from .table_items import OpenTask
from .table_rows import CONTINUED, Row, is_no_task, signature_rows

CHINESE_NUMBER = re.compile(r"[(（]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?|第[一二三四五六七八九十]{1,3}[部章]分?")
SHORT_HEADING = 40
OUTERMOST = frozenset(SECTION_KINDS)
SHOWN = 3  # cells of a column that was not understood, in the warning


def read_table_plan(source: SourceText, tables: Sequence[TaskTable], name: str) -> PlanDraft:
    """Build the draft of a plan from its tables of tasks; `name` (the file's) is the title where there is none."""
    ledger = Ledger(source.lines)
    draft = PlanDraft()
    around(source, tables, draft, ledger)
    if not draft.title and name.strip():
        draft.title = unspaced(name)
        draft.problems.append(
            Problem(None, name, "表格上方没有标题，暂用文件名作标题。", "请核对标题，可在确认前修改。")
        )
    draft.year = year_of_plan(draft.title, draft.preamble, draft.issued_on, draft.document_number) or year_of_deadlines(
        tables
    )
    if span := span_in(draft.title, draft.year):
        draft.start_on, draft.end_on = span.start_on, span.end_on
    reader = TableReader(draft, ledger, is_only_table=len(tables) == 1)
    for table in tables:
        reader.read(table)
    reader.close_item()
    draft.problems.extend(repeated_numbers(draft.sections))
    mark_dividers(tables, ledger)
    draft.pieces = ledger.pieces()
    return draft


def year_of_deadlines(tables: Sequence[TaskTable]) -> int | None:
    """The year most deadlines name, where nothing above the table names one."""
    cells = (
        cell for task in tables for row in task.rows for cell in row.at(task.shape.head.columns(ColumnKind.DEADLINE))
    )
    years = Counter(match[0] for cell in cells if (match := re.search(r"20\d\d", cell.text)))
    return int(years.most_common(1)[0][0]) if years else None


class TableReader:
    """Goes through the tables row by row and grows the draft's sections and items."""

    def __init__(self, draft: PlanDraft, ledger: Ledger, is_only_table: bool):
        self.draft, self.ledger, self.is_only_table = draft, ledger, is_only_table
        self.section: SectionDraft | None = None
        self.level2: str | None = None
        self.levels: list[str | None] = []  # kinds of marker of the section rows so far
        self.shown: dict[int, str] = {}  # the heading last shown in each grouping column
        self.open: OpenTask | None = None
        self.offices_above: list[OfficesCell] = []  # of the heading row

    def read(self, task: TaskTable) -> None:
        """Read every row of a table."""
        self.task, self.shape, self.head = task, task.shape, task.shape.head
        self.numbers = self.head.columns(ColumnKind.NUMBER)
        numbered = [cell for row in task.rows for cell in row.at(self.numbers)]
        self.has_digits = any(cell.text.strip()[:1].isdigit() for cell in numbered)
        self.all_numbered = len(numbered) * 10 >= len(task.rows) * 6
        if not task.goes_on:
            self.close_item()
            self.shown = {}
        self.mark_labels()
        end = len(task.rows) - signature_rows(task.rows)
        for row in task.rows[:end]:
            self.row(row)
        for row in task.rows[end:]:
            self.sign(row)
        self.hidden_rows()
        self.unread_columns()

    def mark_labels(self) -> None:
        """Mark the headings, and take the heading above the table or the sheet's name for the section of its rows."""
        self.set_aside(self.task.labels)
        if self.task.heading is not None:
            self.heading_above()
        elif self.task.title is not None:
            self.open_section(passage_of([self.task.title]), None)
        for cell in self.task.table.cells:
            if cell.row > 0:
                break
            self.sheet_name(cell)

    def heading_above(self) -> None:
        """Begin a section, or a part of one, with the heading in the text above the table."""
        self.close_item()
        paragraph = self.task.heading
        if paragraph is None:
            return
        if paragraph.kind == "chinese_bracket" and self.section is not None:
            self.level2 = self.heading(paragraph.passage)
        else:
            self.open_section(paragraph.passage, None)

    def sheet_name(self, cell: Cell) -> None:
        """Take the sheet's name for the section of its rows, where the sheets have names of their own."""
        passage = passage_of([cell])
        if (
            self.is_only_table
            or self.shape.groups
            or any(map(self.is_section_row, self.task.rows))
            or GENERIC_SHEET.fullmatch(passage.view)
        ):
            self.ledger.mark(passage, PieceKind.FURNITURE)
        else:
            self.open_section(passage, None)

    # --- rows --------------------------------------------------------------------------------------------

    def row(self, row: Row) -> None:
        """Read one row as what it is."""
        if is_no_task(row, self.head):
            self.set_aside(row.cells.values())
        elif self.is_section_row(row):
            self.section_row(row)
        else:
            self.item_row(row)

    def set_aside(self, cells: Iterable[Cell]) -> None:
        """Mark cells that are no part of the plan."""
        for cell in cells:
            self.ledger.mark(passage_of([cell]), PieceKind.FURNITURE)

    def sign(self, row: Row) -> None:
        """Set a row of the signature aside; the organ that signs is the issuer where nothing else says who is."""
        for cell in row.cells.values():
            words = unspaced(cell.text)
            if self.draft.issuer is None and not re.search(r"[\d:：]", words):
                self.draft.issuer = words
        self.set_aside(row.cells.values())

    def is_section_row(self, row: Row) -> bool:
        """Whether a row is a heading across the table, or a Chinese number with a heading and no measure of its own."""
        words = [cell for column, cell in row.cells.items() if column not in self.numbers]
        number = "".join(cell.text for cell in row.at(self.numbers)).strip()
        if self.has_digits and number and CHINESE_NUMBER.fullmatch(number):
            words = [
                cell
                for cell in words
                if self.head.kinds.get(cell.column) not in (*NAMING, ColumnKind.DEADLINE, ColumnKind.LEADER)
            ]
        if len(words) > 1 or (row.covered and not any(cell.columns > 1 for cell in words)):
            return False
        if not words:
            return not number.isdigit() and number != CONTINUED and len(number) > 2
        text = words[0].text.strip()
        if number:
            return bool(CHINESE_NUMBER.fullmatch(number)) and "。" not in text
        marker = read_marker(passage_of(words))
        if words[0].columns > 1 or (marker and marker.kind in HEADING_KINDS):
            return True
        is_first = words[0].column <= min(self.shape.title, *self.head.kinds) or (
            self.all_numbered and words[0].column == self.shape.title
        )
        return is_first and len(text) <= SHORT_HEADING and "。" not in text and not marker

    def section_row(self, row: Row) -> None:
        """Begin a section, or a part of one, with a heading row."""
        self.close_item()
        named = [
            (column, cell)
            for column, cell in sorted(row.cells.items())
            if self.head.kinds.get(column) in (*NAMING, ColumnKind.DEADLINE, ColumnKind.LEADER)
        ]
        beside = named if len(named) < len(row.cells) and len(row.cells) > 1 else []
        for _, cell in beside:
            self.ledger.mark(passage_of([cell]), PieceKind.OFFICES)
        self.offices_above = [
            OfficesCell(self.head.kinds[column], cell) for column, cell in beside if self.head.kinds[column] in NAMING
        ]
        cells = [cell for column, cell in sorted(row.cells.items()) if (column, cell) not in beside]
        passage = passage_of(cells)
        marker = read_marker(passage)
        ordinal: str | None = None
        kind: str | None
        numbers = [cell for cell in cells if cell.column in self.numbers]
        if marker is None and numbers and len(cells) > 1:
            ordinal = numbers[0].text.strip(" （）()、.．\n")
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
        return kind == self.levels[0] and not any(level in OUTERMOST for level in self.levels) if self.levels else True

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
        self.add_section_text(content.cut(end + 1))
        return content.cut(0, end).text

    def add_section_text(self, passage: Passage) -> None:
        """Add words to the section's own text."""
        if passage and self.section:
            self.ledger.mark(passage, PieceKind.BODY)
            self.section.text = "\n".join(filter(None, (self.section.text, passage.text)))

    # --- columns that stand above the tasks --------------------------------------------------------------

    def group(self, row: Row) -> None:
        """Begin the sections and parts that the row's grouping cells head; the same words again go on."""
        for depth, column in enumerate(self.shape.groups):
            for cell in row.at([column]):
                if cell.columns > 1 and cell.column + cell.columns > self.shape.title:
                    continue
                passage = passage_of([cell])
                if self.shown.get(column) == passage.text:
                    self.ledger.mark(passage, PieceKind.FURNITURE)
                    continue
                self.close_item()
                self.shown[column] = passage.text
                self.open_group(row, depth, column, passage)
                self.shown = {c: text for c, text in self.shown.items() if c in self.shape.groups[: depth + 1]}
        for column in self.shape.group_texts:
            for cell in row.at([column]):
                if self.shown.get(column) == cell.text:
                    self.set_aside([cell])
                    continue
                self.shown[column] = cell.text
                self.add_section_text(passage_of([cell]))

    def open_group(self, row: Row, depth: int, column: int, passage: Passage) -> None:
        """Begin the section or the part that a grouping cell heads, with the number beside it."""
        numbers = row.at([self.shape.group_numbers[column]]) if column in self.shape.group_numbers else []
        if depth == 0 and not self.levels:
            ordinal = numbers[0].text.strip(" 、.．\n") if numbers and not read_marker(passage) else None
            self.open_section(passage, ordinal)
        else:
            self.level2 = self.heading(passage)
        for cell in numbers:
            self.ledger.mark(passage_of([cell]), PieceKind.HEADING)

    # --- items -------------------------------------------------------------------------------------------

    def item_row(self, row: Row) -> None:
        """Read a row as an item, or as more of the item above it."""
        self.group(row)
        numbers = row.at(self.shape.numbers)
        printed = "".join(cell.text for cell in numbers).strip()
        wide = row.over(self.shape.title)  # a task without parts, merged over their column
        titles, bodies = (
            [wide] if wide and wide.column not in self.numbers else row.at([self.shape.title]),
            row.at(self.shape.bodies),
        )
        goes_on = printed == CONTINUED or not (titles or numbers) or self.shape.title in row.covered
        if self.open and goes_on:
            self.continue_item(row, titles, bodies, repeated=printed == CONTINUED)
        elif titles or bodies:
            self.close_item()
            if self.section is None:
                self.section = SectionDraft(None, "", line=(titles or bodies)[0].lines[0].number)
                self.draft.sections.append(self.section)
            self.open = OpenTask(self.shape, self.ledger, self.level2)
            self.open.begin(numbers, (titles or bodies)[0])
            self.open.add_cells(bodies if titles else bodies[1:])
        else:
            self.orphan(row, numbers)
            return
        self.open.take_rest(row)

    def continue_item(self, row: Row, titles: Sequence[Cell], bodies: Sequence[Cell], repeated: bool) -> None:
        """Add a row to the item above it; where our own sheet continues a row, it repeats the short cells."""
        self.set_aside([*row.at(self.shape.numbers), *(titles if repeated else ())])
        if self.open is None:
            return
        if repeated:
            self.open.go_on(bodies)
        else:
            self.open.add_cells([*titles, *bodies])

    def orphan(self, row: Row, numbers: Sequence[Cell]) -> None:
        """Say that a row without a title was not understood; its cells stay problems."""
        self.set_aside(numbers)
        self.set_aside([cell for column, cell in row.cells.items() if column not in self.head.kinds])
        grouping = (*self.shape.groups, *self.shape.group_texts, *self.shape.group_numbers.values())
        cells = [cell for column, cell in row.cells.items() if column in self.head.kinds and column not in grouping]
        if cells:
            text = "这一行没有工作任务，没有读入。"
            self.draft.problems.append(
                Problem(cells[0].lines[0].number, cells[0].text[:40], text, "请核对是否漏填，或属于上一项。")
            )
            self.set_aside(cells)

    def close_item(self) -> None:
        """Put the open item into its section."""
        if self.open is not None and self.section is not None:
            self.section.items.append(self.open.close(self.draft.year, self.offices_above))
            self.draft.problems.extend(self.open.problems)
            self.open = None

    # --- what a person should know -----------------------------------------------------------------------

    def hidden_rows(self) -> None:
        """Say which rows of the table are hidden; they were read."""
        hidden = [row for row in self.task.rows if row.number in self.task.table.hidden_rows]
        if hidden:
            first = next(iter(hidden[0].cells.values())).lines[0]
            numbers = "、".join(str(row.number) for row in hidden[:8]) + ("等" if len(hidden) > 8 else "")
            message = f"第 {numbers} 行是隐藏的（可能是筛选），共 {len(hidden)} 行，已一并读入。"
            self.draft.problems.append(Problem(first.number, first.text[:40], message, "不需要的行请删除后再导入。"))

    def unread_columns(self) -> None:
        """Name each column that was not understood, with what stands in it."""
        for column in self.shape.unread:
            cells = [row.cells[column] for row in self.task.rows if column in row.cells]
            words = dict.fromkeys(" ".join(cell.text.split())[:20] for cell in cells)
            heading = "".join(self.head.names[column].split()) or "没有栏目名"
            shown = "".join(f"“{word}”" for word in list(words)[:SHOWN]) + ("等" if len(words) > SHOWN else "")
            message = f"“{heading}”这一栏没有认出来，没有读入，里面是{shown}。"
            self.draft.problems.append(
                Problem(
                    cells[0].lines[0].number,
                    heading,
                    message,
                    "如果其中有要导入的内容，请把栏目名改成“具体举措”“责任单位”“完成时限”这样的名称。",
                )
            )
