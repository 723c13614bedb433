"""Storing what a workbook of people says: one transaction, a security event for each account and each role."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction

from audit.kinds import EventKind
from audit.recording import record
from workplans import access
from workplans.models import Membership

from .comparing import CHANGED, LEAVING, NEW, PeoplePlan, PersonPlan, people_of_bureau
from .slips import PasswordSlip, give_passwords


class PeopleRefused(Exception):
    """Nothing was stored; the text is a Chinese sentence."""


@dataclass(frozen=True)
class PeopleSaved:
    """What was done, in words, and the slips to be printed."""

    sentence: str
    slips: list[PasswordSlip]


@transaction.atomic
def save_people(plan: PeoplePlan, leavers, request, *, now) -> PeopleSaved:
    """Store `plan`, and mark those of its missing whose ids are in `leavers`. Raises PeopleRefused where anything is wrong."""
    if plan.problems:
        raise PeopleRefused("有不能导入的行，什么也没有导入。请在表格中改好后重新上传。")
    if refused := access.keeps_people(request.user, plan.organization):
        raise PeopleRefused(refused)
    saver = PeopleSaver(plan, request, now)
    new, changed = plan.of(NEW), plan.of(CHANGED)
    saver.create(new)
    for person in changed:
        saver.change(person)
    gone = [person.user for person in plan.of(LEAVING)] + [user for user in plan.missing if user.pk in leavers]
    for user in gone:
        saver.leave(user)
    sentence = f"新增 {len(new)} 人，修改 {len(changed)} 人，离任 {len(gone)} 人。"
    record(EventKind.IMPORT, request, target=f"人员 {plan.organization}", detail=sentence)
    return PeopleSaved(sentence, saver.slips())


class PeopleSaver:
    """Writes people one after the other and remembers who needs a slip."""

    def __init__(self, plan, request, now):
        self.organization, self.request, self.now = plan.organization, request, now
        self.newcomers: list[PersonPlan] = []

    def create(self, people) -> None:
        """Make accounts with their posts; what nobody can sign in with until the slips are made."""
        model = get_user_model()
        made = [
            model(
                username=model.normalize_username(person.username),
                first_name=person.name,
                email=person.email,
                password="!",
            )
            for person in people
        ]
        for person, user in zip(people, model.objects.bulk_create(made), strict=True):
            person.user = user
            record(EventKind.ACCOUNT, self.request, target=user, detail="新增")
        posts = [self._membership(person.user, post) for person in people for post in person.posts]
        for membership in Membership.objects.bulk_create(posts):
            self._told("新增", membership)
        self.newcomers += people

    def change(self, person) -> None:
        """Write name, mail and posts; who had left comes back with a new password."""
        user = person.user
        returns = not user.is_active
        user.first_name, user.last_name, user.is_active = person.name, "", True
        user.email = person.email or user.email
        user.save(update_fields=["first_name", "last_name", "is_active", "email"])
        record(EventKind.ACCOUNT, self.request, target=user, detail="恢复" if returns else "修改")
        self._posts(person)
        if returns:
            self.newcomers.append(person)

    def _posts(self, person) -> None:
        """Make the memberships here those of the plan: same ones stay, one that changed keeps its row."""
        own = {
            (each.office_id, each.role): each
            for each in person.user.memberships.all()
            if each.organization_id == self.organization.pk
        }
        wanted = {post.key: post for post in person.posts}
        spare = [each for key, each in own.items() if key not in wanted]
        for key, post in wanted.items():
            membership = own.get(key) or (spare.pop(0) if spare else self._membership(person.user, post))
            before = (membership.pk, membership.office_id, membership.role, membership.phone)
            membership.office, membership.role = post.office, post.role
            membership.phone = post.phone or membership.phone
            if before != (membership.pk, membership.office_id, membership.role, membership.phone) or not membership.pk:
                membership.save()
                self._told("修改" if before[0] else "新增", membership)
        for membership in spare:
            self._told("删除", membership)
            membership.delete()

    def leave(self, user) -> None:
        """Nobody signs in any more; what was written stays, and who serves elsewhere too leaves this bureau alone."""
        others = [each for each in user.memberships.all() if each.organization_id != self.organization.pk]
        if others:
            for membership in user.memberships.filter(organization=self.organization):
                self._told("删除", membership)
                membership.delete()
        else:
            user.is_active = False
            user.save(update_fields=["is_active"])
        record(EventKind.ACCOUNT, self.request, target=user, detail="离任")

    def slips(self) -> list[PasswordSlip]:
        """Give the newcomers their first passwords."""
        passwords = give_passwords([person.user for person in self.newcomers], now=self.now)
        return [
            PasswordSlip(person.name, person.words, person.username, passwords[person.user.pk])
            for person in self.newcomers
        ]

    def _membership(self, user, post) -> Membership:
        return Membership(
            user=user, organization=self.organization, office=post.office, role=post.role, phone=post.phone
        )

    def _told(self, what, membership) -> None:
        record(EventKind.ROLE, self.request, target=membership.user, detail=f"{what}任职：{membership}")


@transaction.atomic
def reset_passwords(organization, ids, request, *, now) -> list[PasswordSlip]:
    """Give the people of `ids` new first passwords. Raises PeopleRefused where one of them is not to be touched."""
    users = [user for user in people_of_bureau(organization) if user.pk in ids and user.is_active]
    if not users:
        raise PeopleRefused("请先勾选要重新设置密码的人。")
    for user in users:
        if refused := access.resets_password(request.user, user, organization):
            raise PeopleRefused(f"{user.first_name or user.get_username()}：{refused}")
    passwords = give_passwords(users, now=now)
    for user in users:
        record(EventKind.PASSWORD, request, target=user, detail="重新设置一次性密码")
    return [
        PasswordSlip(
            user.first_name or user.get_username(),
            "、".join(f"{each.office or ''}{each.get_role_display()}" for each in user.memberships.all()),
            user.get_username(),
            passwords[user.pk],
        )
        for user in users
    ]
