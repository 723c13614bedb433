"""催办单 and 任务交办单: papers to one office, with a table of what it owes or is to do."""

from datetime import date

from sheets.columns import answering_offices
from tracking.periods.missing import MissingOffice
from workplans.sheet_text import shown

from .paper import Chapter, Paragraph, day, one_line, written
from .tables import HANDED, OWED, table_of


def item_name(item) -> str:
    """Number and title of an item."""
    return one_line(str(item))


# --- 催办单 ------------------------------------------------------------------------------------------------


def urging_chapters(group: MissingOffice, today: date, requirements: str) -> tuple[Chapter, ...]:
    """What the office owes as of `today`: the sentence, the table, what is asked of it."""
    return (
        Chapter(None, (Paragraph(count_sentence(group, today)),), table_of(OWED, owed_rows(group))),
        Chapter(None, tuple(written(shown(requirements)))),
    )


def count_sentence(group: MissingOffice, today: date) -> str:
    """How many reports it owes."""
    reopened = f"（已对你科室重新开放到{day(group.reopened_until)}）" if group.reopened_until else ""
    return f"截至{day(today)}，你科室尚有以下{len(group.rows)}项未报送{reopened}，现予催办。"


def owed_rows(group: MissingOffice):
    """A row for each report."""
    for number, row in enumerate(group.rows, start=1):
        late = f"{row.days_late}天" if row.days_late else "未到期"
        urged = f"{row.urged}次" if row.urged else "无"
        yield str(number), item_name(row.report.item), f"{row.due_on:%Y-%m-%d}", late, urged, row.report.status_label


# --- 任务交办单 --------------------------------------------------------------------------------------------


def handover_chapters(rows, requirements: str) -> tuple[Chapter, ...]:
    """The items handed to an office (board rows), and what is asked of it."""
    sentence = f"交你科室办理的工作共{len(rows)}项："
    return (
        Chapter(None, (Paragraph(sentence),), table_of(HANDED, handed_rows(rows))),
        Chapter(None, tuple(written(shown(requirements)))),
    )


def handed_rows(rows):
    """A row for each item: its targets in numbers where it has some, else the words of the plan."""
    for number, row in enumerate(rows, start=1):
        item = row.item
        until = f"{item.deadline:%Y-%m-%d}" if item.deadline else item.deadline_text or f"{item.plan.end_on:%Y-%m-%d}"
        target = "；".join(target.text or str(target) for target in item.targets.all()) or item.body
        yield str(number), item_name(item), target, answering_offices(row), "、".join(row.support_names), until
