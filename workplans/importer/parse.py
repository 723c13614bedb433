"""The importer's door: a file's name and bytes in, drafts out.

`parse_document` raises `UnreadableDocument` where the file gives no text; everything else that is wrong stands in the
draft's problems, those of severity ERROR keeping it from being stored.
"""

import re
from collections.abc import Sequence

from .chapters import is_heading, kind_of_chapter
from .documents import split_documents
from .drafts import Draft, FeedbackDraft, Line, PieceKind, PlanDraft, Problem, Severity
from .feedback import read_feedback
from .frame import Frame, read_frame
from .paragraphs import Paragraph, read_paragraphs
from .passages import Ledger
from .plan import read_plan
from .readers import SourceText, UnreadableDocument, is_ink, read_document

__all__ = ["UnreadableDocument", "parse_document", "parse_source"]

SURELY_FEEDBACK = re.compile(r"反馈|总结|小结|自评|自查|述职|汇报")
FEEDBACK_TITLE = re.compile(r"(?:推进|完成|落实|进展|执行|开展|工作)情况|报告(?:\(.*\))?$")
PLAN_TITLE = re.compile(r"(?:要点|计划|规划|意见|方案|安排|打算|分工|任务|清单|通知)(?:\(.*\))?$")


def parse_document(name: str, content: bytes) -> list[PlanDraft | FeedbackDraft]:
    """Read one file of plain text; a list of one draft, or of several where the file holds more than one plan."""
    return parse_source(read_document(name, content))


def parse_source(source: SourceText) -> list[PlanDraft | FeedbackDraft]:
    """Read what a reader of any form gives; its furniture stays furniture, its notes stand first in the problems."""
    parts = split_documents(read_paragraphs(source.lines, source.furniture))
    firsts = [part[0].line for part in parts[1:]]
    drafts = []
    for part, first, end in zip(parts, [0, *firsts], [*firsts, len(source.lines) + 1], strict=True):
        lines = [line for line in source.lines if first <= line.number < end]
        drafts.append(parse_paragraphs(part, lines))
    for draft, first in zip(drafts, [firsts[0], *firsts] if firsts else [None], strict=True):
        if first is not None:
            draft.problems.insert(0, several_documents(source.lines[first - 1]))
    drafts[0].problems[:0] = source.notes
    return drafts


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
