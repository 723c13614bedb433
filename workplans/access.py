"""Who may do what: the only module that knows roles.

A rule takes `(user, obj)` and returns None, or the refusal as a Chinese sentence. Rows are scoped by
`scope()`, which every `visible_to(user)` calls. A user's standing is read once a request, so rights
withdrawn take effect at the next one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

Rule = Callable[[Any, Any], str | None]

NO_MEMBERSHIP = "您还没有任职，请系统管理员在“任职”中为您指定单位、科室和角色。"
SUPERVISORS_ONLY = "只有本单位的督办员可以这样做。"
ADMINISTRATORS_ONLY = "只有系统管理员可以这样做。"


class Role(models.TextChoices):
    """`Membership.role` (DESIGN 1)."""

    REPORTER = "reporter", "填报人"
    HEAD = "head", "科室负责人"
    SUPERVISOR = "supervisor", "督办员"
    LEADER = "leader", "局领导"


MANY = 10  # organizations read by one person, more than a district has

OFFICE_ROLES = (Role.REPORTER, Role.HEAD)
ORGANIZATION_ROLES = (Role.SUPERVISOR, Role.LEADER)


@dataclass(frozen=True)
class Standing:
    """What a user holds: ids of organizations read and supervised, of offices reported for and headed."""

    is_superuser: bool = False
    organizations: frozenset[int] = frozenset()
    supervised: frozenset[int] = frozenset()
    led: frozenset[int] = frozenset()
    reported: frozenset[int] = frozenset()
    headed: frozenset[int] = frozenset()
    staffed: frozenset[int] = frozenset()  # supervised, and their people given into the supervisor's hands

    @property
    def offices(self) -> frozenset[int]:
        """The offices whose reports the user fills in."""
        return self.reported | self.headed


NOBODY = Standing()


def standing(user) -> Standing:
    """Return the user's standing, read from the database once and kept on the user object (one request)."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    if not hasattr(user, "_standing"):
        user._standing = _read_standing(user)
    return user._standing


def standings(users) -> dict[Any, Standing]:
    """Return the standing of each of `users` (a User queryset), two queries for all; for commands that serve many.

    It is kept on the users, so that rules can be asked of them without another query.
    """
    serving = apps.get_model("workplans", "Membership")._base_manager.select_related("organization")
    active = users.filter(is_active=True).prefetch_related(models.Prefetch("memberships", serving))
    for user in active:
        rows = [
            (row.role, row.organization_id, row.office_id, row.organization.people_by_supervisor)
            for row in user.memberships.all()
        ]
        user._standing = _standing_of(user, rows)
    return {user: user._standing for user in active}


def _read_standing(user) -> Standing:
    columns = ("role", "organization_id", "office_id", "organization__people_by_supervisor")
    return _standing_of(user, list(user.memberships.values_list(*columns)))


def _standing_of(user, rows) -> Standing:
    def ids(column, *roles):
        return frozenset(row[column] for row in rows if row[0] in roles)

    return Standing(
        is_superuser=user.is_superuser,
        organizations=frozenset(row[1] for row in rows),
        supervised=ids(1, Role.SUPERVISOR),
        led=ids(1, Role.LEADER),
        reported=ids(2, Role.REPORTER),
        headed=ids(2, Role.HEAD),
        staffed=frozenset(row[1] for row in rows if row[0] == Role.SUPERVISOR and row[3]),
    )


def scope(queryset, user, path):
    """Narrow `queryset` to the organizations the user reads; `path` is the lookup of the organization's id.

    For someone who reads many, nearly every row passes, so each is asked when its turn comes: as a join, SQLite would
    begin with the organizations, gather everything and sort it to show the first page.
    """
    held = standing(user)
    if held.is_superuser:
        return queryset
    if not held.organizations:
        return queryset.none()
    link, _, rest = path.partition("__")
    if rest and len(held.organizations) > MANY:
        related = queryset.model._meta.get_field(link).remote_field.model._base_manager
        readable = related.filter(pk=models.OuterRef(f"{link}_id"), **{f"{rest}__in": held.organizations})
        return queryset.filter(models.Exists(readable))
    return queryset.filter(**{f"{path}__in": held.organizations})


def scope_supervised(queryset, user, path):
    """Narrow `queryset` to the organizations the user supervises: what only supervisors see."""
    return queryset.filter(**{f"{path}__in": standing(user).supervised})


# --- rules -----------------------------------------------------------------------------------------------


def enter_refusal(user) -> str | None:
    """May the user enter the application at all?"""
    held = standing(user)
    return None if held.is_superuser or held.organizations else NO_MEMBERSHIP


def supervises(user, obj) -> str | None:
    """Supervisors of the object's organization; of any organization where there is no object yet."""
    supervised = standing(user).supervised
    if obj is None:
        return None if supervised else SUPERVISORS_ONLY
    return None if obj.organization_of() in supervised else SUPERVISORS_ONLY


def administers(user, obj) -> str | None:
    """System administrators."""
    return None if standing(user).is_superuser else ADMINISTRATORS_ONLY


def second_factor_refusal(user) -> str | None:
    """Whose account weighs most may protect it by a second factor: supervisors, leaders, system administrators."""
    held = standing(user)
    if held.is_superuser or held.supervised or held.led:
        return None
    return "动态口令供督办员、局领导和系统管理员使用。"


def supervises_or_administers(user, obj) -> str | None:
    """Offices are kept by the supervisor of the organization and by the system administrator."""
    return None if administers(user, obj) is None else supervises(user, obj)


def keeps_people(user, obj) -> str | None:
    """Who serves where is kept by the system administrator, and by supervisors of an organization that lets them."""
    held = standing(user)
    if held.is_superuser or (held.staffed if obj is None else obj.organization_of() in held.staffed):
        return None
    return "人员由系统管理员管理；系统管理员可以在“单位”中交给本单位的督办员。"


def keeps_person(user, person, organization) -> str | None:
    """May `user` change the account of `person` and withdraw or give roles in `organization`?

    `person` has `memberships` to read. Whom a supervisor may not touch: administrators, himself, and whoever serves
    elsewhere too: their account is not this organization's alone.
    """
    if refused := keeps_people(user, organization):
        return refused
    if standing(user).is_superuser:
        return None
    if person.is_superuser:
        return "系统管理员的账号只能由系统管理员修改。"
    if person.pk == user.pk:
        return "不能修改自己的账号和任职，请系统管理员修改。"
    serves = {row.organization_id for row in person.memberships.all()}
    if organization.pk not in serves:
        return "此人不是本单位的人员，请系统管理员添加。"
    return "此人在别的单位也有任职，请系统管理员修改。" if len(serves) > 1 else None


def keeps_membership(user, obj) -> str | None:
    """One row of 任职: as `keeps_person` says of whose it is."""
    if obj is None:
        return keeps_people(user, None)
    if refused := keeps_people(user, obj):
        return refused
    return keeps_person(user, obj.user, obj.organization) if obj.user_id else None


def resets_password(user, person, organization) -> str | None:
    """A supervisor gives new passwords to the offices' people alone: nobody gets hold of a leader's account that way."""
    if refused := keeps_person(user, person, organization):
        return refused
    weighty = any(row.role in ORGANIZATION_ROLES for row in person.memberships.all())
    if weighty and not standing(user).is_superuser:
        return "督办员和局领导的密码由系统管理员重新设置。"
    return None


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


def has_head(office) -> bool:
    """Say whether reports of `office` pass a head before they reach the bureau's own office (DESIGN 4)."""
    return office.memberships.filter(role=Role.HEAD, user__is_active=True).exists()


def supervisors_of(organization):
    """Return the users who supervise `organization` and may sign in, by name of account."""
    users = organization.memberships.model._meta.get_field("user").related_model._default_manager
    held = {"memberships__organization": organization, "memberships__role": Role.SUPERVISOR}
    return users.filter(is_active=True, **held).order_by("username")


def make_supervisor(user, organization):
    """Let `user` supervise `organization`; return the new row of 任职, None where he does already."""
    row, is_new = organization.memberships.get_or_create(user=user, role=Role.SUPERVISOR, office=None)
    return row if is_new else None


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


def compiles_feedback(user, obj) -> str | None:
    """A supervisor of the organization compiles, as long as nobody has signed."""
    if refused := supervises(user, obj):
        return refused
    return obj.compiling_refusal() if obj is not None and hasattr(obj, "compiling_refusal") else None


def signs_feedback(user, obj) -> str | None:
    """A leader of the organization signs; the system administrator as such does not. Supervisors issue what needs no leader."""
    if not obj.needs_leader:
        return supervises(user, obj)
    led = standing(user).led
    return None if obj.organization_of() in led else "只有本单位的局领导可以签名。"


def instructs(user, obj) -> str | None:
    """A leader of the organization writes 批示 on an item; the system administrator as such does not."""
    return None if obj.organization_of() in standing(user).led else "只有本单位的局领导可以批示。"


def answers_instruction(user, obj) -> str | None:
    """Whoever reports for the office that is addressed, its head included."""
    return None if obj.office_id in standing(user).offices else "只有批示送到的科室可以回复。"


def remarks_on(user, obj) -> str | None:
    """The supervisors ask about a report, its office answers; both may say more."""
    if enters_for_office(user, obj) or supervises(user, obj) is None:
        return None
    return "只有督办员和本事项的填报科室可以在这里提问和回答。"


def reads_own(user, obj) -> str | None:
    """A person's own rows; nobody reads another's."""
    return None if obj is None or obj.user_id == user.pk else "只能查看自己的内容。"


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


def reads_calendar(user, obj) -> str | None:
    """放假安排 are read by those who set due dates, and kept by the system administrator."""
    return None if standing(user).is_superuser or standing(user).supervised else SUPERVISORS_ONLY


def never(sentence: str) -> Rule:
    """A rule that always refuses, with the reason."""
    return lambda user, obj: sentence


SLOTS = never("进展报告由填报期开启时自动建立，不能手工添加或删除。")
RECORD = never("流转记录和历史只能查看，不能改动。")
SAID = never("批示、回复和问答送出后不能改动；请在事项和进展报告的页面上说。")
MADE_ON_PAGES = never("这里只能查看；请在相应的页面上操作。")
IMPORTED = never("来源文件由导入产生，不能手工添加或改动。")

# Model → action → rule. What is not listed is refused; viewing needs only `visible_to`.
RULES: dict[str, dict[str, Rule]] = {
    "user": {"view": administers, "add": administers, "change": administers, "delete": administers},
    "namerepair": {"view": administers} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "securityevent": {"view": administers} | dict.fromkeys(("add", "change", "delete"), RECORD),
    "organization": {"add": administers, "change": administers, "delete": administers},
    "membership": dict.fromkeys(("add", "change", "delete"), keeps_membership),
    "office": dict.fromkeys(("add", "change", "delete", "import"), supervises_or_administers),
    "sourcedocument": {"add": IMPORTED, "change": IMPORTED, "delete": IMPORTED},
    "plan": {"add": supervises, "change": supervises, "delete": deletes_draft_part},
    "section": {"add": supervises, "change": supervises, "delete": deletes_draft_part},
    "item": {"add": supervises, "change": supervises, "delete": deletes_draft_part, "import": supervises},
    "assignment": dict.fromkeys(("add", "change", "delete", "import"), supervises),
    "task": {"add": supervises, "change": supervises, "delete": deletes_draft_part},
    "target": dict.fromkeys(("add", "change", "delete"), supervises),
    "milestone": dict.fromkeys(("add", "change", "delete", "import"), supervises),
    "period": {"add": supervises, "change": supervises, "delete": supervises},
    "report": {"add": SLOTS, "change": edits_report, "delete": SLOTS, "import": edits_report},
    "taskreport": {"add": SLOTS, "change": SLOTS, "delete": SLOTS},
    "reportevent": {"add": RECORD, "change": RECORD, "delete": RECORD},
    "instruction": dict.fromkeys(("add", "change", "delete"), SAID),
    "instructionoffice": dict.fromkeys(("add", "change", "delete"), SAID),
    "instructionanswer": dict.fromkeys(("add", "change", "delete"), SAID),
    "remark": dict.fromkeys(("add", "change", "delete"), SAID),
    "reopening": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "urge": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "holidaynotice": {"view": reads_calendar} | dict.fromkeys(("add", "change", "delete"), administers),
    "duedatechange": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "digest": {"view": reads_own} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "tableexport": {"view": reads_own} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "evidence": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "sheetlayout": dict.fromkeys(("add", "change", "delete"), supervises),
    "feedback": dict.fromkeys(("add", "change", "delete"), compiles_feedback),
    "lettertemplate": {"add": supervises} | dict.fromkeys(("change", "delete"), MADE_ON_PAGES),
    "importdraft": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "importstep": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "scanreading": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "scanfile": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "scanpage": {"view": supervises} | dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
    "itemrequest": dict.fromkeys(("add", "change", "delete"), MADE_ON_PAGES),
}


def refusal(user, action: str, model, obj=None) -> str | None:
    """Say why `user` may not do `action` (view, add, change, delete, import) on `obj` of `model`; None if allowed.

    Without `obj` the question is whether the user may do it to any row at all.
    """
    if refused := enter_refusal(user):
        return refused
    rules = RULES.get(model._meta.model_name, {})
    if action == "view":
        return rules.get("view", lambda user, obj: _outside(user, obj))(user, obj)
    return rules.get(action, never("此处不能进行这项操作。"))(user, obj) or _outside(user, obj)


def _outside(user, obj) -> str | None:
    held = standing(user)
    if obj is None or held.is_superuser or obj.organization_of() in held.organizations:
        return None
    return "这不是您单位的数据。"
