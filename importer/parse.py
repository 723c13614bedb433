"""The importer's door: a file's name and bytes in, drafts out.

`parse_document` raises `UnreadableDocument` where the file gives no text; everything else that is wrong stands in the
draft's problems, those of severity ERROR keeping it from being stored.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath

from .drafts.drafts import AnyDraft, Draft, FeedbackDraft, Line, PieceKind, PlanDraft, Problem, ProblemKind, Severity
from .files.file_kinds import open_document_file
from .files.readers import SourceText, UnreadableDocument, is_ink
from .files.tables import places
from .plan.confidence import settle_confidence
from .plan.feedback import read_feedback
from .plan.plan import read_plan
from .plan.readings import (
    Choice,
    other_kinds,
    other_medium,
    other_outlines,
    outlines,
    score_of_report,
)
from .plan.surroundings import Frame, read_frame
from .plan.table_frame import TaskTable, task_tables
from .plan.table_plan import read_table_plan
from .plan.weights import REPORT_CLOSE
from .text.documents import split_documents
from .text.full_stops import with_habit
from .text.paragraphs import Paragraph, read_paragraphs
from .text.passages import Ledger

__all__ = ["UnreadableDocument", "parse_document", "parse_source"]

NOTICE = re.compile(r"(?:通知|通报|函)(?:\(.*\))?$")
Drafts = list[PlanDraft | FeedbackDraft]
NOBODY: frozenset[str] = frozenset()
NO_CHOICE = Choice()


def parse_document(name: str, content: bytes, familiar: frozenset[str] = NOBODY, choice: str = "") -> Drafts:
    """Read one file; a list of one draft, or of several where the file holds more than one plan.

    `familiar` are names of offices confirmed before; `choice` asks for another reading, as a draft's alternatives say.
    """
    return parse_source(open_document_file(name, content), PurePath(name).stem, familiar, choice)


def parse_source(source: SourceText, name: str = "", familiar: frozenset[str] = NOBODY, choice: str = "") -> Drafts:
    """Read what a reader of any form gives; its furniture stays furniture, its notes stand first in the problems."""
    wanted = Choice.of(choice)
    source = replace(source, lines=with_habit(source.lines))
    tables = task_tables(source)
    drafts = parse_tables(source, tables, name, familiar, wanted) if tables else parse_lines(source, familiar, wanted)
    drafts[0].problems[:0] = source.notes
    for draft in drafts:
        draft.choice = str(wanted)
        if source.tables:
            tell_places(draft, places(source.tables))
    return drafts


def parse_lines(source: SourceText, familiar: frozenset[str] = NOBODY, choice: Choice = NO_CHOICE) -> Drafts:
    """Read a document as text."""
    parts = split_documents(read_paragraphs(source.lines, source.furniture, familiar))
    firsts = [part[0].line for part in parts[1:]]
    drafts = []
    for part, first, end in zip(parts, [0, *firsts], [*firsts, len(source.lines) + 1], strict=True):
        drafts.append(parse_paragraphs(part, source.lines[max(0, first - 1) : end - 1], choice))
    for draft, first in zip(drafts, [firsts[0], *firsts] if firsts else (), strict=False):
        draft.problems.insert(0, several_documents(source.lines[first - 1]))
    return drafts


def parse_tables(
    source: SourceText, tables: Sequence[TaskTable], name: str, familiar: frozenset[str], choice: Choice
) -> Drafts:
    """Read a document by its tables of tasks or by the text beside them, whichever holds more; the other is offered."""
    inside = frozenset(number for task in tables for number in task.table.line_numbers)
    has_text = any(is_ink(c) for line in source.lines if line.number not in inside for c in line.text)

    def by_table() -> Drafts:
        draft = read_table_plan(source, tables, name)
        settle_confidence(draft, draft.problems, familiar, is_close=False)
        draft.problems = sorted([*draft.problems, *problems_of(draft)], key=lambda problem: problem.line or 0)
        return [draft]

    def by_text() -> Drafts:
        return parse_lines(replace(source, furniture=source.furniture | inside), familiar, choice) if has_text else []

    table, text = whichever_reads(by_table, by_text)
    if not text or not table:
        return table or text
    return chosen_medium(table, text, source.lines[min(inside) - 1], choice)


def chosen_medium(table: Drafts, text: Drafts, line: Line, choice: Choice) -> Drafts:
    """The text or the table, whichever holds more; the other is offered and told."""
    plan = next(draft for draft in table if isinstance(draft, PlanDraft))
    in_text, in_table = sum(len(d.items) for d in text if isinstance(d, PlanDraft) and not d.errors), len(plan.items)
    is_text = choice.medium == "text" if choice.medium else weighs_more(text, plan)
    taken = text if is_text else table
    if is_text:
        hint = "如果要导入的是表格，请在“也可以这样读”里选“按表格读”，或把它单独存成一个文件再导入。"
        message = f"正文之外还有任务表（{in_table} 项），这次只读了正文。"
        taken[0].problems.append(Problem(line.number, line.text.strip(), message, hint))
        taken[0].alternatives.append(other_medium("table", in_table, choice))
    elif in_text:
        hint = "如果要导入的是正文，请在“也可以这样读”里选“按正文读”，或删去表格另存一个文件再导入。"
        message = f"表格之外，正文里还有 {in_text} 项编号的内容，这次只读了表格。"
        taken[0].problems.append(Problem(line.number, line.text.strip(), message, hint))
        taken[0].alternatives.append(other_medium("text", in_text, choice))
    return taken


def weighs_more(prose: Sequence[AnyDraft], table: PlanDraft) -> bool:
    """Whether the text says more than its tables: it holds more items; as many, where it is no mere notice of them."""
    if any(draft.errors for draft in prose):
        return False
    weight = max(len(d.blocks) * 2 if isinstance(d, FeedbackDraft) else len(d.items) for d in prose)
    is_plan = isinstance(prose[0], PlanDraft) and not NOTICE.search(prose[0].title)
    return weight > len(table.items) or (weight == len(table.items) > 0 and is_plan)


def whichever_reads(*readings: Callable[[], Drafts]) -> list[Drafts]:
    """What each reading gives; one that fails gives nothing and a warning in the others, unless all fail."""
    found: list[Drafts] = []
    failure: Exception | None = None
    for reading in readings:
        try:
            found.append(reading())
        except (UnreadableDocument, MemoryError, RecursionError):
            raise
        except Exception as error:  # a fault in one reading must not lose the document
            failure = error
            found.append([])
    if failure is not None:
        if not any(found):
            raise failure
        for drafts in found:
            for draft in drafts[:1]:
                draft.problems.append(Problem(None, "", "有一种读法没有读成，用了另一种。", "请对照原文多看一眼。"))
    return found


def tell_places(draft: Draft, where: dict[int, str]) -> None:
    """Let each problem of a table say where in the table it is, in place of the number of a line nobody sees."""

    def place(match: re.Match[str]) -> str:
        return where.get(int(match[1]), match[0])

    for index, problem in enumerate(draft.problems):
        if problem.line in where:
            message = re.sub(r"第 (\d+) 行(?=已经)", place, problem.message)
            draft.problems[index] = replace(problem, message=f"{where[problem.line]}：{message}", is_placed=True)


def several_documents(line: Line) -> Problem:
    """The error that a file holds more than one document, at the line where another begins."""
    return Problem(
        line.number,
        line.text.strip(),
        "一个文件里有不止一份文件，从这一行起是另一份。",
        "请拆成两个文件，分别导入。",
        Severity.ERROR,
        ProblemKind.SEVERAL_DOCUMENTS,
    )


def parse_paragraphs(
    paragraphs: Sequence[Paragraph], lines: Sequence[Line], choice: Choice = NO_CHOICE
) -> PlanDraft | FeedbackDraft:
    """Build one draft from the paragraphs of one document."""
    ledger = Ledger(lines)
    frame = read_frame(paragraphs, ledger)
    score = score_of_report(frame)
    is_report = choice.kind == "feedback" if choice.kind else score > 0
    draft = read_feedback(frame, ledger) if is_report else plan_from(frame, ledger, choice)
    draft.alternatives[:0] = other_kinds(draft.kind, score, choice)
    draft.pieces = ledger.pieces()
    if abs(score) < REPORT_CLOSE and score and not choice.kind:
        draft.problems.append(unsure_of_kind(draft))
    draft.problems = sorted([*draft.problems, *problems_of(draft)], key=lambda problem: problem.line or 0)
    return draft


def plan_from(frame: Frame, ledger: Ledger, choice: Choice) -> PlanDraft:
    """A plan in its best outline, the next best offered."""
    ranked = outlines(frame.body, choice.outline)
    draft = read_plan(frame, ledger, ranked[0].roles)
    draft.alternatives = other_outlines(frame.body, ranked, choice)
    settle_confidence(draft, draft.problems, frame.familiar, bool(draft.alternatives) and not choice.outline)
    return draft


def unsure_of_kind(draft: Draft) -> Problem:
    """The question whether a document is a plan or a report."""
    read_as = "总结（反馈）" if isinstance(draft, FeedbackDraft) else "工作计划"
    return Problem(
        None, "", f"看不准这份文件是工作计划还是总结，先按{read_as}读了。", "如果不对，请在“也可以这样读”里换一种读法。"
    )


def problems_of(draft: AnyDraft) -> list[Problem]:
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
        return [Problem(line, text, "没有找到工作事项。", hint, Severity.ERROR, ProblemKind.NO_ITEMS), *problems]
    if not draft.title:
        problems.append(
            Problem(
                line,
                text,
                "没有找到标题。",
                "请在第一行写上标题，如“某某区教育局2024年工作要点”。",
                kind=ProblemKind.NO_TITLE,
            )
        )
    if draft.year is None:
        problems.append(
            Problem(line, text, "没有找到计划年度。", "请在标题里写明年份，或在导入后补填。", kind=ProblemKind.NO_YEAR)
        )
    return problems


def is_empty(draft: AnyDraft) -> bool:
    """Whether nothing was found that could be kept."""
    if isinstance(draft, FeedbackDraft):
        return not any(is_ink(character) for block in draft.blocks for character in block.text)
    return not any(section.items or section.text for section in draft.sections)
