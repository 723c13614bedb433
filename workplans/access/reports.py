"""Rules of reports and periods, of 批示 and 问答."""

from .general import supervises
from .roles import standing


def edits_report(user, obj) -> str | None:
    """The office that owes the report while it is editable; the supervisor on its behalf (DESIGN 3, 4)."""
    held = standing(user)
    if obj is None:
        return None if held.offices or held.supervised else "只有填报科室和督办员可以填写进展。"
    office = obj.office_id
    if office not in held.offices and obj.organization_of() not in held.supervised:
        return "只有本事项的填报科室可以填写这份进展。"
    return obj.editing_refusal()


def fills_sheet(user, obj) -> str | None:
    """The sheet of an office (`obj`) is for its own people, and for the supervisor on its behalf."""
    held = standing(user)
    if obj.pk in held.offices or obj.organization_of() in held.supervised:
        return None
    return f"只有{obj}的人员和督办员可以下载它的填报表。"


def enters_for_office(user, obj) -> bool:
    """Say whether the user writes this report as its office, and not on the office's behalf."""
    return obj.office_id in standing(user).offices


def heads(user, obj) -> bool:
    """Say whether the user heads the office that reports."""
    return obj.office_id in standing(user).headed


def submits_report(user, obj) -> str | None:
    """The reporting office submits; the supervisor may on its behalf."""
    held = standing(user)
    if obj.office_id in held.offices or obj.organization_of() in held.supervised:
        return None
    return "只有本事项的填报科室可以提交。"


def withdraws_report(user, obj) -> str | None:
    """Who submitted takes back."""
    return None if obj.submitted_by_id == user.pk else "只有提交人本人可以撤回。"


def endorses_report(user, obj) -> str | None:
    """The head of the reporting office."""
    return None if heads(user, obj) else "只有填报科室的负责人可以审核。"


def approves_report(user, obj) -> str | None:
    """A supervisor of the organization, never for what the same person wrote or submitted."""
    if refused := supervises(user, obj):
        return refused
    if user.pk in (obj.saved_by_id, obj.submitted_by_id):
        return "不能审核自己填写或提交的进展报告，请由另一位督办员审核。"
    return None


def returns_report(user, obj) -> str | None:
    """The head while the office reviews, a supervisor at either review."""
    if obj.status == obj.Status.OFFICE_REVIEW and heads(user, obj):
        return None
    return None if supervises(user, obj) is None else "只有本科室负责人和督办员可以退回。"


def reopens_report(user, obj) -> str | None:
    """A supervisor of the organization."""
    return supervises(user, obj)


def reopens_period(user, obj) -> str | None:
    """A supervisor of the organization opens a closed period again for one office."""
    return supervises(user, obj)


def urges_report(user, obj) -> str | None:
    """A supervisor of the organization urges."""
    return supervises(user, obj)


def remarks_on(user, obj) -> str | None:
    """The supervisors ask about a report, its office answers; both may say more."""
    if enters_for_office(user, obj) or supervises(user, obj) is None:
        return None
    return "只有督办员和本事项的填报科室可以在这里提问和回答。"


def instructs(user, obj) -> str | None:
    """A leader of the organization writes 批示 on an item; the system administrator as such does not."""
    return None if obj.organization_of() in standing(user).led else "只有本单位的局领导可以批示。"


def answers_instruction(user, obj) -> str | None:
    """Whoever reports for the office that is addressed, its head included."""
    return None if obj.office_id in standing(user).offices else "只有批示送到的科室可以回复。"
