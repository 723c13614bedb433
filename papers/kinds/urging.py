"""催办单: what an office has not reported, to that office; issuing it is an urge for each of its reports."""

from datetime import date

from django import forms
from django.db.models import Count

from papers.letter import LetterChapter, LetterParagraph, day, one_line, written
from papers.letter_tables import OWED, table_of
from tracking.models import PaperKind, Report
from tracking.models.report import unreported
from tracking.periods.missing import MissingOffice, missing_reports
from tracking.periods.urging import urge
from workplans.models import Office
from workplans.sheet_text import shown

from .base import Compiled, PaperType, frame, line, periods_with, reports_of
from .forms import OfficePaperForm, words_of_last

REQUIREMENTS = "请收到本单后抓紧填报，经科室负责人审核后报送。确有困难不能按期完成的，请书面说明原因。"


def urging(paper, offices, today) -> list[Compiled]:
    """Return a 催办单 for each of `offices` (an Office queryset) that owes a report."""
    reports = reports_of(paper).filter(office__in=offices)
    groups = missing_reports(paper.period, reports, today)
    coordinating = Office.objects.filter(organization=paper.organization, kind=Office.Kind.COORDINATING).first()
    signature = f"{paper.organization.name}{line(coordinating.name) if coordinating else ''}"
    return [
        Compiled(
            frame(
                paper,
                urging_chapters(group, today, paper.requirements),
                recipient=group.name,
                signature=signature,
            ),
            group.office,
            {str(row.report.pk): row.report.version for row in group.rows},
        )
        for group in groups
    ]


def urging_chapters(group: MissingOffice, today: date, requirements: str) -> tuple[LetterChapter, ...]:
    """What the office owes as of `today`: the sentence, the table, what is asked of it."""
    return (
        LetterChapter(None, (LetterParagraph(count_sentence(group, today)),), table_of(OWED, owed_rows(group))),
        LetterChapter(None, tuple(written(shown(requirements)))),
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
        yield (
            str(number),
            one_line(str(row.report.item)),
            f"{row.due_on:%Y-%m-%d}",
            late,
            urged,
            row.report.status_label,
        )


class OfficeChoices(forms.ModelMultipleChoiceField):
    """Offices, each with how much it owes."""

    def label_from_instance(self, office):
        """Name an office as the list shows it."""
        return f"{office}（未报 {office.owing} 项）"


class UrgingForm(OfficePaperForm):
    """The offices that are urged."""

    chosen_field = "offices"
    offices = OfficeChoices(
        Office.objects.none(),
        label="科室",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少勾选一个科室。",
            "invalid_choice": "有的科室已经报齐，请刷新页面再选。",
            "invalid_pk_value": "所选科室不存在，请刷新页面再选。",
        },
    )

    def set_choices(self):
        """Offer the offices that owe; a paper compiled anew keeps its own."""
        if self.instance.pk:
            del self.fields["offices"]
            return
        missing = Report.objects.visible_to(self.user).unreported().filter(period=self.instance.period)
        self.fields["offices"].queryset = owing(missing)

    def chosen(self):
        """Return the offices."""
        return Office.objects.filter(pk=self.instance.office_id) if self.instance.pk else self.cleaned_data["offices"]


def owing(missing):
    """Return the offices that owe any of `missing` (a Report queryset), with `owing`, how many."""
    offices = Office.objects.filter(owed_reports__in=missing)
    return offices.annotate(owing=Count("owed_reports")).order_by("position", "pk")


def offered(paper, user, today) -> dict:
    """Return the words around a 催办单, and every office that owes."""
    period = paper.period
    missing = Report.objects.visible_to(user).unreported().filter(period=period)
    return {
        "title": f"关于报送{period.label}进展报告的催办单",
        "basis": f"按照重点工作推进情况报送安排，“{period.label}”进展报告应于{day(period.due_on)}前报送。",
        "dated_on": today,
        "requirements": REQUIREMENTS,
        "offices": list(owing(missing).values_list("pk", flat=True)),
    } | words_of_last(paper)


def issued(paper, *, by, now) -> None:
    """Record the urging a 催办单 is. Raises NotOwed."""
    urge(Report.objects.filter(pk__in=paper.report_versions), by=by, now=now, note=f"签发{paper.plain_title}")


KIND = PaperType(
    PaperKind.URGING,
    UrgingForm,
    urging,
    offered,
    subjects=periods_with(unreported("reports__")),
    nothing_to_say="所选科室没有未报的事项，不需要催办。",
    chosen_again=lambda paper: Office.objects.filter(pk=paper.office_id),
    issued=issued,
)
