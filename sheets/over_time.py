"""变化趋势 as a table: the figures of each period as the page's own table has them, the newest first."""

from boards.over_time import OVER_TIME_RULES, OverTime, PeriodFigures, Scope
from boards.scope import Vantage
from tracking.reports.columns import Column, rate

from .sheets import numbered
from .table import Band, SheetTable

NAME = "变化趋势"
COLUMNS = (
    Column("period", "填报期", lambda each: str(each.period), width=16),
    Column("as_of", "截至日期", lambda each: each.period.as_of, width=12, centred=True),
    Column("completion", "平均完成率", lambda each: rate(each.completion), width=10, centred=True),
    Column("expected", "应达进度", lambda each: rate(each.expected), width=10, centred=True),
    Column("lagging", "滞后", lambda each: each.totals.lagging, width=8, centred=True),
    Column("owed", "应报", lambda each: each.sent.owed, width=8, centred=True),
    Column("handed_in", "已报", lambda each: each.sent.handed_in, width=8, centred=True),
    Column("on_time", "按时", lambda each: each.sent.on_time, width=8, centred=True),
    Column("on_time_percent", "按时报送率", lambda each: rate(each.on_time_percent), width=11, centred=True),
    Column("returned", "退回", lambda each: each.returned, width=8, centred=True),
    Column("still", "原地未动", lambda each: each.still, width=9, centred=True),
)


def over_time_table(place: Vantage, scope: Scope, found: OverTime) -> SheetTable:
    """Return the table of what the page shows."""
    rows: list[PeriodFigures] = found.newest_first
    return SheetTable(
        name=NAME,
        title=f"{place.organization}{NAME}",
        unit=str(place.organization),
        caption=f"截至：{place.period.label}" if place.period else "",
        columns=COLUMNS,
        bands=(Band("", tuple(rows)),) if rows else (),
        filtered_by=scope.words,
        notes=numbered(*OVER_TIME_RULES),
        empty="这个范围还没有填报情况。",
        key=None,
    )
