"""The importer's door: a file's name and bytes in, drafts out.

`parse_document` raises `UnreadableDocument` where the file gives no text; everything else that is wrong stands in the
draft's problems, those of severity ERROR keeping it from being stored.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from .drafts.drafts import Draft, FeedbackDraft, Line, PieceKind, PlanDraft, Problem, Severity
from .files.file_kinds import open_document_file
from .files.readers import SourceText, UnreadableDocument, is_ink
from .files.tables import places
from .plan.chapters import is_heading, kind_of_chapter
from .plan.feedback import read_feedback
from .plan.plan import read_plan
from .plan.surroundings import Frame, read_frame
from .plan.table_frame import TaskTable, task_tables
from .plan.table_plan import read_table_plan
from .text.documents import split_documents
from .text.paragraphs import Paragraph, read_paragraphs
from .text.passages import Ledger

__all__ = ["UnreadableDocument", "parse_document", "parse_source"]

SURELY_FEEDBACK = re.compile(r"反馈|总结|小结|自评|自查|述职|汇报")
FEEDBACK_TITLE = re.compile(r"(?:推进|完成|落实|进展|执行|开展|工作)情况|报告(?:\(.*\))?$")
NOTICE = re.compile(r"(?:通知|通报|函)(?:\(.*\))?$")
PLAN_TITLE = re.compile(r"(?:要点|计划|规划|意见|方案|安排|打算|分工|任务|清单|通知)(?:\(.*\))?$")


def parse_document(name: str, content: bytes) -> list[PlanDraft | FeedbackDraft]:
    """Read one file; a list of one draft, or of several where the file holds more than one plan."""
    return parse_source(open_document_file(name, content), PurePath(name).stem)


def parse_source(source: SourceText, name: str = "") -> list[PlanDraft | FeedbackDraft]:
    """Read what a reader of any form gives; its furniture stays furniture, its notes stand first in the problems."""
    tables = task_tables(source)
    drafts = parse_tables(source, tables, name) if tables else parse_lines(source)
    drafts[0].problems[:0] = source.notes
    if source.tables:
        for draft in drafts:
            tell_places(draft, places(source.tables))
    return drafts


def parse_lines(source: SourceText) -> list[PlanDraft | FeedbackDraft]:
    """Read a document as text."""
    parts = split_documents(read_paragraphs(source.lines, source.furniture))
    firsts = [part[0].line for part in parts[1:]]
    drafts = []
    for part, first, end in zip(parts, [0, *firsts], [*firsts, len(source.lines) + 1], strict=True):
        drafts.append(parse_paragraphs(part, source.lines[max(0, first - 1) : end - 1]))
    for draft, first in zip(drafts, [firsts[0], *firsts] if firsts else [None], strict=True):
        if first is not None:
            draft.problems.insert(0, several_documents(source.lines[first - 1]))
    return drafts


def parse_tables(source: SourceText, tables: Sequence[TaskTable], name: str) -> list[PlanDraft | FeedbackDraft]:
    """Read a document by its tables of tasks; where more stands in the text beside them, by its text, with a warning."""
    draft = read_table_plan(source, tables, name)
    draft.problems = sorted([*draft.problems, *problems_of(draft)], key=lambda problem: problem.line or 0)
    inside = frozenset(number for task in tables for number in task.table.line_numbers)
    if not any(is_ink(c) for line in source.lines if line.number not in inside for c in line.text):
        return [draft]
    prose = parse_lines(replace(source, furniture=source.furniture | inside))
    line = source.lines[min(inside) - 1]
    if weighs_more(prose, draft):
        hint = "如果要导入的是表格，请把它单独存成一个文件再导入。"
        message = f"正文之外还有任务表（{len(draft.items)} 项），这次只读了正文。"
        prose[0].problems.append(Problem(line.number, line.text.strip(), message, hint))
        return prose
    if count := sum(len(d.items) for d in prose if isinstance(d, PlanDraft) and not d.errors):
        hint = "如果要导入的是正文，请删去表格另存一个文件再导入。"
        draft.problems.append(Problem(line.number, line.text.strip(), f"表格之外，正文里还有 {count} 项编号的内容，这次只读了表格。", hint))
    return [draft]


def weighs_more(prose: Sequence[Draft], table: PlanDraft) -> bool:
    """Whether the text says more than its tables: it holds more items; as many, where it is no mere notice of them."""
    if any(draft.errors for draft in prose):
        return False
    weight = max(len(d.blocks) * 2 if isinstance(d, FeedbackDraft) else len(d.items) for d in prose)
    is_plan = isinstance(prose[0], PlanDraft) and not NOTICE.search(prose[0].title)
    return weight > len(table.items) or (weight == len(table.items) > 0 and is_plan)


def tell_places(draft: Draft, where: dict[int, str]) -> None:
    """Let each problem of a table say where in the table it is, in place of the number of a line nobody sees."""

    def place(match: re.Match[str]) -> str:
        return where.get(int(match[1]), match[0])

    for index, problem in enumerate(draft.problems):
        if problem.line in where:
            message = re.sub(r"第 (\d+) 行(?=已经)", place, problem.message)
            draft.problems[index] = replace(problem, message=f"{where[problem.line]}：{message}")


def several_documents(line: Line) -> Problem:
    """The error that a file holds more than one document, at the line where another begins."""
    return Problem(line.number, line.text.strip(), "一个文件里有不止一份文件，从这一行起是另一份。", "请拆成两个文件，分别导入。", Severity.ERROR)


def parse_paragraphs(paragraphs: Sequence[Paragraph], lines: Sequence[Line]) -> PlanDraft | FeedbackDraft:
    """Build one draft from the paragraphs of one document."""
    ledger = Ledger(lines)
    frame = read_frame(paragraphs, ledger)
    draft = read_feedback(frame, ledger) if is_feedback(frame) else read_plan(frame, ledger)
    draft.pieces = ledger.pieces()
    draft.problems = sorted([*draft.problems, *problems_of(draft)], key=lambda problem: problem.line or 0)
    return draft


def is_feedback(frame: Frame) -> bool:
    """Whether a document reports what was done: by its title, else by its chapters."""
    title = frame.title
    if SURELY_FEEDBACK.search(title):
        return True
    if PLAN_TITLE.search(title):
        return False
    kinds = {kind_of_chapter(p.content.view) for p in frame.body if is_heading(p) and p.kind in ("chinese", "chinese_bracket")}
    return bool(FEEDBACK_TITLE.search(title)) or {"progress", "difficulties"} <= kinds


def problems_of(draft: Draft) -> list[Problem]:
    """What a person should look at in the whole draft."""
    problems = [
        Problem(piece.line, piece.text.strip(), "这段文字没有认出来。", "请核对它属于哪一项；导入后可在页面上补充。")
        for piece in draft.pieces
        if piece.kind is PieceKind.PROBLEM
    ]
    first = next(iter(draft.pieces), None)
    line, text = (first.line, first.text.strip()) if first else (1, "")
    if is_empty(draft):
        hint = "请确认这是一份工作计划或反馈：应有“一、”“1.”这样的编号。"
        return [Problem(line, text, "没有找到工作事项。", hint, Severity.ERROR), *problems]
    if not draft.title:
        problems.append(Problem(line, text, "没有找到标题。", "请在第一行写上标题，如“某某区教育局2024年工作要点”。"))
    if draft.year is None:
        problems.append(Problem(line, text, "没有找到计划年度。", "请在标题里写明年份，或在导入后补填。"))
    return problems


def is_empty(draft: Draft) -> bool:
    """Whether nothing was found that could be kept."""
    if isinstance(draft, FeedbackDraft):
        return not any(is_ink(character) for block in draft.blocks for character in block.text)
    return not any(section.items or section.text for section in draft.sections)
