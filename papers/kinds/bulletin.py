"""通报: how a period stands, who has not reported, what lags and why. Offices stand in their own order: this is no ranking."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.conf import settings

from boards.overview import Overview
from boards.totals import TOTALS_RULE
from tracking.periods.missing import MissingOffice, OfficeCount
from workplans.sheet_text import shown

from .paper import Chapter, Paragraph, day, heading, one_line, written
from .progress import rate

NO_DIFFICULTY = "未说明困难。"


def bulletin_chapters(
    overview: Overview, counts: list[OfficeCount], missing: list[MissingOffice], requirements: str
) -> tuple[Chapter, ...]:
    """Return the chapters of the notice on `overview`'s period, as of its `today`."""
    parts = (
        ("总体情况", totals(overview)),
        ("报送情况", reporting(overview, counts, missing)),
        ("滞后事项及存在的困难", lagging(overview)),
        ("工作要求", written(shown(requirements))),
    )
    filled = [(title, tuple(paragraphs)) for title, paragraphs in parts]
    filled = [(title, paragraphs) for title, paragraphs in filled if paragraphs]
    return tuple(Chapter(heading(1, n, title), found) for n, (title, found) in enumerate(filled, start=1))


def totals(overview: Overview) -> Iterator[Paragraph]:
    """The official sentence, and how it counts."""
    yield Paragraph(f"截至{day(overview.period.as_of)}，{overview.totals.sentence}")
    yield Paragraph(f"（{TOTALS_RULE}）")


def reporting(overview: Overview, counts: list[OfficeCount], missing: list[MissingOffice]) -> Iterator[Paragraph]:
    """How many reports came in, and which offices still owe which."""
    owed, reported = sum(each.owed for each in counts), sum(each.reported for each in counts)
    until = f"“{overview.period}”进展报告应于{day(overview.period.due_on)}前报送。"
    if owed == reported:
        yield Paragraph(f"{until}应报{owed}份，均已报送。")
        return
    late = (overview.today - overview.period.due_on).days
    state = f"已逾期{late}天" if late > 0 else "尚未到报送截止日期"
    yield Paragraph(f"{until}截至{day(overview.today)}，应报{owed}份，已报{reported}份，未报{owed - reported}份，{state}。未报送的科室和事项：")
    for group in missing:
        yield Paragraph(owing(group, overview.today))


def owing(group: MissingOffice, today: date) -> str:
    """One office and the items it owes a report on."""
    titles = "；".join(one_line(shown(row.report.item.title)) for row in group.rows)
    reopened = f"已重新开放到{day(group.reopened_until)}，" if group.reopened_until else ""
    return f"{one_line(group.name)}（{reopened}{len(group.rows)}项）：{titles}。"


def lagging(overview: Overview) -> Iterator[Paragraph]:
    """The items reported far behind, in the order of the plans, each with its difficulties in its office's words."""
    behind = {row.item.pk for row in overview.lagging}
    rows = [row for row in overview.rows if row.item.pk in behind and not row.is_unreported]
    measure = f"完成率低于应达进度{settings.PROGRESS_GAP_RED}个百分点以上的"
    yield Paragraph(f"已报送的事项中，{measure}{f'有{len(rows)}项：' if rows else '没有。'}")
    for number, row in enumerate(rows, start=1):
        yield heading(2, number, shown(row.item.title))
        office = f"责任科室：{one_line(row.reporting_name)}。" if row.reporting_name else ""
        yield Paragraph(f"{office}完成率{rate(row.completion_percent)}，应达{rate(row.expected_percent)}。")
        yield from labelled("存在的困难：", row.difficulties or NO_DIFFICULTY)
        yield from labelled("下一步工作措施：", row.next_steps)


def labelled(label: str, text: str) -> Iterable[Paragraph]:
    """A text word for word, its label before the first line; nothing of no text."""
    lines = [line.strip() for line in shown(text).split("\n") if line.strip()]
    return [Paragraph(f"{label if not place else ''}{line}") for place, line in enumerate(lines)]
