"""The life of an item over the year: asked to be closed or given more time, suspended, cancelled, carried over.

Every verb is one transaction with its history row and reason. It locks the item, asks `access`, and changes the
row only where it still is what was read. "No right" (PermissionDenied) and "not now" (ItemStepImpossible) are different
answers. These verbs are the only way an item's status changes.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from importer.drafts.drafts import FROM_DOCUMENT

from . import access
from .history import write_history
from .models import Assignment, Item, ItemRequest, Plan, Section, Target, Task

S = Item.Status


class ItemStepImpossible(Exception):
    """It cannot be done from where the item or the request is; the text says why (Chinese)."""


@dataclass(frozen=True)
class Step:
    """One step a supervisor takes: from which statuses, to which, and what it means in a sentence."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    help: str
    style: str = ""

    @property
    def url_name(self) -> str:
        """The name of the address that takes it."""
        return f"workplans:item_{self.name}"

    def impossibility(self, item) -> str | None:
        """Say why the item's status or plan bars the step."""
        if item.status not in self.sources:
            return f"这个事项{item.get_status_display()}，不能{self.label}。"
        archived = item.plan.status == Plan.Status.ARCHIVED and self.target != S.CARRIED_OVER
        if archived or not item.plan.is_issued():
            return f"工作计划{item.plan.get_status_display()}，不能{self.label}。"
        return None


SUSPEND = Step("suspend", "暂缓", (S.ACTIVE,), S.SUSPENDED, "暂缓期间不再要求报送，以后可以恢复。")
RESUME = Step(
    "resume", "恢复", (S.SUSPENDED, S.CANCELLED, S.DONE), S.ACTIVE, "恢复为推进中，以后的填报期照常报送。", "primary"
)
CANCEL = Step(
    "cancel", "取消", (S.ACTIVE, S.SUSPENDED), S.CANCELLED, "不再办理，不再报送；等待核实的申请一并了结。", "danger"
)
CARRY_OVER = Step(
    "carry_over", "结转", (S.ACTIVE, S.SUSPENDED), S.CARRIED_OVER, "在以后的计划中建立同样的事项，两处互相链接。"
)
STEPS = {step.name: step for step in (SUSPEND, RESUME, CANCEL, CARRY_OVER)}


def available(item, user) -> list[Step]:
    """Return the steps whose button the user sees on this item."""
    if access.supervises(user, item):
        return []
    return [step for step in STEPS.values() if step.impossibility(item) is None]


def askable(item, user, today) -> list[ItemRequest.Kind]:
    """Return what the user can ask for on this item now."""
    if access.asks_for_item(user, item) or _not_under_way(item):
        return []
    kinds = [ItemRequest.Kind.CLOSE]
    return kinds if _too_late_to_extend(item, today) else [*kinds, ItemRequest.Kind.EXTEND]


def plans_after(item, user):
    """Return the plans the item can be carried over into: later ones of its organization, not archived."""
    later = Plan.objects.visible_to(user).filter(
        organization_id=item.plan.organization_id, start_on__gt=item.plan.end_on
    )
    return later.exclude(status=Plan.Status.ARCHIVED).order_by("start_on", "pk")


# --- what an office asks for -----------------------------------------------------------------------------


@transaction.atomic
def request_closing(item, reason, *, by, now) -> ItemRequest:
    """Ask that the item be recorded as done. Raises PermissionDenied or ItemStepImpossible."""
    return _ask(item, ItemRequest.Kind.CLOSE, reason, by=by, now=now)


@transaction.atomic
def request_extension(item, reason, new_deadline, *, by, now) -> ItemRequest:
    """Ask for a later deadline, before the present one has passed. Raises PermissionDenied or ItemStepImpossible."""
    return _ask(item, ItemRequest.Kind.EXTEND, reason, by=by, now=now, new_deadline=new_deadline)


def _ask(item, kind, reason, *, by, now, new_deadline=None):
    stored = _locked(item.pk)
    _require(access.asks_for_item(by, stored))
    _possible(_not_under_way(stored))
    if kind == ItemRequest.Kind.EXTEND:
        _possible(_too_late_to_extend(stored, timezone.localdate(now)) or _not_later(stored, new_deadline))
    reason = _required(reason, "请写明申请的理由。")
    try:
        with transaction.atomic():
            request = ItemRequest.objects.create(
                item=stored, kind=kind, reason=reason, new_deadline=new_deadline, requested_by=by, requested_at=now
            )
    except IntegrityError as twice:
        raise ItemStepImpossible("这个事项已有同样的申请在等待核实。") from twice
    write_history([stored], by=by, now=now, reason=f"{kind.label}：{reason}")
    return request


@transaction.atomic
def withdraw_request(request, *, by, now) -> ItemRequest:
    """Take back what oneself has asked for. Raises PermissionDenied or ItemStepImpossible."""
    item = _locked(request.item_id)
    stored = ItemRequest.objects.get(pk=request.pk)
    _require(access.withdraws_request(by, stored))
    _settle(stored, ItemRequest.Status.WITHDRAWN)
    write_history([item], by=by, now=now, reason=f"撤回{stored.get_kind_display()}")
    return stored


@transaction.atomic
def decide(request, granted, note="", *, by, now) -> ItemRequest:
    """Say 同意 or 不同意 to a request: granted, the item is closed or its deadline moved.

    Raises PermissionDenied (never decided by who asked) or ItemStepImpossible.
    """
    item = _locked(request.item_id)
    stored = ItemRequest.objects.get(pk=request.pk)
    stored.item = item
    _require(access.decides_request(by, stored))
    note = note.strip() if granted else _required(note, "不同意时请写明理由。")
    status = ItemRequest.Status.GRANTED if granted else ItemRequest.Status.REFUSED
    _settle(stored, status, decided_by=by, decided_at=now, decision_note=note)
    if granted:
        _possible(_not_under_way(item))
        _grant(item, stored, timezone.localdate(now))
    said = f"{status.label}：{stored.get_kind_display()}（{stored.reason}）"
    write_history([item], by=by, now=now, reason=f"{said} {note}".strip())
    return stored


def _grant(item, request, today):
    if request.kind == ItemRequest.Kind.CLOSE:
        _store(item, status=S.DONE, closed_on=today)
        return
    _possible(_not_later(item, request.new_deadline))
    _store(item, deadline=request.new_deadline)


def _settle(request, status, **columns):
    rows = ItemRequest.objects.filter(pk=request.pk, status=ItemRequest.Status.PENDING).update(status=status, **columns)
    if not rows:
        raise ItemStepImpossible(f"这项申请{request.get_status_display()}，不能再改。")
    request.refresh_from_db(fields=["status", "decided_by", "decided_at", "decision_note"])


# --- what a supervisor does ------------------------------------------------------------------------------


def suspend(item, reason, *, by, now) -> Item:
    """Let the item rest. Raises PermissionDenied or ItemStepImpossible."""
    return take(item, SUSPEND, reason, by=by, now=now)


def resume(item, reason, *, by, now) -> Item:
    """Bring the item back under way. Raises PermissionDenied or ItemStepImpossible."""
    return take(item, RESUME, reason, by=by, now=now)


def cancel(item, reason, *, by, now) -> Item:
    """Give the item up. Raises PermissionDenied or ItemStepImpossible."""
    return take(item, CANCEL, reason, by=by, now=now)


@transaction.atomic
def take(item, step, reason, *, by, now) -> Item:
    """Take one step; return the item as stored. 结转 needs `carry_over`. Raises PermissionDenied or ItemStepImpossible."""
    stored = _locked(item.pk)
    _require(access.supervises(by, stored))
    _possible(step.impossibility(stored))
    reason = _required(reason, f"{step.label}时请写明原因。")
    _store(stored, status=step.target, closed_on=None)
    if step in (CANCEL, CARRY_OVER):
        waiting = stored.requests.filter(status=ItemRequest.Status.PENDING)
        waiting.update(
            status=ItemRequest.Status.REFUSED, decided_by=by, decided_at=now, decision_note=f"事项{step.label}。"
        )
    write_history([stored], by=by, now=now, reason=f"{step.label}：{reason}")
    return stored


@transaction.atomic
def carry_over(item, into_plan, reason, *, by, now) -> Item:
    """Make the same item in a later plan, linked both ways by `predecessor`; return the new item.

    Raises PermissionDenied or ItemStepImpossible.
    """
    into = Plan.objects.select_for_update().get(pk=into_plan.pk)  # positions are given one at a time
    _require(access.supervises(by, into))
    old = take(item, CARRY_OVER, reason, by=by, now=now)
    if not plans_after(old, by).filter(pk=into.pk).exists():
        raise ItemStepImpossible("只能结转到本单位以后年度、尚未归档的工作计划。")
    new = _copy(old, into)
    because = f"结转自《{old.plan}》：{reason}"
    write_history([new], by=by, now=now, reason=because, created=True)
    write_history(_copy_assignments(old, new), by=by, now=now, reason=because, created=True)
    _copy_parts(old, new)
    return new


def _copy(old, into):
    last = into.items.aggregate(last=Max("position"))["last"] or 0
    new = Item(
        plan=into,
        section=_section_like(old.section, into),
        position=last + 1,
        **{field.name: getattr(old, field.name) for field in FROM_DOCUMENT if field.is_carried},
        deadline=old.deadline if old.deadline and old.deadline >= into.start_on else None,
        reporting_office_id=old.reporting_office_id,
        predecessor=old,
    )
    return Item.objects.bulk_create([new])[0]


def _section_like(section, into):
    known = into.sections.filter(title=section.title).first() or into.sections.first()
    return known or Section.objects.create(plan=into, position=1, ordinal=section.ordinal, title=section.title)


def _copy_parts(old, new):
    """Take tasks and targets along; milestones are of the old year's days and stay with it."""
    Task.objects.bulk_create(
        [Task(item=new, position=t.position, group=t.group, title=t.title) for t in old.tasks.all()]
    )
    targets = list(old.targets.all())
    for target in targets:
        target.pk, target.item = None, new
    Target.objects.bulk_create(targets)


def _copy_assignments(old, new):
    return Assignment.objects.bulk_create(
        [Assignment(item=new, office_id=a.office_id, role=a.role, position=a.position) for a in old.assignments.all()]
    )


# --- what they share -------------------------------------------------------------------------------------


def _locked(pk):
    return Item.objects.select_for_update(of=("self",)).select_related("plan", "section").get(pk=pk)


def _store(item, **changes):
    """Change the row where it still is as read, and read it again."""
    rows = Item.objects.filter(pk=item.pk, status=item.status, deadline=item.deadline).update(**changes)
    if not rows:
        raise ItemStepImpossible("这个事项刚刚被他人改动，请刷新页面后再试。")
    item.refresh_from_db(fields=list(changes))


def _require(refused):
    if refused:
        raise PermissionDenied(refused)


def _possible(barred):
    if barred:
        raise ItemStepImpossible(barred)


def _required(text, sentence):
    text = text.strip()
    _possible(None if text else sentence)
    return text


def _not_under_way(item):
    if item.status != S.ACTIVE:
        return f"这个事项{item.get_status_display()}，不能申请或同意申请。"
    if item.plan.status != Plan.Status.ISSUED:
        return f"工作计划{item.plan.get_status_display()}，不能申请或同意申请。"
    return None


def _too_late_to_extend(item, today):
    if item.deadline is None:
        return "这个事项没有完成时限，不需要申请延期。"
    return "已过完成时限，不能再申请延期。" if today > item.deadline else None


def _not_later(item, new_deadline):
    if new_deadline is None:
        return "申请延期时请填写新的完成时限。"
    if item.deadline is not None and new_deadline <= item.deadline:
        return f"新的完成时限应晚于现在的 {item.deadline:%Y-%m-%d}。"
    return None
