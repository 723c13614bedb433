"""What a workbook of people would do to a bureau: who is new, who changes, who stays as he is, who is not in it any more.

A person is found by user name; without one by name, office and telephone. Nobody is made twice: where a row could mean
two people, or two rows one, it is refused and says what to write.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

from django.contrib.auth import get_user_model
from django.db.models import Prefetch

from workplans import access
from workplans.access import OFFICE_ROLES
from workplans.models import Membership, Office, Organization
from workplans.models.organization import DEFAULT_ROLE, ROLE_LABELS
from workplans.officebook import OfficeBook
from workplans.people import name_of

from .reading import LEFT, LONGEST, PeopleProblem, PeopleSheet, PersonRow, one_form
from .romanising import free_name, user_name

NEW, CHANGED, SAME, LEAVING, REFUSED = "new", "changed", "same", "leaving", "refused"
WHOLE_BUREAU = "属于整个单位，科室不记。"


@dataclass(frozen=True)
class Post:
    """What somebody is to be: role, office (none for those of the whole bureau), telephone ("" to leave it)."""

    role: str
    office: Office | None
    phone: str

    def __str__(self):
        return f"{self.office or ''}{ROLE_LABELS[self.role]}"

    @property
    def key(self) -> tuple:
        """What makes two posts the same."""
        return (self.office.pk if self.office else None, self.role)


@dataclass
class PersonPlan:
    """One person of the workbook and what becomes of him; `changes` are (what, before, after)."""

    rows: list[PersonRow]
    user: object = None
    username: str = ""
    posts: list[Post] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    is_generated: bool = False
    wanted: str = ""
    name_problem: str = ""

    @property
    def first(self) -> PersonRow:
        """The row that tells name and mail."""
        return self.rows[0]

    @property
    def name(self) -> str:
        """What the person is called."""
        return self.first.name

    @property
    def email(self) -> str:
        """The first address told."""
        return next((row.email for row in self.rows if row.email), "")

    @property
    def has_left(self) -> bool:
        """Whether every row says so."""
        return all(row.has_left for row in self.rows)

    @property
    def problems(self) -> list[PeopleProblem]:
        """What is wrong in any of the rows."""
        return [problem for row in self.rows for problem in row.problems]

    @property
    def kind(self) -> str:
        """NEW, CHANGED, SAME, LEAVING or REFUSED."""
        if self.problems:
            return REFUSED
        if self.user is None:
            return NEW
        if self.has_left:
            return LEAVING if self.user.is_active else SAME
        return CHANGED if self.changes else SAME

    @property
    def needs_password(self) -> bool:
        """Whether a first password is made: for who is new, and who comes back."""
        return self.kind == NEW or (self.kind == CHANGED and not self.user.is_active)

    @property
    def shown_username(self) -> str:
        """The user name in its box: one that is refused stands there to be mended."""
        return self.username or self.wanted

    @property
    def words(self) -> str:
        """The posts in words."""
        return "、".join(str(post) for post in self.posts)


@dataclass
class PeoplePlan:
    """All people of a workbook, and `missing`: those of the bureau it does not name."""

    organization: Organization
    people: list[PersonPlan]
    missing: list
    notes: list[str]

    def of(self, *kinds: str) -> list[PersonPlan]:
        """Those of some kinds."""
        return [person for person in self.people if person.kind in kinds]

    @property
    def new(self) -> list[PersonPlan]:
        """Who is new; with those whose user name must be another, which can be mended in the preview."""
        return [person for person in self.people if person.kind == NEW or person.name_problem]

    @property
    def changed(self) -> list[PersonPlan]:
        """Who changes."""
        return self.of(CHANGED)

    @property
    def leaving(self) -> list[PersonPlan]:
        """Whom the workbook says to have left."""
        return self.of(LEAVING)

    @property
    def same(self) -> list[PersonPlan]:
        """Who stays as he is."""
        return self.of(SAME)

    @property
    def is_about_names(self) -> bool:
        """Whether nothing but user names is in the way."""
        return bool(self.problems) and all(person.name_problem for person in self.of(REFUSED))

    @property
    def slips(self) -> int:
        """How many people get a first password."""
        return sum(person.needs_password for person in self.people)

    @cached_property
    def problems(self) -> list[PeopleProblem]:
        """Everything that is wrong, in the order of the rows."""
        return sorted((one for person in self.people for one in person.problems), key=lambda one: one.row)

    @property
    def sentence(self) -> str:
        """How many rows were read and what becomes of the people."""
        counts = Counter(person.kind for person in self.people)
        rows = sum(len(person.rows) for person in self.people)
        told = f"读到 {rows} 行，{len(self.people)} 人：新增 {counts[NEW]}，修改 {counts[CHANGED]}，没有变化 {counts[SAME]}"
        return f"{told}，离任 {counts[LEAVING]}，不能导入 {counts[REFUSED]}。"

    @property
    def has_work(self) -> bool:
        """Whether confirming would do something."""
        return any(person.kind in (NEW, CHANGED, LEAVING) for person in self.people) or bool(self.missing)

    @property
    def digest(self) -> str:
        """What tells whether something else would be done by now; user names may be corrected meanwhile."""
        told = [
            (
                NEW if person.name_problem else person.kind,
                person.name,
                person.user and person.user.pk,
                person.words,
                person.changes,
            )
            for person in self.people
        ]
        return blake2b(repr((told, [user.pk for user in self.missing])).encode(), digest_size=8).hexdigest()


def people_of_bureau(organization) -> list:
    """Return everybody who serves or served in `organization`, with all memberships; two queries."""
    memberships = Membership.objects.select_related("office", "organization")
    users = get_user_model().objects.filter(memberships__organization=organization).distinct()
    return list(users.prefetch_related(Prefetch("memberships", memberships)).order_by("pk"))


def compare(sheet: PeopleSheet, organization, actor, usernames: dict[int, str] | None = None) -> PeoplePlan:
    """Return what `sheet` would do if `actor` confirmed; `usernames` are those corrected in the preview, by row."""
    return PeopleComparison(sheet, organization, actor, usernames or {}).plan()


class PeopleComparison:
    """Finds whom each row means, then what changes."""

    def __init__(self, sheet, organization, actor, usernames):
        self.sheet, self.organization, self.actor, self.usernames = sheet, organization, actor, usernames
        self.offices = OfficeBook(organization)
        self.people = people_of_bureau(organization)
        self.by_login = {user.get_username().casefold(): user for user in self.people}
        self.names = Counter(row.name for row in sheet.rows)

    def plan(self) -> PeoplePlan:
        """Group the rows by person, compare, name the new ones."""
        groups: dict[object, PersonPlan] = {}
        for row in self.sheet.rows:
            key, user = self._whose(row, groups)
            person = groups.setdefault(key, PersonPlan([], user))
            person.rows.append(row)
        people = list(groups.values())
        for person in people:
            self._posts(person)
            self._compare(person)
        self._name(people)
        named = {person.user.pk for person in people if person.user}
        missing = [user for user in self.people if user.pk not in named and user.is_active and self._may_leave(user)]
        return PeoplePlan(self.organization, people, missing, self.sheet.notes)

    def _may_leave(self, user) -> bool:
        return (
            user != self.actor
            and not user.is_superuser
            and not access.keeps_person(self.actor, user, self.organization)
        )

    # --- whom a row means --------------------------------------------------------------------------------

    def _whose(self, row, groups):
        """Return (key of the group, the user of the bureau or None)."""
        if row.username:
            user = self.by_login.get(row.username.casefold())
            return (user.pk if user else row.username.casefold()), user
        namesakes = [user for user in self.people if name_of(user) == row.name]
        likely = [user for user in namesakes if self._resembles(user, row)]
        if not likely and len(namesakes) == 1 and self.names[row.name] == 1:
            likely = namesakes  # the only one of that name, who moved to another office
        if len(likely) == 1:
            return likely[0].pk, likely[0]
        if len(likely) > 1 or (namesakes and not row.phone):
            row.refuse(f"本单位有不止一位{row.name}，或者此人已在系统中，请填写用户名。", "username")
        elif row.name and (twin := self._twin(row, groups)):
            if row.phone and row.phone in {other.phone for other in twin.rows}:
                return self._key(twin, groups), None
            if not row.phone or not any(other.phone for other in twin.rows):
                row.refuse(
                    f"第 {twin.first.number} 行也是{row.name}：同一个人的两行请填相同的用户名，两个人请填不同的用户名。",
                    "username",
                )
        return ("row", row.number), None

    def _twin(self, row, groups) -> PersonPlan | None:
        found = (person for person in groups.values() if person.user is None and person.name == row.name)
        return next((person for person in found if not person.first.username), None)

    @staticmethod
    def _key(twin, groups):
        return next(key for key, person in groups.items() if person is twin)

    def _resembles(self, user, row) -> bool:
        office = self.offices.find(row.office) if row.office else None
        own = [each for each in user.memberships.all() if each.organization_id == self.organization.pk]
        if row.phone and any(each.phone == row.phone for each in own):
            return True
        if (
            row.phone
            and any(each.phone for each in own)
            and len([r for r in self.sheet.rows if r.name == row.name]) > 1
        ):
            return False
        return any(each.office_id == (office.pk if office else None) for each in own)

    # --- what changes ------------------------------------------------------------------------------------

    def _posts(self, person) -> None:
        """Read the posts the rows give, each once."""
        seen: dict[tuple, int] = {}
        for row in person.rows:
            if row.name != person.name:
                row.refuse(f"用户名与第 {person.first.number} 行相同，姓名却不同。", "name", row.name)
            if row.has_left or row.problems:
                continue
            post = self._post(row, person)
            if post is None:
                continue
            if post.key in seen:
                row.refuse(f"与第 {seen[post.key]} 行是同一个人的同一任职，请只保留一行。")
                continue
            seen[post.key] = row.number
            person.posts.append(post)

    def _post(self, row, person) -> Post | None:
        office = self.offices.find(row.office) if row.office else None
        role = row.role or self._present_role(person, office)
        if role not in OFFICE_ROLES:
            if row.office:
                person.remarks.append(f"{ROLE_LABELS[role]}{WHOLE_BUREAU}")
            return Post(role, None, row.phone)
        if not row.office:
            row.refuse(f"{ROLE_LABELS[role]}要写科室。", "office")
        elif office is None or office.kind == Office.Kind.ALL:
            row.refuse(f"本单位没有科室“{row.office}”。请先在“科室”中添加，或改成已有的科室名。", "office", row.office)
        else:
            return Post(role, office, row.phone)
        return None

    def _present_role(self, person, office) -> str:
        """The role somebody has there already, 填报人 for others."""
        own = [each for each in self._own(person) if each.office_id == (office.pk if office else None)]
        return own[0].role if own else DEFAULT_ROLE

    def _own(self, person) -> list[Membership]:
        if person.user is None:
            return []
        return [each for each in person.user.memberships.all() if each.organization_id == self.organization.pk]

    def _compare(self, person) -> None:
        """Write down what differs from what is stored; refuse what the actor may not do."""
        user = person.user
        if user is None:
            if person.has_left and not person.problems:
                person.first.refuse(
                    f"系统中没有此人，不能标记{LEFT}。请检查姓名和用户名，或删去这一行。", "has_left", LEFT
                )
            return
        person.username = user.get_username()
        own = self._own(person)
        if not person.has_left:
            stored = {Post(each.role, each.office, each.phone).key: each for each in own}
            person.changes += _differ("姓名", name_of(user), person.name)
            person.changes += _differ("邮箱", user.email, person.email or user.email)
            before = "、".join(str(Post(each.role, each.office, "")) for each in own)
            if set(stored) != {post.key for post in person.posts}:
                person.changes += _differ("任职", before, person.words)
            for post in person.posts:
                known = stored.get(post.key) or (own[0] if len(own) == 1 else None)
                person.changes += _differ(
                    "手机", known.phone if known else "", post.phone or (known.phone if known else "")
                )
            if not user.is_active:
                person.changes.append(("状态", LEFT, "恢复在职"))
        comes_back = not user.is_active and not person.has_left
        rule = access.resets_password if comes_back else access.keeps_person
        if (person.changes or person.has_left) and (told := rule(self.actor, user, self.organization)):
            person.first.refuse(told, "name", person.name)
        elif person.has_left and user == self.actor:
            person.first.refuse("不能把自己标记为离任。", "has_left", LEFT)

    # --- user names of new people ------------------------------------------------------------------------

    def _name(self, people: Iterable[PersonPlan]) -> None:
        """Give each new person the user name told, corrected or made; refuse what somebody else has."""
        new = [person for person in people if person.user is None and not person.problems]
        wanted = {}
        for person in new:
            told = one_form(self.usernames.get(person.first.number, person.first.username))
            person.is_generated = not person.first.username
            wanted[person.first.number] = told or user_name(person.name)
        taken = self._taken()
        given: set[str] = set()
        for person in new:
            number = person.first.number
            name, is_typed = wanted[number], bool(person.first.username or self.usernames.get(number, "").strip())
            person.wanted = name
            if not name:
                person.name_problem = "姓名写不成拼音，请填写用户名。"
            elif is_typed:
                person.name_problem = self._name_problem(name, taken | given)
            if person.name_problem:
                person.first.refuse(person.name_problem, "username", name)
            else:
                person.username = name if is_typed else free_name(name[: LONGEST - 6], taken | given)
                given.add(person.username.casefold())

    def _taken(self) -> set[str]:
        """The user names there are, in small letters; one query."""
        return {name.casefold() for name in get_user_model().objects.values_list("username", flat=True)}

    @staticmethod
    def _name_problem(name, taken) -> str:
        model = get_user_model()
        if len(name) > LONGEST or not model.username_validator.regex.search(name):
            return "用户名只能用字母、数字和 @ . + - _，不超过 150 个字。"
        return f"用户名“{name}”已有人使用，请换一个。" if name.casefold() in taken else ""


def _differ(what, before, after) -> list[tuple[str, str, str]]:
    return [(what, before, after)] if before != after else []
