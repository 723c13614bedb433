"""Which user of ours is it? Kept by issuer and subject; found by user name the first time; made only by a rule.

A system administrator is never found: who administers signs in here, whatever a directory says.
"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import DirectoryIdentity
from audit.kinds import EventKind
from audit.recording import record
from workplans.people import one_name

from .people import DirectoryPerson, DirectoryRefused
from .posts import apply_groups, wanted_posts

NO_USER = "账号“{}”在本系统没有对应的用户，请联系本单位的系统管理员。"
TAKEN = "本系统的用户“{}”已与另一个账号关联，请联系本单位的系统管理员。"
ADMINISTRATORS_HERE = "系统管理员请用本系统的用户名和密码登录。"
NOT_ACTIVE = "该用户在本系统已停用，请联系本单位的系统管理员。"


@transaction.atomic
def identify(person: DirectoryPerson, request) -> DirectoryIdentity:
    """Return the identity kept of `person`, its user's posts brought up to date. Raises DirectoryRefused."""
    identity = (
        DirectoryIdentity.objects.select_related("user").filter(issuer=person.issuer, subject=person.subject).first()
    )
    user = identity.user if identity else _user_of_ours(person) or _made(person, request)
    if user.is_superuser:
        raise DirectoryRefused(ADMINISTRATORS_HERE)
    if not user.is_active:
        raise DirectoryRefused(NOT_ACTIVE)
    identity = identity or _linked(person, user, request)
    if identity.username != person.username:
        identity.username = person.username
        identity.save(update_fields=["username"])
    apply_groups(identity, person.groups, request)
    return identity


def _user_of_ours(person):
    """Find by user name, letter case aside where that leaves one."""
    if not person.username:
        return None
    users = list(get_user_model().objects.filter(username__iexact=person.username)[:2])
    same = [user for user in users if user.username == person.username]
    return (same or users)[0] if len(same or users) == 1 else None


def _linked(person, user, request) -> DirectoryIdentity:
    if DirectoryIdentity.objects.filter(issuer=person.issuer, user=user).exists():
        raise DirectoryRefused(TAKEN.format(user.get_username()))
    record(EventKind.ACCOUNT, request, target=user, detail=f"关联统一身份：{person.issuer} {person.subject}")
    return DirectoryIdentity.objects.create(
        user=user, issuer=person.issuer, subject=person.subject, username=person.username, linked_at=timezone.now()
    )


def _made(person, request):
    """Make the user where the rule says so: DIRECTORY_CREATE, and a group that gives a post."""
    if not (settings.DIRECTORY_CREATE and person.username and wanted_posts(person.groups or ())):
        raise DirectoryRefused(NO_USER.format(person.username))
    model = get_user_model()
    user = model(username=model.normalize_username(person.username), first_name=one_name(person.name)[:150])
    user.email = person.email[:254]
    user.set_unusable_password()
    try:
        user.full_clean(exclude=["password", "email"])
    except ValidationError as problem:
        raise DirectoryRefused(NO_USER.format(person.username)) from problem
    user.save()
    record(EventKind.ACCOUNT, request, target=user, detail="按统一身份新增")
    return user
