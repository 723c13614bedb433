"""What the columns of a table of tasks mean: one table of headings, and where in a table the heading row stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from importer.files.tables import Cell, Table


class Kind(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    GROUP = "group"  # a section or part: the same for several rows
    TITLE = "title"
    BODY = "body"
    LEAD = "lead"
    OFFICES = "offices"
    SUPPORT = "support"
    DEADLINE = "deadline"
    REMARKS = "remarks"
    LEFT_OUT = "left out"  # progress, persons, telephone numbers: no part of a plan


@dataclass(frozen=True)
class Heading:
    """A form of heading: what the column holds, an expression for all of the heading, an example that matches."""

    kind: Kind
    regex: str
    example: str

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, ready for use."""
        return re.compile(self.regex)


OFFICE = "(?:科室|处室|单位|部门|股室|机构|主体|学校|方|科|处)"
TASK = "(?:任务|事项|项目|要点|举措项目)"

# The first row that matches all of a heading wins; headings are compared without white space and brackets.
HEADINGS = (
    Heading(Kind.NUMBER, r"(?:序号|编号|序|项次|(?:项目|任务|事项)(?:编号|序号)|[Nn][Oo]\.?)", "序号"),
    Heading(Kind.LEFT_OUT, r".*(?:系统编号|应达进度|完成率|完成比例|百分比|得分|分值|评分|灯号|红绿灯)", "完成率"),
    Heading(Kind.LEFT_OUT, r"(?:目前|当前|工作|任务|本期|本月|最新)?(?:进展|完成|推进|落实|执行)(?:情况|情况说明|状态)|(?:工作|目前|最新|任务)进展|进度|状态|是否完成", "目前进展情况"),
    Heading(Kind.LEFT_OUT, r".*(?:存在(?:的)?(?:困难|问题)|困难|问题|下一步).*", "存在的困难"),
    Heading(Kind.LEFT_OUT, r".*(?:联系人|电话|联系方式|责任人|负责人|经办人|分管领导|责任领导|牵头领导|包联领导|签字|签名)", "责任人"),
    Heading(Kind.SUPPORT, rf"(?:配合|协办|协同|协助|参与|参加|支持){OFFICE}?(?:及人员)?", "配合单位"),
    Heading(Kind.LEAD, rf"(?:牵头|主办|主责|第一责任){OFFICE}?(?:及负责人)?", "牵头科室"),
    Heading(Kind.OFFICES, rf"(?:责任|负责|承办|落实|实施|执行|承担|主管|完成|涉及|相关|填报)(?:{OFFICE}|分工)|责任|{OFFICE}|科室名称|(?:责任|职责|任务|单位)分工", "责任单位"),
    Heading(Kind.DEADLINE, r".*(?:时限|期限|时间节点|时间要求|时间安排|时间进度|完成时间|办结时间|完成日期|截止日期|截止时间|起止时间|完成节点|进度要求|进度安排)|时间|节点|日期", "完成时限"),
    Heading(Kind.REMARKS, r"备注|说明|备注说明|其他", "备注"),
    Heading(Kind.GROUP, r"(?:工作|任务|项目|事项|重点|所属)?(?:类别|板块|分类|领域|维度|条线|模块|类型|大类|专题|方面|版块)(?:名称)?|一级(?:指标|任务|目标|项目)", "工作类别"),
    Heading(Kind.TITLE, rf"(?:年度|本年|今年|重点|主要|工作|目标|督查|督办|实施|建设|具体工作|二级|民生|民心|实事|办)*{TASK}(?:名称|内容)?", "重点工作任务"),
    Heading(Kind.TITLE, r"(?:年度|重点|主要)*重点工作(?:名称|内容)?|(?:年度|重点|主要)?工作(?:名称|事项|要点)|名称", "年度重点工作"),
    Heading(Kind.BODY, r".*(?:举措|措施|目标|要求|标准|标志|指标|成果|成效|做法|计划|方案|路径|分解|明细|细化).*", "具体举措"),
    Heading(Kind.BODY, r"(?:具体|主要|详细|分解|年度|工作|建设|重点|实施)*(?:任务|内容|工作|要点|事项)", "具体任务"),
)
TEXTS = (Kind.TITLE, Kind.BODY)
LONGEST = 24  # characters of a heading
ROWS_SEARCHED = 60


def kind_of_heading(text: str) -> Kind | None:
    """What a column with this heading holds, None for an unknown one."""
    compact = re.sub(r"[\s*＊:：]|[(（【\[][^()（）【】\[\]]*[)）】\]]", "", text)
    if not compact or len(compact) > LONGEST:
        return None
    return next((heading.kind for heading in HEADINGS if heading.compiled.fullmatch(compact)), None)


@dataclass(frozen=True)
class Head:
    """The heading rows of a table: the first and last of them, what each column holds, what its heading says."""

    first: int
    last: int
    kinds: dict[int, Kind]
    texts: tuple[str, ...]

    def columns(self, *kinds: Kind) -> list[int]:
        """The columns of these kinds, left to right."""
        return [column for column, kind in sorted(self.kinds.items()) if kind in kinds]

    @property
    def is_progress_sheet(self) -> bool:
        """Whether the table also reports progress (推进情况表), so that its remarks are on the report."""
        return Kind.LEFT_OUT in self.kinds.values()


def find_head(table: Table) -> Head | None:
    """The heading row of a table of tasks; None where the table is none."""
    for number in sorted(table.rows)[:ROWS_SEARCHED]:
        cells = [cell for cell in table.rows[number] if number > 0]
        kinds = kinds_of_row(cells)
        known = set(kinds.values())
        recognised = sum(1 for cell in cells if cell.column in kinds)
        if known & set(TEXTS) and len(known) >= 2 and recognised * 2 >= len(cells) and len(kinds) >= 2:
            return with_second_row(table, number, cells, kinds)
    return None


def kinds_of_row(cells: Sequence[Cell]) -> dict[int, Kind]:
    """What the columns under the cells of a heading row hold; a cell over several columns counts for each."""
    kinds: dict[int, Kind] = {}
    for cell in cells:
        kind = kind_of_heading(cell.text)
        if kind is not None:
            kinds.update(dict.fromkeys(range(cell.column, cell.column + min(cell.columns, 30)), kind))
    return kinds


def with_second_row(table: Table, number: int, cells: Sequence[Cell], kinds: dict[int, Kind]) -> Head:
    """The head with its second row, where one stands under cells merged over several columns (责任单位: 牵头, 配合)."""
    below = table.rows.get(number + 1, [])
    wide = {column for cell in cells if cell.columns > 1 for column in range(cell.column, cell.column + min(cell.columns, 30))}
    inner = kinds_of_row(below)
    texts = tuple(cell.text for cell in cells)
    if below and all(cell.column in wide and cell.column in inner for cell in below):
        return settled(Head(number, number + 1, kinds | inner, texts))
    return settled(Head(number, number, kinds, texts))


def settled(head: Head) -> Head:
    """The head with exactly one column of titles: the first of several, or else the first column of text."""
    kinds = dict(head.kinds)
    titles = head.columns(Kind.TITLE)
    if not titles:
        kinds[head.columns(Kind.BODY)[0]] = Kind.TITLE
    for column in titles[1:]:
        kinds[column] = Kind.BODY
    return Head(head.first, head.last, kinds, head.texts)
