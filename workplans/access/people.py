"""Rules of accounts and of 任职, and who supervises an organization."""

from .roles import ORGANIZATION_ROLES, Role, standing


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
