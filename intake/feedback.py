"""Storing a document: a plan by the importer's loader, a feedback with its period and reports besides.

One transaction a document; the same file again changes nothing (DESIGN 3).
"""

import re
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from importer.drafts.drafts import FeedbackDraft, PlanDraft
from tracking.models import Period, Report, ReportEvent, ReportStep, TaskReport
from tracking.periods.periods import fill_open_periods
from tracking.reports.recording import TEXT_FIELDS
from workplans.history import write_history
from workplans.loading import Loaded, Upload, load_plan, organization_for, refuse, store_source, stored_of
from workplans.models import Item, Plan, Section, SourceDocument, Task
from workplans.officebook import OfficeBook

# 长宁区教育局关于【区政府2020年重点工作目标】1-10月推进情况的反馈
REPORTED_PLAN = re.compile(
    r"^(?:.*?关于)?(?P<plan>.+?)(?:\d{1,2}\s*[-—–~至]\s*\d{1,2}月|上半年|下半年|年度|全年)?(?:推进|完成|落实|进展|工作)*情况"
)


@transaction.atomic
def load(draft, upload: Upload, *, now, organization_name=None, by=None) -> Loaded:
    """Store a parsed document; what is new in it owes a report in the periods now open.

    Raises NotLoadable with the problem where it cannot be stored.
    """
    store = load_plan if isinstance(draft, PlanDraft) else load_feedback
    loaded = store(draft, upload, now=now, organization_name=organization_name, by=by)
    if loaded.created and not loaded.source.organization.is_new:
        fill_open_periods(loaded.source.organization, by=by, now=now)
    return loaded


@transaction.atomic(savepoint=False)
def load_feedback(draft: FeedbackDraft, upload: Upload, *, now, organization_name=None, by=None) -> Loaded:
    """Store a feedback letter: plan, items, tasks, period, and the reports with their texts, as approved."""
    for problem in draft.errors:
        refuse(problem.message, problem.hint, problem.text, problem.line)
    organization, problems = organization_for(draft, upload, organization_name)
    if source := stored_of(organization):
        return Loaded(source, source.plans.first() or _plan_reported(organization, draft), created=False)
    if not draft.projects:
        refuse("反馈里没有找到所反馈的事项（如“第043项：…”）。", "请核对原文是否写明项目编号和名称。", draft.title)
    source = store_source(organization, upload, SourceDocument.Kind.FEEDBACK, by)
    plan = _plan_reported(organization, draft) or _create_plan(organization, draft, source)
    period = _period(organization, draft)
    for project in draft.projects:
        item = _item(plan, project, now=now, by=by)
        _record_letter(_tasks(item, draft), item, period, draft, project, now=now, by=by)
    return Loaded(source, plan, True, problems)


def _plan_title(draft):
    match = REPORTED_PLAN.match(draft.title)
    return match["plan"] if match else draft.title


def _plan_reported(organization, draft):
    return Plan.objects.filter(organization=organization, year=draft.year, title=_plan_title(draft)).first()


def _create_plan(organization, draft, source):
    book = OfficeBook(organization)
    book.enter({})
    plan = Plan.objects.create(
        organization=organization,
        title=_plan_title(draft),
        year=draft.year,
        kind=Plan.Kind.SPECIAL,
        start_on=date(draft.year, 1, 1),
        end_on=date(draft.year, 12, 31),
        issuer=draft.recipient or "",
        status=Plan.Status.ISSUED,
        source=source,
    )
    Section.objects.create(plan=plan, position=1)
    return plan


def _item(plan, project, *, now, by):
    known = plan.items.filter(number=project.number).first()
    if known:
        return known
    item = Item(
        plan=plan,
        section=plan.sections.first(),
        position=plan.items.count() + 1,
        number=project.number,
        title=project.title,
        body=project.body,
        reporting_office=OfficeBook(plan.organization).coordinating,
        source_line_start=project.line or None,
        source_line_end=project.line or None,
    )
    Item.objects.bulk_create([item])
    write_history([item], by=by, now=now, reason=f"导入 {plan.source.name}"[:100] if plan.source else "", created=True)
    return item


def _tasks(item, draft):
    """Return task draft by Task, making the tasks not known yet. The parts of a letter on several projects stay texts."""
    if len(draft.projects) != 1:
        return {}
    known = {(task.group, task.title): task for task in item.tasks.all()}
    tasks = {}
    for position, task_draft in enumerate(draft.tasks, start=1):
        group, title = " / ".join(task_draft.path[:-1]), task_draft.path[-1]
        task = known.get((group, title)) or Task.objects.create(item=item, position=position, group=group, title=title)
        tasks[task] = task_draft
    return tasks


def _period(organization, draft):
    """Return the letter's period; one made for it is closed, since the letter has gone out."""
    if not (draft.period and draft.start_on and draft.as_of):
        refuse("反馈里没有写明所反馈的时段（如“2020年1-10月”）。", "请在标题或正文中写明起止月份。", draft.title)
    period, _ = Period.objects.get_or_create(
        organization=organization,
        label=draft.period,
        defaults={
            "year": draft.year,
            "start_on": draft.start_on,
            "as_of": draft.as_of,
            "opens_on": draft.as_of.replace(day=1),
            "due_on": draft.as_of,
            "status": Period.Status.CLOSED,
        },
    )
    return period


def _record_letter(tasks, item, period, draft, project, *, now, by):
    """Store what the letter says of one item as an approved report."""
    report, _ = Report.objects.get_or_create(item=item, period=period)
    if report.saved_at:
        refuse(
            f"事项 {item.number} 在{period}已有进展报告，这份反馈不再写入。",
            "请核对是否重复导入；需要更正时请在“进展报告”中修改。",
            project.title,
            project.line,
        )
    percent = project.completion_percent if project.completion_percent is not None else draft.completion_percent
    report.completion_percent = percent
    if not tasks:
        for name in TEXT_FIELDS:
            own = (b for b in draft.blocks if b.kind == name and b.project in ("", project.number))
            setattr(report, name, "\n".join(block.text for block in own if block.text))
    report.status, report.version = Report.Status.APPROVED, 1
    report.saved_by, report.saved_at = by, now
    report.submitted_at = _noon(draft.issued_on) if draft.issued_on else now
    report.save_without_historical_record()
    write_history([report], by=by, now=now, reason="导入反馈", created=True)
    rows = [
        TaskReport(
            report=report,
            task=task,
            printed_headings=task_draft.printed,
            **{name: getattr(task_draft, name) for name in TEXT_FIELDS},
        )
        for task, task_draft in tasks.items()
    ]
    write_history(TaskReport.objects.bulk_create(rows), by=by, now=now, reason="导入反馈", created=True)
    ReportEvent.objects.create(
        report=report,
        actor=by,
        at=now,
        action=ReportStep.IMPORT,
        to_status=report.status,
        from_status=Report.Status.DRAFT,
        note=f"从《{draft.title}》导入",
    )


def _noon(day):
    return datetime.combine(day, time(12), timezone.get_current_timezone())
