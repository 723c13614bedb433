"""任职 by group: a row of settings names a group of the directory and the post it stands for.

What the directory gave it may take again (DirectoryPost); what was entered here stays as it is.
"""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.models import DirectoryPost
from audit.kinds import EventKind
from audit.recording import record
from workplans.access import OFFICE_ROLES
from workplans.models import Membership, Office, Organization
from workplans.models.organization import ROLE_WORDS

log = logging.getLogger(__name__)
FORM = "DIRECTORY_POSTS 写成“组=单位/科室/角色”或“组=单位/角色”，多条用分号隔开；这一条看不懂：{}"


@dataclass(frozen=True)
class PostRule:
    """Members of `group` serve so: names of bureau and office ("" for the whole bureau), a role."""

    group: str
    organization: str
    office: str
    role: str


def post_rules() -> list[PostRule]:
    """Read DIRECTORY_POSTS. Raises ImproperlyConfigured with the entry that cannot be read."""
    return [_rule(entry.strip()) for entry in settings.DIRECTORY_POSTS.split(";") if entry.strip()]


def _rule(entry) -> PostRule:
    group, _, post = entry.rpartition("=")
    organization, *office, role = (part.strip() for part in post.split("/")) if "/" in post else ("", "")
    serves = ROLE_WORDS.get(role)
    if not (group.strip() and organization and serves) or len(office) != (serves in OFFICE_ROLES):
        raise ImproperlyConfigured(FORM.format(entry))
    return PostRule(group.strip(), organization, "".join(office), serves)


def wanted_posts(groups) -> set[tuple]:
    """Return (organization id, office id or None, role) of the posts somebody in `groups` is to hold."""
    rules = [rule for rule in post_rules() if rule.group in groups]
    if not rules:
        return set()
    bureaus = {each.name: each.pk for each in Organization.objects.filter(name__in={r.organization for r in rules})}
    offices = {
        (each.organization_id, each.name): each.pk
        for each in Office.objects.filter(organization__in=bureaus.values(), name__in={r.office for r in rules})
    }
    posts = set()
    for rule in rules:
        bureau = bureaus.get(rule.organization)
        office = offices.get((bureau, rule.office))
        if bureau is None or (rule.office and office is None):
            log.error("DIRECTORY_POSTS 中的单位或科室不存在：%s/%s", rule.organization, rule.office)
            continue
        posts.add((bureau, office, rule.role))
    return posts


def apply_groups(identity, groups, request) -> None:
    """Make the posts given by the directory those of `groups`; None changes nothing."""
    if groups is None:
        return
    wanted, user = wanted_posts(groups), identity.user
    given = DirectoryPost.objects.filter(identity=identity).select_related(
        "membership__organization", "membership__office"
    )
    for post in given:
        if _key(post.membership) not in wanted:
            record(EventKind.ROLE, request, target=user, detail=f"按统一身份删除任职：{post.membership}")
            post.membership.delete()
    held = {_key(membership) for membership in user.memberships.all()}
    for bureau, office, role in sorted(wanted - held, key=str):
        membership = Membership.objects.create(user=user, organization_id=bureau, office_id=office, role=role)
        DirectoryPost.objects.create(identity=identity, membership=membership)
        record(EventKind.ROLE, request, target=user, detail=f"按统一身份新增任职：{membership}")


def _key(membership) -> tuple:
    return membership.organization_id, membership.office_id, membership.role
