"""Drafts to rows, in one transaction: the only part of the importer that knows Django.

A feedback also makes periods and reports, which this app does not know: `intake/feedback.py` adds them.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery, Value

from importer.drafts.drafts import PlanDraft, Problem, Severity

from .history import write_history
from .models import Assignment, Item, Milestone, Office, Organization, Plan, Section, SourceDocument, Target
from .officebook import OfficeBook, assignments_of, reporting_office

# A district's or county's bureau is known without its province and city: 上海市长宁区教育局 is 长宁区教育局.
PARENT_PLACE = re.compile(r"^(?:.{2,4}?(?:省|自治区))?(?:.{2,7}?[市州盟])?(?=.{1,8}[区县市旗].*[局委])")


class NotLoadable(Exception):
    """The document cannot be stored; `problem` says why, where and how to mend it."""

    def __init__(self, problem: Problem):
        self.problem = problem
        super().__init__(problem.message)


@dataclass(frozen=True)
class Upload:
    """A file as it came, and the text read from it."""

    name: str
    content: bytes
    text: str
    encoding: str

    @property
    def sha256(self) -> str:
        """The digest by which the same file is known again."""
        return SourceDocument.digest(self.content)


@dataclass
class Loaded:
    """What storing a document did: `created` is False where the same file was stored before."""

    source: SourceDocument
    plan: Plan | None
    created: bool
    problems: list[Problem] = field(default_factory=list)


def refuse(message, hint, text="", line=None):
    """Raise NotLoadable with an error that names the place."""
    raise NotLoadable(Problem(line, text, message, hint, Severity.ERROR))


def checked(row, line=None):
    """Return an unsaved `row` if its own fields hold what they may; refuse it with the place where they do not."""
    try:
        row.clean_fields(exclude=[field.name for field in row._meta.fields if field.is_relation])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        label = f"{row._meta.verbose_name}的{row._meta.get_field(name).verbose_name}"
        text = str(getattr(row, name) or "")[:60]
        refuse(f"{label}不合要求：{messages[0]}", "请核对原文的这一处，改正后重新导入。", text, line)
    return row


def organization_for(draft, upload, name=None):
    """Return the organization a document belongs to, and the problems met: the one called `name`, else the issuer's.

    It wears what it has of the document: `stored_id`, the source of the same bytes, and `has_plan`, a plan of that name
    and year; both come with the one query for all organizations. `is_new` says that it has nothing yet. An issuer never met before becomes a new
    organization, with a warning; an unknown `name` is refused.
    """
    wanted = name or draft.issuer
    if not wanted:
        refuse("文件里没有找到印发机关，不知道它属于哪个单位。", "请在导入时指明单位（命令行用 --organization）。")
    known = next((o for o in _organizations(draft, upload) if o.called(wanted)), None)
    if known:
        return known, []
    if name:
        names = "、".join(Organization.objects.values_list("name", flat=True)) or "（还没有单位）"
        refuse(f"没有名为“{name}”的单位。", f"现有单位：{names}。请核对名称，或先在“单位”中添加。", name)
    short = PARENT_PLACE.sub("", wanted) or wanted
    aliases = [wanted] if short != wanted else []
    problem = Problem(None, wanted, f"单位“{short}”是第一次出现，已新建。", "请系统管理员核对单位名称。")
    new = Organization.objects.create(name=short, aliases=aliases)
    new.stored_id, new.has_plan, new.is_new = None, False, True
    return new, [problem]


def _organizations(draft, upload):
    same = {"organization": OuterRef("pk")}
    return Organization.objects.annotate(
        is_new=Value(False),
        stored_id=Subquery(SourceDocument.objects.filter(sha256=upload.sha256, **same).values("pk")[:1]),
        has_plan=Exists(Plan.objects.filter(year=draft.year, title=draft.title, **same)),
    )


def stored_before(organization, upload) -> SourceDocument | None:
    """Return the source document of the same bytes, if the organization has it."""
    return SourceDocument.objects.filter(organization=organization, sha256=upload.sha256).first()


def stored_of(organization) -> SourceDocument | None:
    """Return the same for an organization that `organization_for` found, which knows whether there is one."""
    return SourceDocument.objects.get(pk=organization.stored_id) if organization.stored_id else None


def store_source(organization, upload, kind, by) -> SourceDocument:
    """Keep the file as it came."""
    return SourceDocument.objects.create(
        organization=organization,
        name=upload.name,
        kind=kind,
        content=upload.content,
        sha256=upload.sha256,
        encoding=upload.encoding,
        text=upload.text,
        uploaded_by=by,
    )


@transaction.atomic(savepoint=False)
def load_plan(draft: PlanDraft, upload: Upload, *, now, organization_name=None, by=None) -> Loaded:
    """Store a plan with its sections, items, offices and assignments; the same file again changes nothing.

    Raises NotLoadable where the draft has errors, no organization is found, or the plan exists from another file.
    """
    for problem in draft.errors:
        raise NotLoadable(problem)
    organization, problems = organization_for(draft, upload, organization_name)
    if source := stored_of(organization):
        return Loaded(source, source.plans.first(), created=False)
    if draft.year is None:
        refuse("没有找到计划的年度。", "请在标题中写明年度，如“2024年工作要点”。", draft.title)
    _refuse_second_plan(organization, draft)
    source = store_source(organization, upload, SourceDocument.Kind.PLAN, by)
    plan = _create_plan(organization, draft, source)
    book = OfficeBook(organization)
    lines = _names_with_lines(draft)
    for name, line in lines.items():
        checked(Office(name=name), line)
    book.enter(lines)
    items = _create_items(plan, draft, book, now=now, by=by)
    problems += book.problems + _without_office(draft)
    return Loaded(source, plan, True, problems + ([] if items else [_no_items()]))


def _refuse_second_plan(organization, draft):
    if organization.has_plan:
        refuse(
            f"{organization}{draft.year}年度已有《{draft.title}》，但不是同一份文件。",
            "如果这是修订稿，请先把已有的计划改名或删除后再导入；如果是误选，请换一份文件。",
            draft.title,
        )


def _create_plan(organization, draft, source):
    start_on = draft.start_on or date(draft.year, 1, 1)
    end_on = draft.end_on or date(draft.year, 12, 31)
    whole_year = (end_on - start_on).days > 200
    plan = Plan(
        organization=organization,
        title=draft.title,
        document_number=draft.document_number or "",
        year=draft.year,
        kind=Plan.Kind.ANNUAL if whole_year else Plan.Kind.HALF_YEAR,
        start_on=start_on,
        end_on=end_on,
        issuer=draft.issuer or "",
        issued_on=draft.issued_on,
        preamble=draft.preamble,
        closing=draft.closing,
        status=Plan.Status.ISSUED,
        source=source,
    )
    checked(plan).save()
    return plan


def _names_with_lines(draft):
    names = {}
    for item in draft.items:
        for name in item.offices:
            names.setdefault(name, item.line)
    return names


def _create_items(plan, draft, book, *, now, by):
    sections = Section.objects.bulk_create(
        [
            checked(Section(plan=plan, position=n, ordinal=s.ordinal or "", title=s.title, text=s.text), s.line)
            for n, s in enumerate(draft.sections, start=1)
        ]
    )
    drafts = [(section, item) for section, s in zip(sections, draft.sections, strict=True) for item in s.items]
    items = Item.objects.bulk_create(
        [_item(plan, section, item, n, book) for n, (section, item) in enumerate(drafts, start=1)]
    )
    assignments = Assignment.objects.bulk_create(
        [
            assignment
            for item, (_, item_draft) in zip(items, drafts, strict=True)
            for assignment in assignments_of(item, item_draft, book)
        ]
    )
    Target.objects.bulk_create(
        [
            target
            for item, (_, item_draft) in zip(items, drafts, strict=True)
            for target in targets_for(item, item_draft)
        ]
    )
    milestones = Milestone.objects.bulk_create(
        [
            milestone
            for item, (_, item_draft) in zip(items, drafts, strict=True)
            for milestone in milestones_for(item, item_draft)
        ]
    )
    reason = f"导入 {plan.source.name}"
    write_history(items, by=by, now=now, reason=reason[:100], created=True)
    write_history(assignments, by=by, now=now, reason=reason[:100], created=True)
    write_history(milestones, by=by, now=now, reason=reason[:100], created=True)
    return items


def _item(plan, section, draft, position, book):
    item = Item(
        plan=plan,
        section=section,
        position=position,
        **draft.values(),
        reporting_office=reporting_office(draft, book),
        source_line_start=draft.line or None,
        source_line_end=draft.last_line or draft.line or None,
    )
    return checked(item, draft.line)


def targets_for(item, draft) -> list[Target]:
    """Return the unsaved targets of an item."""
    rows = [
        Target(
            item=item, position=n, text=t.text, comparison=t.comparison.value, value=t.value, upper=t.upper, unit=t.unit
        )
        for n, t in enumerate(draft.targets, start=1)
    ]
    return [checked(row, draft.line) for row in rows]


def milestones_for(item, draft) -> list[Milestone]:
    """Return the unsaved milestones of an item; one of which neither words nor a day say when is left out."""
    rows = [
        Milestone(
            item=item, position=n, what=m.what, words=m.words, due_on=m.due_on, expected_percent=m.expected_percent
        )
        for n, m in enumerate(draft.milestones, start=1)
        if m.due_on or m.words
    ]
    return [checked(row, draft.line) for row in rows]


def _without_office(draft):
    bare = [item for item in draft.items if not item.offices]
    if not bare:
        return []
    which = "全部" if len(bare) == len(draft.items) else "、".join(item.number for item in bare[:10]) + " 等"
    return [
        Problem(
            bare[0].line,
            bare[0].title,
            f"{which} {len(bare)} 个事项没有写明责任科室，暂由局办公室填报。",
            "请在计划看板标题下的“责任科室”中一次指定。",
        )
    ]


def _no_items():
    return Problem(None, "", "这份计划里没有编号的工作事项。", "请核对原文；需要时在“工作事项”中手工添加。")
