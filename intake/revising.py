"""Storing a revised document over the plan it revises: items keep their reports and history, nothing is deleted."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from importer.drafts.corrections import offices_of
from importer.drafts.drafts import FROM_DOCUMENT
from importer.drafts.revision import OldItem, compare, new_items, titles_alike
from workplans.history import write_history
from workplans.loading import Loaded, checked, refuse, store_source, stored_before, targets_for
from workplans.milestones import renew_milestones
from workplans.models import Assignment, Item, ItemRequest, Office, Plan, Section, SourceDocument, Target
from workplans.officebook import OfficeBook, assignments_of, reporting_office

ASIDE = 1_000_000  # where positions wait while they are dealt out anew
REMOVABLE = (Item.Status.ACTIVE, Item.Status.SUSPENDED)
PLAN_FIELDS = ("title", "document_number", "issuer", "issued_on", "preamble", "closing", "start_on", "end_on")


@dataclass
class Revision:
    """What is at hand while one plan is revised."""

    plan: Plan
    proof: object
    book: OfficeBook
    reason: str
    by: object
    now: object

    def record(self, rows, created=False):
        """Leave a history row for each."""
        write_history(rows, by=self.by, now=self.now, reason=self.reason, created=created)


def similar_plans(draft, proof) -> list[Plan]:
    """Return the organization's plans of that year whose title is much like the document's: it may revise one of them."""
    plans = Plan.objects.filter(organization=draft.organization, year=proof.draft.year).order_by("pk")
    return [plan for plan in plans if titles_alike(plan.title, proof.draft.title)]


def comparison(plan, proof) -> list:
    """Return the rows of the comparison of a plan with a document; three queries."""
    book = OfficeBook(plan.organization)
    return compare(old_items(plan), new_items(proof.draft, lambda item: _roles(item, proof, book)), proof.matches)


def _roles(item, proof, book):
    """An item's offices by the names they have here, with their roles."""
    found = {}
    for name, role in offices_of(item).items():
        meant = proof.aliases.get(name, name)
        office = book.find(meant)
        found.setdefault(office.name if office else meant, role)
    return found.items()


def old_items(plan) -> list[OldItem]:
    """Return the plan's items as the comparison wants them."""
    items = (
        plan.items.select_related("section").prefetch_related("assignments__office", "milestones").order_by("position")
    )
    return [
        OldItem(
            {field.name: getattr(item, field.name) for field in FROM_DOCUMENT},
            item.section.title,
            tuple((a.office.name, a.role) for a in item.assignments.all()),
            tuple((m.what, m.words, m.due_on) for m in item.known_milestones),
            pk=item.pk,
            is_closed=item.status == Item.Status.CANCELLED,
        )
        for item in items
    ]


@transaction.atomic
def revise(plan, proof, upload, *, by, now) -> Loaded:
    """Make the plan what the revised document says; return what was stored. Raises NotLoadable."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organization").get(pk=plan.pk)
    for problem in proof.draft.errors:
        refuse(problem.message, problem.hint, problem.text, problem.line)
    if plan.status == Plan.Status.ARCHIVED:
        refuse("这份计划已归档，不能修订。", "请先在数据管理中把它改回已下达。", plan.title)
    source = stored_before(plan.organization, upload) or store_source(
        plan.organization, upload, SourceDocument.Kind.PLAN, by
    )
    book = OfficeBook(plan.organization)
    rows = comparison(plan, proof)
    book.enter(_names(proof.draft))
    work = Revision(plan, proof, book, f"修订：{upload.name}"[:100], by, now)
    _renew_plan(work, source)
    _apply(work, rows, _sections(work))
    return Loaded(source, plan, True, book.problems)


def _names(draft):
    names = {}
    for item in draft.items:
        for name in item.offices:
            checked(Office(name=name), item.line)
            names.setdefault(name, item.line)
    return names


def _renew_plan(work, source):
    draft = work.proof.draft
    for name in PLAN_FIELDS:
        if value := getattr(draft, name):
            setattr(work.plan, name, value)
    work.plan.source = source
    checked(work.plan).save()


def _sections(work) -> list[Section]:
    """Return a section for each of the draft's: the plan's own of that title, else a new one; others follow behind."""
    known = {section.title: section for section in work.plan.sections.all()}
    work.plan.sections.update(position=F("position") + ASIDE)
    sections = []
    for position, draft in enumerate(work.proof.draft.sections, start=1):
        section = known.pop(draft.title, None) or Section(plan=work.plan)
        section.position, section.ordinal = position, draft.ordinal or ""
        section.title, section.text = draft.title, draft.text
        checked(section, draft.line).save()
        sections.append(section)
    for position, section in enumerate(known.values(), start=len(sections) + 1):
        section.position = position
        section.save()
    return sections


def _apply(work, rows, sections):
    """Carry out the rows of the comparison."""
    stored = {item.pk: item for item in work.plan.items.select_for_update().order_by("position")}
    work.plan.items.update(position=F("position") + ASIDE)
    drafts = work.proof.draft.items
    places = [section for section, d in zip(sections, work.proof.draft.sections, strict=True) for _ in d.items]
    targets = [(row, stored[row.old.pk] if row.old else Item(plan=work.plan)) for row in rows if row.new]
    order = _with_the_rest([item for _row, item in targets], list(stored.values()))
    for position, item in enumerate(order, start=1):
        item.position = position
    for row, item in targets:
        _put(work, item, drafts[row.new.index], places[row.new.index], row)
    kept = {item.pk for _row, item in targets}
    _leave(work, [item for item in stored.values() if item.pk not in kept])
    _drop_empty(work.plan, sections)


def _with_the_rest(order, before) -> list[Item]:
    """Put the items the document no longer has behind the one they followed."""
    placed, known = list(order), {id(item) for item in order}
    for index, item in enumerate(before):
        if id(item) not in known:
            at = next(n for n, other in enumerate(placed) if other is before[index - 1]) + 1 if index else 0
            placed.insert(at, item)
    return placed


def _put(work, item, draft, section, row):
    """Make one item what the draft says, offices included; leave history where that changes anything."""
    isnew = item.pk is None
    values = draft.values()
    for field in FROM_DOCUMENT:
        if values[field.name] or not field.needs_saying:
            setattr(item, field.name, values[field.name])
    item.section = section
    item.source_line_start, item.source_line_end = draft.line or None, draft.last_line or draft.line or None
    if not isnew and item.status == Item.Status.CANCELLED:
        item.status = Item.Status.ACTIVE
    renewed = isnew or "offices" in row.changes
    if renewed:
        item.reporting_office = _reporting(work, item, draft)
    checked(item, draft.line)
    if isnew:
        Item.objects.bulk_create([item])
    else:
        Item.objects.bulk_update([item], [f.name for f in Item._meta.concrete_fields if not f.primary_key])
    if isnew or row.changes:
        work.record([item], created=isnew)
    if renewed:
        _reassign(work, item, draft)
    if isnew or {"title", "body"} & set(row.changes):  # else those a supervisor corrected stay
        item.targets.all().delete()
        Target.objects.bulk_create(targets_for(item, draft))
    if isnew or "milestones" in row.changes:
        renew_milestones(item, draft, by=work.by, now=work.now, reason=work.reason)


def _reporting(work, item, draft):
    """The office that reports goes on doing so while the document still names it."""
    named = {work.book[name].pk for name in draft.offices}
    return item.reporting_office if item.reporting_office_id in named else reporting_office(draft, work.book)


def _reassign(work, item, draft):
    wanted = {row.office_id: row for row in assignments_of(item, draft, work.book)}
    kept = []
    for row in item.assignments.all():
        new = wanted.pop(row.office_id, None)
        if new is None:
            row._change_reason = work.reason
            row.delete()
        elif (row.role, row.position) != (new.role, new.position):
            row.role, row.position = new.role, new.position
            kept.append(row)
    Assignment.objects.bulk_update(kept, ["role", "position"])
    work.record(kept)
    work.record(Assignment.objects.bulk_create(wanted.values()), created=True)


def _leave(work, items):
    """What the document no longer has is given up, requests that wait included; reports and history stay."""
    given_up = [item for item in items if item.status in REMOVABLE]
    for item in given_up:
        item.status = Item.Status.CANCELLED
    Item.objects.bulk_update(items, ["status", "position"])
    ItemRequest.objects.filter(item__in=given_up, status=ItemRequest.Status.PENDING).update(
        status=ItemRequest.Status.REFUSED,
        decided_by=work.by,
        decided_at=work.now,
        decision_note="修订稿中没有这个事项。",
    )
    work.record(given_up)


def _drop_empty(plan, sections):
    """Delete the sections the document no longer has, unless an item that was given up still stands in them."""
    plan.sections.exclude(pk__in=[section.pk for section in sections]).filter(items=None).delete()
