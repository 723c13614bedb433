"""The rows above a table's headings: its title, over one row or several, and what stands beside it."""

import re
from collections.abc import Sequence

from importer.drafts.drafts import PieceKind, PlanDraft
from importer.files.tables import Cell
from importer.text.paragraphs import HALF_WIDTH_DIGITS
from importer.text.passages import Ledger, Passage, unspaced
from importer.text.patterns import FURNITURE, HEAD, full_match

from .dates import date_in
from .table_cells import passage_of
from .table_rows import NOTE

UNIT = re.compile(
    r"\s*(?:填报|制表|填表|报送|编制|责任|牵头|发文|印发)?单位(?:名称)?(?:[(（]盖章[)）])?\s*[:：]\s*(\S{2,40}?)(?:[(（]盖章[)）])?(?=\s|$)"
)
LABELLED = re.compile(r"\s*[^。，]{1,12}[:：][^。]{0,120}")
LABEL_WORDS = re.compile(r"日期|时间|合计|填报期|制表|填表|截至|截止|页|联系|电话|密级|编号|单位")
TITLE_END = re.compile(
    r"(?:要点|计划|规划|意见|方案|安排|打算|分工|分解|任务|清单|举措|措施|目标|表|项目|台账|一览|工程|实事|责任书|任务书|路线图|推进|事项|明细|汇总|图|单|册|纲要|情况)[^()（）]{0,3}(?:[(（\[【][^()（）]{1,24}[)）\]】]){0,3}$"
)
BRACKET = re.compile(r"[(（\[【][^()（）]{1,30}[)）\]】]")
MONEY = re.compile(r"\s*[(（]?\s*单位\s*[:：]\s*(?:万?亿?元|人次?|个|所|%|项|名|平方米)\s*[)）]?\s*")
LONGEST_TITLE_ROW = 80
MOST_TITLE_ROWS = 4


def title_above(cells: Sequence[Cell], draft: PlanDraft, ledger: Ledger) -> list[Passage]:
    """Read the rows above a table's headings; the draft gets its title, number, issuer, date; returns the sentences."""
    rows: dict[int, list[Cell]] = {}
    for cell in cells:
        rows.setdefault(cell.row, []).append(cell)
    titles: list[list[Passage]] = []
    sentences: list[Passage] = []
    for row in rows.values():
        words = [cell for cell in row if not is_beside(cell, draft)]
        passage = passage_of(words)
        for cell in row:
            if cell not in words:
                ledger.mark(passage_of([cell]), PieceKind.FURNITURE)
        if words and (len(passage.view) > LONGEST_TITLE_ROW or "。" in passage.view or len(titles) == MOST_TITLE_ROWS):
            sentences.append(passage)
            ledger.mark(passage, PieceKind.BODY)
        elif words:
            titles.append([passage_of([cell]) for cell in words])
    best = title_rows(titles)
    for words_of_row in titles:
        kind = PieceKind.HEADING if words_of_row in best else PieceKind.FURNITURE
        for words_of_cell in words_of_row:
            ledger.mark(words_of_cell, kind)
    draft.title = "".join(printed(passage) for row in best for passage in row)
    return sentences


def is_beside(cell: Cell, draft: PlanDraft) -> bool:
    """Whether a cell above the headings is no title: annex mark, document number, unit, date; what it tells is noted."""
    view = passage_of([cell]).view.strip()
    name = full_match(FURNITURE, view)
    is_money = bool(MONEY.fullmatch(cell.text))
    unit = None if is_money else UNIT.match(cell.text)
    is_label = bool(LABELLED.fullmatch(cell.text) and LABEL_WORDS.search(cell.text))
    if name == "document_number":
        draft.document_number = unspaced(view)
    elif unit:
        draft.issuer = draft.issuer or unspaced(unit[1])
    if (name or unit or is_label) and (day := date_in(view)):
        draft.issued_on = draft.issued_on or day
    return bool(
        name or unit or is_money or is_label or NOTE.match(cell.text) or full_match(HEAD, view) == "attachment_list"
    )


def title_rows(rows: Sequence[list[Passage]]) -> list[list[Passage]]:
    """The rows that are the title: up to the last that ends like one and the brackets behind it; an organ alone in front
    belongs to it unless the title names it again."""
    texts = ["".join(printed(passage) for passage in row) for row in rows]
    ends = [index for index, text in enumerate(texts) if TITLE_END.search(text) and not BRACKET.fullmatch(text)]
    if not ends:
        return list(rows[:MOST_TITLE_ROWS])
    start, end = 0, ends[0] + 1
    while end < len(texts) and (
        BRACKET.fullmatch(texts[end]) or (end in ends and not re.match(r"20\d\d", texts[end]) and len(texts[end]) < 16)
    ):
        end += 1
    while start < end - 1 and texts[start] in "".join(texts[start + 1 : end]):
        start += 1
    return list(rows[start:end])


def printed(passage: Passage) -> str:
    """A stretch of a title as printed, without white space and with half-width digits."""
    return unspaced(passage.raw).translate(HALF_WIDTH_DIGITS)
