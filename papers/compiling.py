"""What the papers say, from the rows of the database: a letter for 反馈 and 通报, one an office for the other kinds."""

from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Prefetch

from boards.overview import overview
from boards.rows import board_rows, completed
from sheets.columns import PROGRESS_SHEET
from tracking.models import Feedback, PaperKind, Report
from tracking.periods.missing import missing_reports, office_counts
from workplans.models import Item, Office, Plan, Target
from workplans.sheet_text import shown

from .kinds.bulletin import bulletin_chapters
from .kinds.office_papers import handover_chapters, urging_chapters
from .kinds.paper import CONFIRMATION, Annex, Letter, TableRow, day, one_line
from .kinds.progress import CHAPTERS, Entry, Part, chapters_of
from .kinds.tables import RECEIPT

ANNEX_TITLE = "推进情况表"
ISSUED_BY = "签发人："
ON_TOP = {PaperKind.FEEDBACK: CONFIRMATION, PaperKind.BULLETIN: ISSUED_BY, PaperKind.HANDOVER: ISSUED_BY, PaperKind.URGING: ""}


@dataclass(frozen=True)
class Compiled:
    """One paper: what it says and what it was made from."""

    letter: Letter
    office: Office | None = None
    report_versions: dict[str, int] = field(default_factory=dict)
    chosen_items: list[int] = field(default_factory=list)


def compiled(paper, chosen, *, today) -> list[Compiled]:
    """Return what `paper` says as of `today`, one for each office where its kind goes to offices; nothing is stored.

    `chosen` are the reports of a 反馈, the offices of a 催办单, the items of a 任务交办单; a 通报 chooses nothing.
    """
    return BUILDERS[PaperKind(paper.kind)](paper, chosen, today)


def letter_of(paper) -> Letter:
    """Return the letter as it was compiled."""
    return Letter.from_json(paper.snapshot)


def compilable(period, user):
    """Return the reports of `period` a 反馈 can be made from: approved ones, in the order of the plans."""
    reports = Report.objects.visible_to(user).filter(period=period, status=Report.Status.APPROVED)
    return reports.select_related("item__section", "item__plan").order_by("item__plan_id", "item__position")


def handable(plan, user):
    """Return the items of `plan` that can be handed to offices: those under way with an office that reports."""
    items = Item.objects.visible_to(user).filter(plan=plan, status=Item.Status.ACTIVE, reporting_office__isnull=False)
    return items.select_related("reporting_office").order_by("position")


def frame(paper, chapters, *, recipient="", signature="", annex=None, receipt="") -> Letter:
    """Return the letter around `chapters`, in the words of `paper`."""
    return Letter(
        title="\n".join(filter(None, map(line, shown(paper.title).splitlines()))),
        recipient=line(recipient or paper.recipient).rstrip("：:"),
        opening=shown(paper.basis).strip(),
        chapters=chapters,
        signature=signature or paper.organization.name,
        date=day(paper.dated_on),
        contacts=line(paper.contacts),
        phones=line(paper.phones),
        annex=annex,
        on_top=ON_TOP[PaperKind(paper.kind)],
        receipt=receipt,
    )


def line(text) -> str:
    """Return a text as one line."""
    return one_line(shown(text))


# --- 反馈 --------------------------------------------------------------------------------------------------


def feedback(paper, reports, today) -> list[Compiled]:
    """Return the letter on `reports`, of which only approved ones of the paper's period are taken."""
    approved = reports.filter(period=paper.period, status=Report.Status.APPROVED).order_by()
    versions = {str(pk): version for pk, version in approved.values_list("pk", "version")}
    if not versions:
        return []
    items = Item.objects.filter(reports__in=approved)
    plans = {plan.pk: plan for plan in Plan.objects.filter(items__in=items).select_related("organization").distinct()}
    rows = board_rows(plans, paper.period, items.distinct(), today)
    is_three_blocks = paper.heading_style == Feedback.HeadingStyle.THREE_BLOCKS
    chapters = chapters_of([entry_of(row) for row in rows], is_three_blocks=is_three_blocks)
    return [Compiled(frame(paper, chapters, annex=annex_of(paper, rows)), report_versions=versions)]


def entry_of(row) -> Entry:
    """Return what the letter needs of one item."""
    report, kinds = row.report, [kind for kind, _ in CHAPTERS]
    texts = {kind: shown(getattr(report, kind)).strip() for kind in kinds}
    parts = tuple(
        Part(
            line(task_report.task.group),
            line(task_report.task.title),
            {kind: shown(getattr(task_report, kind)).strip() for kind in kinds},
            task_report.printed_headings,
        )
        for task_report in report.parts
    )
    if report.unchanged and not texts["progress"]:
        texts["progress"] = f"本期无新进展：{shown(report.unchanged_reason).rstrip('。')}。"
    gap = row.gap
    return Entry(
        number=line(row.item.number),
        title=line(row.item.title).rstrip("。"),
        body=" ".join(shown(row.item.body).split("\n")),
        percent=row.completion_percent,
        expected=row.expected_percent,
        is_behind=gap is not None and gap > 0,
        texts=texts,
        parts=parts,
        is_project=row.item.plan.kind == Plan.Kind.SPECIAL,
    )


def annex_of(paper, rows) -> Annex | None:
    """Return the 推进情况表 of the items, in the columns of the workbook, where the paper wants one."""
    if not paper.with_annex:
        return None
    period, columns = paper.period, PROGRESS_SHEET
    found, section = [], None
    for row in rows:
        if row.item.section != section and row.item.section.title:
            found.append(TableRow(section=line(str(row.item.section))))
        section = row.item.section
        values = (column.source(row) for column in columns)
        found.append(TableRow(tuple(shown("" if value is None else str(value)) for value in values)))
    titles = list(dict.fromkeys(row.item.plan.title for row in rows))
    return Annex(
        title=f"{titles[0] if len(titles) == 1 else '重点工作'}{ANNEX_TITLE}（{period.label}）",
        caption=(f"单位：{paper.organization}", f"截至日期：{period.as_of:%Y-%m-%d}"),
        headings=tuple(column.heading for column in columns),
        widths=tuple(column.width for column in columns),
        centred=tuple(column.centred for column in columns),
        rows=tuple(found),
    )


# --- 通报 --------------------------------------------------------------------------------------------------


def bulletin(paper, _chosen, today) -> list[Compiled]:
    """Return the notice on the items of all issued plans that run at the end of the period."""
    period = paper.period
    plans = Plan.objects.filter(organization=paper.organization, start_on__lte=period.as_of, end_on__gte=period.as_of)
    plans = {plan.pk: plan for plan in plans.exclude(status=Plan.Status.DRAFT).select_related("organization")}
    found = overview(plans, Item.objects.filter(plan__in=plans), period, None, today)
    if not found.rows:
        return []
    missing = missing_reports(period, reports_of(paper), today)
    chapters = bulletin_chapters(found, office_counts(period, today), missing, paper.requirements)
    rows = completed(found.rows, period) if paper.with_annex else ()
    return [Compiled(frame(paper, chapters, annex=annex_of(paper, rows)))]


def reports_of(paper):
    """Return the reports of the paper's period that are its own bureau's."""
    return Report.objects.filter(period=paper.period, item__plan__organization=paper.organization)


# --- 催办单, 任务交办单 ------------------------------------------------------------------------------------


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
                receipt=RECEIPT,
            ),
            group.office,
            {str(row.report.pk): row.report.version for row in group.rows},
        )
        for group in groups
    ]


def handover(paper, items, today) -> list[Compiled]:
    """Return a 任务交办单 for each office that reports on any of `items` (an Item queryset) under way."""
    targets = Prefetch("targets", Target.objects.order_by("position", "pk"))
    wanted = items.filter(plan=paper.plan, status=Item.Status.ACTIVE, reporting_office__isnull=False).order_by()
    rows = board_rows({paper.plan_id: paper.plan}, None, wanted.prefetch_related(targets), today)
    rows.sort(key=lambda row: (row.item.reporting_office.position, row.item.reporting_office_id, row.item.position))
    return [
        Compiled(
            frame(paper, handover_chapters(own, paper.requirements), recipient=office.name, receipt=RECEIPT),
            office,
            chosen_items=[row.item.pk for row in own],
        )
        for office, own in ((office, list(group)) for office, group in groupby(rows, key=lambda row: row.item.reporting_office))
    ]


BUILDERS = {
    PaperKind.FEEDBACK: feedback,
    PaperKind.BULLETIN: bulletin,
    PaperKind.URGING: urging,
    PaperKind.HANDOVER: handover,
}
