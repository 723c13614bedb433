"""反馈: the letter on the approved reports of a period."""

from unicodedata import east_asian_width

from django import forms
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from boards.rows import board_rows
from boards.totals import standing
from importer.files.readers import UnreadableDocument
from importer.sandbox import parse_under_limits
from papers.letter import LetterChapter, LetterParagraph, day
from papers.letter_tables import INSTRUCTED, table_of
from papers.period_words import Times, of_period, remade
from tracking.models import Feedback, Instruction, PaperKind, Report
from tracking.reports.instructing import with_answers
from tracking.reports.percent import percent_text
from workplans.models import Item, Plan, SourceDocument
from workplans.people import name_of
from workplans.sheet_text import shown

from .base import Compiled, PaperType, annex_of, frame, line, periods_with
from .feedback_chapters import CHAPTERS, ReportedItem, TaskPart, chapters_of
from .forms import PaperForm, from_last

BASIS = "现将{period}重点工作推进情况反馈如下："
TITLE_WIDTH = 20  # characters of the title on one line of the sheet


def compilable(period, user):
    """Return the reports of `period` a 反馈 can be made from: approved ones, in the order of the plans."""
    reports = Report.objects.visible_to(user).filter(period=period, status=Report.Status.APPROVED)
    return reports.select_related("item__section", "item__plan").order_by("item__plan_id", "item__position")


def feedback(paper, reports, today) -> list[Compiled]:
    """Return the letter on `reports`, of which only approved ones of the paper's period are taken."""
    approved = reports.filter(period=paper.period, status=Report.Status.APPROVED).order_by()
    versions = {str(pk): version for pk, version in approved.values_list("pk", "version")}
    if not versions:
        return []
    items = Item.objects.filter(reports__in=approved)
    spoken_of = Plan.objects.filter(items__in=items).annotate(left_out=left_out_count(paper.period))
    plans = {plan.pk: plan for plan in spoken_of.select_related("organization").distinct()}
    rows = board_rows(plans, paper.period, items.distinct(), today)
    is_three_blocks = paper.heading_style == Feedback.HeadingStyle.THREE_BLOCKS
    chapters = chapters_of([entry_of(row) for row in rows], is_three_blocks=is_three_blocks)
    if count := sum(plan.left_out for plan in plans.values()):
        chapters = (*chapters, LetterChapter(None, (LetterParagraph(f"另有{count}项未通过审核，未列入。"),)))
    if paper.with_instructions and (said := instructed(paper, items)):
        chapters = (*chapters, said)
    return [Compiled(frame(paper, chapters, annex=annex_of(paper, rows)), report_versions=versions)]


def instructed(paper, items) -> LetterChapter | None:
    """Return the chapter on the 批示 that were written on `items` in the paper's period, None where there are none."""
    within = {"at__date__gte": paper.period.start_on, "at__date__lte": paper.dated_on}
    found = with_answers(Instruction.objects.filter(item__in=items, **within)).order_by("at", "pk")
    rows = [(str(number), *_instruction_cells(said)) for number, said in enumerate(found, start=1)]
    if not rows:
        return None
    heading = LetterParagraph("附：领导批示和落实情况", level=1, is_heading=True)
    return LetterChapter(heading, (), table_of(INSTRUCTED, rows))


def _instruction_cells(said):
    answers = [
        f"{one.office_name}：{'；'.join(answer.text for answer in one.answers.all()) or '待回复'}"
        for one in said.addressed.all()
    ]
    return str(said.item), f"{name_of(said.by)}（{day(localdate(said.at))}）：{said.text}", "\n".join(answers)


def left_out(paper, user) -> list[Report]:
    """Return the reports a 反馈 leaves out: not approved, of the plans it speaks of; of a new one, of those it can speak of."""
    told = list(paper.report_versions) or compilable(paper.period, user)
    reports = Report.objects.unfinished().filter(
        period=paper.period, item__plan__in=Plan.objects.filter(items__reports__in=told)
    )
    return list(reports.select_related("item", "office", "period").order_by("item__plan_id", "item__position"))


def left_out_count(period):
    """Return the expression that counts, for a Plan, what `left_out` lists."""
    reports = Report.objects.unfinished().filter(period=period, item__plan=OuterRef("pk")).order_by()
    counted = reports.values("item__plan").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def entry_of(row) -> ReportedItem:
    """Return what the letter needs of one item."""
    report, kinds = row.report, [kind for kind, _ in CHAPTERS]
    texts = {kind: shown(getattr(report, kind)).strip() for kind in kinds}
    parts = tuple(
        TaskPart(
            line(task_report.task.group),
            line(task_report.task.title),
            {kind: shown(getattr(task_report, kind)).strip() for kind in kinds},
            task_report.printed_headings,
        )
        for task_report in report.parts
    )
    if report.unchanged and not texts["progress"]:
        texts["progress"] = f"本期无新进展：{shown(report.unchanged_reason).rstrip('。')}。"
    return ReportedItem(
        number=line(row.item.number),
        title=line(row.item.title).rstrip("。"),
        body=" ".join(shown(row.item.body).split("\n")),
        percent=row.completion_percent,
        expected=row.expected_percent,
        is_behind=standing(row) == "behind",
        texts=texts,
        parts=parts,
        is_project=row.item.plan.kind == Plan.Kind.SPECIAL,
    )


class ReportChoices(forms.ModelMultipleChoiceField):
    """Approved reports, each by its item's number, title and rate."""

    def label_from_instance(self, report):
        """Name a report as the list shows it."""
        return f"{report.item}（{percent_text(report.completion_percent)}）"


class FeedbackForm(PaperForm):
    """What goes into a 反馈 and how."""

    chosen_field = "reports"
    reports = ReportChoices(
        Report.objects.none(),
        label="事项",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请至少勾选一个事项。",
            "invalid_choice": "有的事项已被退回或不属于这个填报期，请核对后再汇编。",
            "invalid_pk_value": "所选事项不存在，请刷新页面再选。",
        },
    )

    class Meta(PaperForm.Meta):
        fields = [
            "title",
            "recipient",
            "basis",
            "heading_style",
            "dated_on",
            "contacts",
            "phones",
            "with_annex",
            "with_instructions",
        ]

    def set_choices(self):
        """Offer the approved reports of the period."""
        self.fields["reports"].queryset = compilable(self.instance.period, self.user)
        if self.instance.pk:
            self.initial["reports"] = list(self.instance.report_versions)


def offered(paper, user, today) -> dict:
    """Return what the form of a new letter holds beforehand."""
    return offered_feedback(paper.period, list(compilable(paper.period, user)), today=today)


def offered_feedback(period, reports, *, today) -> dict:
    """Return what the form of a new letter holds: the words of the last one, else of the letter that was imported."""
    plans = Plan.objects.filter(items__reports__in=reports).distinct().order_by("pk")
    several = len(reports) > 1
    styles = Feedback.HeadingStyle
    return {
        "title": title_for(period, plans),
        "basis": BASIS.format(period=period.label),
        "dated_on": today,
        "reports": [report.pk for report in reports],
        "heading_style": styles.ONE_ITEM_A_CHAPTER if several else styles.THREE_BLOCKS,
        "with_annex": several,
    } | (
        from_last(period.organization_id, PaperKind.FEEDBACK, ("recipient", "basis", "contacts", "phones"), period)
        or from_source(period)
        or {}
    )


def from_source(period) -> dict | None:
    """Return the words of the last feedback letter the organization imported."""
    sources = SourceDocument.objects.filter(organization_id=period.organization_id, kind=SourceDocument.Kind.FEEDBACK)
    if (source := sources.order_by("-pk").first()) is None:
        return None
    try:
        draft = parse_under_limits(source.name, bytes(source.content))[0]
    except UnreadableDocument:
        return None
    found = {
        "recipient": getattr(draft, "recipient", None),
        "basis": draft.preamble,
        "contacts": "、".join(getattr(draft, "contacts", [])),
        "phones": "、".join(getattr(draft, "phones", [])),
    }
    if draft.period and draft.start_on and draft.as_of:
        then = Times(draft.period, draft.start_on, draft.as_of)
        found["basis"] = remade(found["basis"] or "", then, of_period(period))
    return {name: text for name, text in found.items() if text}


def title_for(period, plans) -> str:
    """Return the title offered, such as 长宁区教育局关于区政府2020年重点工作目标1-10月推进情况的反馈, in lines that fit."""
    titles = list(dict.fromkeys(plan.title for plan in plans))
    organization, label = str(period.organization), period.label.removeprefix(f"{period.year}年")
    subject = titles[0] if len(titles) == 1 else f"{period.year}年重点工作"
    subject = subject.removeprefix(organization)
    lines = [f"{organization}关于{subject}", f"{label}推进情况的反馈"]
    if wide("".join(lines)) <= TITLE_WIDTH:
        return "".join(lines)
    if wide(lines[0]) > TITLE_WIDTH:
        lines = [f"{organization}关于", f"{subject}{label}推进情况的反馈"]
    return "\n".join(lines)


def wide(text) -> float:
    """Return how many characters wide a text is."""
    return sum(1 if east_asian_width(character) in "WFA" else 0.5 for character in text)


KIND = PaperType(
    PaperKind.FEEDBACK,
    FeedbackForm,
    feedback,
    offered,
    subjects=periods_with(Q(reports__status=Report.Status.APPROVED)),
    nothing_to_say="请至少选择一项已通过的进展报告。",
    left_out=left_out,
)
