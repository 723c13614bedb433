"""What a person holds, read from 任职 once a request, and the rows that follow from it."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models


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


def stand_for(user, organization_id, office_id=None) -> None:
    """Give the account of an application its standing: it reads one organization, and reports for one office or none.

    Such an account has no 任职 and cannot sign in; it stands for this object alone, which lives for one request.
    """
    user.is_active = True
    reported = frozenset({office_id} if office_id else ())
    user._standing = Standing(organizations=frozenset({organization_id}), reported=reported)


def stand_in(held: Standing, pk: int):
    """Return a user who is in no database and holds `held`: for whom a query can be built (`workplans/prepared.py`)."""
    user = get_user_model()(pk=pk, is_superuser=held.is_superuser)
    user._standing = held
    return user


def _read_standing(user) -> Standing:
    columns = ("role", "organization_id", "office_id", "organization__people_by_supervisor")
    return _standing_of(user, list(user.memberships.order_by().values_list(*columns)))


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
