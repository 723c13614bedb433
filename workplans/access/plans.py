"""Rules of plans, their items, milestones and requests."""

from .general import supervises
from .roles import standing


def asks_for_item(user, obj) -> str | None:
    """The reporting office asks to close its item or to move the deadline; the supervisor may on its behalf."""
    held = standing(user)
    if obj.reporting_office_id in held.offices or obj.organization_of() in held.supervised:
        return None
    return "只有本事项的填报科室可以申请。"


def marks_milestone(user, obj) -> str | None:
    """The reporting office says when a milestone of its item was reached; the supervisor may on its behalf."""
    held = standing(user)
    if obj.item.reporting_office_id in held.offices or obj.organization_of() in held.supervised:
        return None
    return "只有本事项的填报科室可以登记里程碑。"


def withdraws_request(user, obj) -> str | None:
    """Who asked takes back."""
    return None if obj.requested_by_id == user.pk else "只有申请人本人可以撤回。"


def decides_request(user, obj) -> str | None:
    """A supervisor of the organization, never of what the same person asked for."""
    if refused := supervises(user, obj):
        return refused
    return "不能核实自己提出的申请，请由另一位督办员核实。" if obj.requested_by_id == user.pk else None


def deletes_draft_part(user, obj) -> str | None:
    """Parts of a plan can be deleted by the supervisor while the plan is only drawn up."""
    if refusal := supervises(user, obj):
        return refusal
    if obj is not None and obj.is_issued():
        return "工作计划已下达，其内容不能删除；不再办理的事项请在事项页面选“取消”。"
    return None


def assigns_offices(user, obj) -> str | None:
    """The supervisor names the offices of many items of a plan (`obj`) at once, as long as it is not archived."""
    if refused := supervises(user, obj):
        return refused
    return "工作计划已归档，不能再改责任科室。" if obj.status == obj.Status.ARCHIVED else None
