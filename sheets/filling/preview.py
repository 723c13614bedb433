"""What a 填报表 that came back would change: every row read is changed, unchanged or refused, by name and with the reason.

Nothing is written here. The preview is made anew from the rows as read each time it is shown, and once more when it is
confirmed; its `digest` tells whether it is still what the person saw.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError

from tracking.models import Report, TaskReport
from tracking.reports.beside_last_period import with_texts
from tracking.reports.percent import share_question
from tracking.reports.recording import Change, writer_of
from tracking.reports.workflow import SUBMIT, contents_missing
from workplans import access
from workplans.sheet_text import same_text

from .columns import CONTENTS, KEY, FillColumn, row_columns, value_in_words, value_shown
from .keys import TASK, RowKey, mark, mark_of_title
from .reading import DOWNLOAD_AGAIN, FilledSheet, ReadRow, heading_of


class Outcome(Enum):
    """What becomes of a row."""

    CHANGED = "修改"
    UNCHANGED = "没有变化"
    REFUSED = "不能写入"


@dataclass(frozen=True)
class CellProblem:
    """A cell that cannot be taken: where it is, what it holds, and how to mend it."""

    heading: str
    place: str
    value: str
    message: str


@dataclass(frozen=True)
class CellChange:
    """A cell that would change, whole: what is stored and what the sheet says."""

    name: str
    before: Any
    after: Any

    @property
    def heading(self) -> str:
        """The column."""
        return heading_of(self.name)

    @property
    def words(self) -> tuple[str, str]:
        """Both values as the page shows them."""
        return value_in_words(self.name, self.before), value_in_words(self.name, self.after)


@dataclass
class RowView:
    """A row of the sheet against what is stored."""

    row: ReadRow
    key: RowKey | None = None
    report: Report | None = None
    task_report: TaskReport | None = None
    is_touched: bool = False  # its owner wrote something into it after downloading it
    changes: list[CellChange] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """What becomes of it."""
        if self.problems:
            return Outcome.REFUSED
        return Outcome.CHANGED if self.changes else Outcome.UNCHANGED

    @property
    def label(self) -> str:
        """The item and the task it is about; where there is none, the words of the sheet."""
        if self.report is None:
            return (self.row.values.get("title") or "").strip().partition("\n")[0][:60] or "（没有事项）"
        return f"{self.report.item} · {self.task_report.task}" if self.task_report else str(self.report.item)


@dataclass
class Preview:
    """All rows of a file, and what the person should know besides."""

    reading: FilledSheet
    rows: list[RowView]

    @cached_property
    def counts(self) -> Counter:
        """How many rows there are of each outcome."""
        return Counter(row.outcome for row in self.rows)

    @property
    def sentence(self) -> str:
        """The account of the file: the parts add up to the whole."""
        parts = "，".join(f"{outcome.value} {self.counts[outcome]}" for outcome in Outcome)
        return f"读到 {len(self.rows)} 行：{parts}。"

    def of(self, outcome) -> list[RowView]:
        """The rows of an outcome in the order of the file."""
        return [row for row in self.rows if row.outcome is outcome]

    @property
    def changed(self) -> list[RowView]:
        """Rows that would be written."""
        return self.of(Outcome.CHANGED)

    @property
    def unchanged(self) -> list[RowView]:
        """Rows that stay as they are."""
        return self.of(Outcome.UNCHANGED)

    @property
    def refused(self) -> list[RowView]:
        """Rows that cannot be written."""
        return self.of(Outcome.REFUSED)

    @cached_property
    def to_submit(self) -> list[Report]:
        """The reports their owner wrote into, as they would be: what 提交 would send."""
        barred = {row.report.pk for row in self.refused if row.report}
        touched = {row.report.pk: row.report for row in self.rows if row.report and row.is_touched}
        reports = [report for pk, report in sorted(touched.items()) if pk not in barred]
        return [report for report in reports if report.editing_refusal() is None]

    @cached_property
    def not_ready(self) -> list[tuple[Report, str]]:
        """Of those the ones that cannot be sent yet, and why."""
        return [(report, why) for report in self.to_submit if (why := contents_missing(report))]

    def recordable(self) -> list[Change]:
        """The changes, report by report in the order of their ids."""
        grouped: dict[int, Change] = {}
        for row in self.changed:
            change = grouped.setdefault(row.report.pk, Change(row.report, {}, row.report.version))
            values = {one.name: one.after for one in row.changes}
            if row.task_report:
                change.task_texts[row.task_report.pk] = values
            else:
                change.contents.update(values)
        return [change for _, change in sorted(grouped.items())]

    @cached_property
    def digest(self) -> str:
        """A mark of all that would be written, and over what."""
        told = [
            (change.report.pk, change.version, sorted(change.contents.items()), sorted(change.task_texts.items()))
            for change in self.recordable()
        ]
        sent = [(report.pk, report.version) for report in self.to_submit]
        return sha256(repr((told, sent, len(self.refused))).encode("utf-8", "replace")).hexdigest()


def preview_of(reading: FilledSheet, user) -> Preview:
    """Compare the rows read with the reports the user may see; five queries, however many rows there are."""
    return Preview(reading, CellComparison(reading, user).rows())


class CellComparison:
    """Rows against reports; `reports` take on what would be written, so that they show whether they could be sent."""

    def __init__(self, reading: FilledSheet, user):
        self.reading, self.user = reading, user
        self.keys = [RowKey.read(row.key) for row in reading.rows]
        own = {key.pk for key in self.keys if key and key.kind != TASK}
        tasks = {key.pk for key in self.keys if key and key.kind == TASK}
        self.report_of = dict(TaskReport.objects.visible_to(user).filter(pk__in=tasks).values_list("pk", "report_id"))
        reports = Report.objects.visible_to(user).filter(pk__in=own | set(self.report_of.values()))
        related = ("item__plan", "office", "period", "saved_by")
        self.reports = reports.select_related("item").defer("item__body").prefetch_related(*related).in_bulk()
        with_texts([*self.reports.values()])
        self.seen: dict[tuple[str, int], ReadRow] = {}

    def rows(self) -> list[RowView]:
        """Each row with its outcome."""
        views = [self._view(row, key) for row, key in zip(self.reading.rows, self.keys, strict=True)]
        for view in views:
            if view.changes and not view.problems:
                self._refuse_by_right(view)
        for view in views:
            if view.outcome is Outcome.CHANGED:
                for change in view.changes:
                    setattr(view.task_report or view.report, change.name, change.after)
        return views

    def _view(self, row: ReadRow, key: RowKey | None) -> RowView:
        view = RowView(row, key)
        if row.is_hidden:
            view.remarks.append("这一行在表里是隐藏的，也读取了。")
        if self._find(view):
            self._compare(view)
        return view

    def _problem(self, view: RowView, name: str, message: str) -> None:
        value = view.row.key if name == KEY.name else view.row.values.get(name, "")
        letters = self.reading.letters[view.row.sheet].get(name, "")
        place = f"工作表“{view.row.sheet}”第 {view.row.number} 行" + (f" {letters} 列" if letters else "")
        shown_value = "" if name in view.row.faults or name == KEY.name else value.strip()[:200]
        view.problems.append(CellProblem(heading_of(name), place, shown_value, message))

    # --- which report ------------------------------------------------------------------------------------

    def _find(self, view: RowView) -> bool:
        """Find the row's report; say what is wrong where that fails."""
        row, key = view.row, view.key
        if fault := row.faults.get(KEY.name):
            self._problem(view, KEY.name, fault)
        elif key is None:
            told = "系统编号被改动过" if row.key else "缺少系统编号"
            self._problem(view, KEY.name, f"{told}，不知道这一行是哪个事项。{DOWNLOAD_AGAIN}")
        elif (key.kind, key.pk) in self.seen:
            first = self.seen[key.kind, key.pk]
            self._problem(view, KEY.name, f"与工作表“{first.sheet}”第 {first.number} 行是同一个事项，请只保留一行。")
        else:
            self.seen[key.kind, key.pk] = row
            self._look_up(view, key)
        return not view.problems

    def _look_up(self, view: RowView, key: RowKey) -> None:
        report = self.reports.get(self.report_of.get(key.pk) if key.kind == TASK else key.pk)
        parts = {part.pk: part for part in report.task_reports.all()} if report and key.kind == TASK else {}
        if report is None or len(key.cells) != len(row_columns(key.kind)):
            self._problem(view, KEY.name, f"没有这份进展报告，或者不是您单位的。{DOWNLOAD_AGAIN}")
            return
        title = view.row.values.get("title")
        if title is not None and mark_of_title(title) != key.title:
            told = "这一行的工作事项与系统编号不符：可能是排序时没有选中整张表，或者改动了事项的文字。"
            self._problem(view, "title", f"{told}{DOWNLOAD_AGAIN}")
            return
        view.report, view.task_report = report, parts.get(key.pk)

    # --- what it says ------------------------------------------------------------------------------------

    def _compare(self, view: RowView) -> None:
        """Compare each cell with what it said when it was downloaded, then with what is stored."""
        marks = dict(zip((column.name for column in row_columns(view.key.kind)), view.key.cells, strict=True))
        moved, refilled = [], []
        for column in CONTENTS:
            text = view.row.values.get(column.name)
            if column.name in view.row.faults:
                self._problem(view, column.name, view.row.faults[column.name])
            elif column.name not in marks:
                self._expect_blank(view, column, text)
            elif text is not None:
                self._compare_cell(view, column, text, marks[column.name], moved, refilled)
        self._check_reason(view)
        self._remark(view, moved, refilled)

    def _expect_blank(self, view, column: FillColumn, text) -> None:
        if text and text.strip():
            message = f"分解任务不单独填“{column.heading}”，请填在事项自己那一行，并清空这一格。"
            self._problem(view, column.name, message)

    def _compare_cell(self, view, column, text, downloaded, moved, refilled) -> None:
        stored = getattr(view.task_report or view.report, column.name)
        has_moved = mark(value_shown(column.name, stored)) != downloaded
        if mark(text) == downloaded:
            if has_moved:
                moved.append(column.heading)
            return
        view.is_touched = True
        try:
            value = column.parse(text)
        except ValidationError as wrong:
            self._problem(view, column.name, " ".join(wrong.messages))
            return
        if value == stored or (isinstance(value, str) and same_text(value, stored)):
            refilled.append(column.heading)
        elif has_moved:
            who, words = writer_of(view.report), value_in_words(column.name, stored)
            self._problem(
                view, column.name,
                f"您下载之后，{who} 已把这一格改为“{words[:200]}”（第 {view.report.version} 版），与表中不同。"
                f"请与对方核对后，在网页上填写，或重新下载填报表再改。",
            )  # fmt: skip
        else:
            self._check_length(view, column, value)
            view.changes.append(CellChange(column.name, stored, value))
            if (
                column.name == "completion_percent"
                and "%" not in text
                and (doubt := share_question(value, is_sheet=True))
            ):
                view.remarks.append(f"完成率{doubt}")

    def _check_length(self, view, column, value) -> None:
        most = Report._meta.get_field(column.name).max_length
        if most and len(value) > most:
            self._problem(view, column.name, f"“{column.heading}”最多 {most} 字，已写 {len(value)} 字，请写得简短些。")

    def _check_reason(self, view: RowView) -> None:
        """没有新进展 needs its reason, whichever of the two the sheet changed."""
        if view.task_report or not view.changes:
            return
        new = {change.name: change.after for change in view.changes}
        named = {name: new.get(name, getattr(view.report, name)) for name in ("unchanged", "unchanged_reason")}
        if named["unchanged"] and not named["unchanged_reason"]:
            self._problem(view, "unchanged_reason", "选择“本期无新进展”时请写明原因。")

    def _remark(self, view: RowView, moved, refilled) -> None:
        """Say why a row is not touched, and what somebody else changed beside it."""
        if moved and view.report.version != view.key.version:
            told = (
                f"您下载之后，{writer_of(view.report)} 改过“{'”“'.join(moved)}”；您没有改这些格子，保持系统中的内容。"
            )
            view.remarks.append(told)
        if not view.is_touched:
            view.remarks.append("与下载时相同，没有填写新的内容。")
        elif refilled and not view.changes and not view.problems:
            view.remarks.append("表中的内容与系统中已有的一致。")

    def _refuse_by_right(self, view: RowView) -> None:
        if refused := access.refusal(self.user, "change", Report, view.report):
            office = view.report.owed_by
            self._problem(view, view.changes[0].name, f"“{view.report.item}”（{office}）：{refused}")


def submission_refusal(preview: Preview, user) -> str | None:
    """Say why what was written into could not be sent as it would be."""
    refused = [(report, why) for report in preview.to_submit if (why := SUBMIT.refusal(user, report))]
    if problems := refused or preview.not_ready:
        named = "".join(f"“{report.item}”：{why}" for report, why in problems[:5])
        return f"有 {len(problems)} 项还不能提交，没有写入任何内容。{named}可以改好后重新上传，或者选择“保存为草稿”。"
    return None
