"""What can be written into a report, each column declared once: heading, value, how it comes back, width, help.

The sheets (`sheets/columns.py`), the import of workbooks and the manual read this; a heading that is a field's label is taken
from the field.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from tracking.models import Report
from tracking.reports.percent import parse_percent
from workplans.sheet_text import Percent, as_text

UNFILLED = "未填"


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    `source` takes an entry of the sheet (a BoardRow here); None for a column that only goes into import and export.
    `parse` is None for one that is only read. `repeats` says that a row continued on the next line shows the value
    again, `notes` that the notice of it goes here. `bars` asks for data bars, `color` for the colour of a lamp.
    """

    name: str
    heading: str
    source: Callable[[Any], Any] | None = None
    parse: Callable[[Any], Any] | None = None
    width: float = 10
    centred: bool = False
    repeats: bool = False
    help: str = ""
    notes: bool = False
    bars: bool = False
    number_format: str = ""
    color: Callable[[Any], str] | None = None


def label(model, field: str) -> str:
    """Return the label of a model's field: the one place a heading comes from."""
    return str(model._meta.get_field(field).verbose_name)


def rate(value: Decimal | None) -> Percent | None:
    """Mark a rate as a percentage of a sheet."""
    return None if value is None else Percent(value)


def parse_text(value) -> str:
    """Return a cell as text without the blanks around it."""
    return as_text(value).strip()


def parse_completion(value):
    """Return a cell as a completion rate: 80, 80%, ８０％ or a cell formatted as a percentage; None for blank."""
    text = as_text(value).strip()
    return None if text == UNFILLED else parse_percent(text)


def parse_yes_no(value) -> bool:
    """Return a cell as yes or no; blank is no. Raises ValidationError for anything else."""
    text = as_text(value).strip().lower()
    if text in ("是", "√", "true", "1", "yes"):
        return True
    if text in ("", "否", "×", "false", "0", "no"):
        return False
    raise ValidationError("请填“是”或“否”，留空表示否。", code="invalid")


def completion(row):
    """The completion rate; 未填 is said, not left blank."""
    return UNFILLED if row.completion_percent is None else rate(row.completion_percent)


COMPLETION = Column(
    "completion_percent",
    label(Report, "completion_percent"),
    source=completion,
    parse=parse_completion,
    width=7,
    centred=True,
    bars=True,
    help="0 到 100，可写 80 或 80%；暂不填写就留空（未填与 0 不同）。",
)


PROGRESS = Column(
    "progress",
    label(Report, "progress"),
    source=lambda row: row.progress_text,
    parse=parse_text,
    width=32,
    help="本期做了什么、完成到哪一步。",
)


DIFFICULTIES = Column(
    "difficulties",
    label(Report, "difficulties"),
    source=lambda row: row.difficulties,
    parse=parse_text,
    width=16,
    help="没有困难就留空。",
)


NEXT_STEPS = Column(
    "next_steps",
    label(Report, "next_steps"),
    source=lambda row: row.next_steps,
    parse=parse_text,
    width=18,
    help="下一步怎样推进。",
)


# What a workbook can bring back into a report.
REPORT_CONTENTS = (
    COMPLETION,
    PROGRESS,
    DIFFICULTIES,
    NEXT_STEPS,
    Column("unchanged", label(Report, "unchanged"), parse=parse_yes_no, width=10, help="填“是”或留空。"),
    Column(
        "unchanged_reason",
        label(Report, "unchanged_reason"),
        parse=parse_text,
        width=16,
        help="选择“本期无新进展”时写明。",
    ),
)
