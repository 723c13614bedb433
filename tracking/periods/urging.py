"""催办: a supervisor asks offices for the reports they owe; each asking is a row, all or none."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from tracking.models import Period, Report, Urge
from tracking.notices.outgoing import tell_urged
from workplans import access
from workplans.models import Item

URGED_IN = (Period.Status.OPEN, Period.Status.CLOSED)


class NotOwed(Exception):
    """There is nothing to urge, or one of the reports is not owed any more; the text is a Chinese sentence."""


def default_note(period) -> str:
    """Return the words offered for urging."""
    return (
        f"“{period}”进展报告的报送截止日期为{period.due_on.year}年{period.due_on.month}月{period.due_on.day}日，"
        "请尽快完成填报，经科室负责人审核后报送。"
    )


@transaction.atomic
def urge(reports, *, by, now, note="") -> int:
    """Record that `by` asked for each of `reports` (a Report queryset), all or none; return how many.

    Raises PermissionDenied, or NotOwed where one of them has been reported meanwhile or its period bars it.
    """
    chosen = list(reports.select_related("item__plan", "office", "period").order_by("item__position"))
    for report in chosen:
        if refused := access.urges_report(by, report) or access.refusal(by, "view", Report, report):
            raise PermissionDenied(refused)
    if not chosen:
        raise NotOwed("没有选中要催办的事项。")
    for report in chosen:
        if problem := _not_owed(report):
            raise NotOwed(f"“{report.item}”：{problem}没有催办任何一项。")
    note = note.strip()
    urges = Urge.objects.bulk_create([Urge(report=report, by=by, at=now, note=note) for report in chosen])
    tell_urged(urges, now=now)
    return len(urges)


def _not_owed(report) -> str | None:
    if report.period.status not in URGED_IN:
        return f"填报期“{report.period}”{report.period.get_status_display()}，不能催办。"
    if report.item.status != Item.Status.ACTIVE:
        return f"事项{report.item.get_status_display()}，不需要报送。"
    if report.status not in Report.EDITABLE:
        return f"进展报告{report.status_label}，不需要催办。"
    return None
