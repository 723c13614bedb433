"""The tables in a 催办单 and a 任务交办单: each column declared once, for the paper, its template and the list of fields; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from workplans.sheet_text import shown

from .letter import LetterTable, TableRow

RECEIPT = "签收人：　　　　　　　　签收日期：　　　　　　　　"


@dataclass(frozen=True)
class TableColumn:
    """A column: heading, what stands in it, its share of the width, whether centred."""

    heading: str
    meaning: str
    width: float
    is_centred: bool = True


OWED = (
    TableColumn("序号", "第几项", 6),
    TableColumn("工作事项", "事项的编号和标题", 26, False),
    TableColumn("报送截止", "应当报送的日期", 13),
    TableColumn("逾期天数", "逾期几天，没有到期写“未到期”", 9),
    TableColumn("已催办", "以前催办过几次", 8),
    TableColumn("状态", "进展报告的状态", 10),
)
HANDED = (
    TableColumn("序号", "第几项", 6),
    TableColumn("工作事项", "事项的编号和标题", 17, False),
    TableColumn("目标", "数量目标，没有的写事项内容", 25, False),
    TableColumn("责任科室", "牵头和责任科室", 10),
    TableColumn("配合科室", "配合的科室", 10),
    TableColumn("完成时限", "没有单独写明的按计划结束日期", 14),
)

INSTRUCTED = (
    TableColumn("序号", "第几份", 6),
    TableColumn("工作事项", "事项的编号和标题", 20, False),
    TableColumn("批示", "谁在哪天批示了什么", 30, False),
    TableColumn("落实情况", "各科室的回复，没有回复的写“待回复”", 34, False),
)


def table_of(columns: tuple[TableColumn, ...], rows: Iterable[Iterable[str]]) -> LetterTable:
    """A table of these columns."""
    return LetterTable(
        tuple(column.heading for column in columns),
        tuple(column.width for column in columns),
        tuple(column.is_centred for column in columns),
        tuple(TableRow(tuple(map(shown, row))) for row in rows),
    )
