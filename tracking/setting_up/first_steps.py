"""The first steps of a bureau: how far each is, computed from what there is; nothing is stored but what was skipped.

Who takes a step is asked of `access`; a page that is empty says of the next one what it is and who takes it.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.formats import date_format

from tracking.counting import counted
from tracking.models import Period
from tracking.periods.series import Rhythm
from tracking.periods.workdays import WorkdayRule
from workplans import access
from workplans.models import Office, Organization, Plan
from workplans.people import name_of

DONE, SKIPPED, NEXT, LATER = "done", "skipped", "next", "later"


@dataclass(frozen=True)
class StepKind:
    """A step: what it is called, what is counted, and what is said of it while nothing is there."""

    key: str
    title: str
    unit: str
    what: str
    may_skip: bool = True


KINDS = (
    StepKind("offices", "科室", "个科室", "把本单位的科室一次贴进来，一行一个。"),
    StepKind("people", "人员", "位人员", "下载人员表，填好姓名、科室和角色，上传核对后打印密码条。"),
    StepKind("plans", "计划", "份计划", "把印发的工作要点传上来，核对板块、事项和责任科室后确认。"),
    StepKind("periods", "填报期", "个填报期", "一次建好全年的填报期；到开放日期自动开启，每个事项都有一份待填的报告。"),
)


def offices():
    """The offices that can be told to report."""
    return Office.objects.reporting().filter(is_active=True)


def people():
    """Who serves in an office, as rows of 任职."""
    return Office._meta.get_field("memberships").related_model.objects.filter(
        office__isnull=False, user__is_active=True
    )


# The series of periods that is proposed: month by month, handed in on the fifth working day after.
YEAR = {"rhythm": Rhythm.MONTHLY, "month": 1, "open_days": 10, "grace_days": 0, "rule": WorkdayRule(5, next_month=True)}
# What each step makes; the models know nothing of steps.
MADE = {"offices": offices, "people": people, "plans": Plan.objects.all, "periods": Period.objects.all}


def unready(organizations):
    """Return those of `organizations` (a queryset) in which a step is neither done nor skipped."""
    skipped = Cast("steps_skipped", TextField())
    lacking = organizations.none()
    rows = organizations.annotate(_skipped=skipped)
    for kind in KINDS:
        made = MADE[kind.key]().filter(organization=OuterRef("pk"))
        lacking = lacking | rows.exclude(_skipped__contains=f'"{kind.key}"').filter(~Exists(made))
    return lacking


def kept_by(user):
    """Return the organizations whose first steps the user takes."""
    held = access.standing(user)
    found = Organization.objects.visible_to(user)
    return found if held.is_superuser else found.filter(pk__in=held.supervised)


def is_unbegun(user) -> bool:
    """Say whether the organizations the user keeps are all still to be begun: no plan and no period in any."""
    begun = Exists(Plan.objects.filter(organization=OuterRef("pk"))) | Exists(
        Period.objects.filter(organization=OuterRef("pk"))
    )
    kept = kept_by(user)
    return not kept.filter(begun).exists() and (unready(kept).exists() or not kept.exists())


@dataclass(frozen=True)
class FirstStep:
    """One step of one organization as somebody sees it; `refusal` says why it is not his to take."""

    kind: StepKind
    state: str
    count: int
    url: str
    refusal: str

    @property
    def sentence(self) -> str:
        """What there is."""
        return f"{self.count} {self.kind.unit}" if self.count else ""


@dataclass(frozen=True)
class FirstSteps:
    """All steps of an organization."""

    organization: Organization
    steps: list[FirstStep]
    supervisors: list[str]

    @property
    def next(self) -> FirstStep | None:
        """The step that comes next; None where all are done or skipped."""
        return next((step for step in self.steps if step.state == NEXT), None)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to do."""
        return self.next is None


def first_steps(user, organization, today: date) -> FirstSteps:
    """Return how far `organization` is, as `user` sees it; a few queries. A year of periods begins in December."""
    year = today.year + (today.month == 12)
    counts = counted({kind.key: MADE[kind.key]().filter(organization=organization) for kind in KINDS})
    supervisors = [name_of(each) for each in access.supervisors_of(organization)]
    steps, is_next_found = [], False
    for kind in KINDS:
        state = DONE if counts[kind.key] else SKIPPED if kind.key in organization.steps_skipped else LATER
        if state == LATER and not is_next_found:
            state, is_next_found = NEXT, True
        url, refusal = ways(user, organization, kind.key, supervisors, year)
        steps.append(FirstStep(kind, state, counts[kind.key], url, refusal))
    return FirstSteps(organization, steps, supervisors)


def ways(user, organization, key, supervisors, year) -> tuple[str, str]:
    """Return (where the step is taken, why this user does not take it: "" where he does)."""
    office = Office(organization=organization)
    if key == "offices":
        return "", access.refusal(user, "add", Office, office) or ""
    if key == "people":
        return reverse("people", args=[organization.pk]), access.keeps_people(user, organization) or ""
    who = f"（{'、'.join(supervisors)}）" if supervisors else ""
    refusal = "" if access.supervises(user, organization) is None else f"由本单位的督办员{who}来做。"
    if key == "plans":
        return reverse("intake:import_list"), refusal
    return (
        f"{reverse('tracking:period_new')}?{urlencode(YEAR | {'organization': organization.pk, 'year': year})}",
        refusal,
    )


@dataclass(frozen=True)
class NextStep:
    """What an empty page says: what comes next, and a link for whoever takes it."""

    sentence: str
    url: str = ""
    label: str = ""


# What is said to whoever takes a step (with the link's label), and to whoever waits for it.
WORDS = {
    "offices": ("下一步：添加本单位的科室。", "添加科室", "系统管理员或督办员正在建立科室，您现在不用做什么。"),
    "people": ("下一步：添加各科室的填报人和负责人。", "添加人员", "系统管理员正在添加人员，您现在不用做什么。"),
    "plans": ("下一步：导入印发的工作要点。", "导入文件", "下一步由督办员{who}导入工作要点，您现在不用做什么。"),
    "periods": ("下一步：建立填报期。", "建立填报期", "下一步由督办员{who}建立填报期，开启后这里会有您要填报的事项。"),
}


def next_step(user, organization, today: date) -> NextStep:
    """Say what comes next in `organization`, to this very person."""
    if organization is None:
        if access.administers(user, None) is None:
            return NextStep("下一步：建立单位。", reverse("tracking:setup"), "开始使用")
        return NextStep("您还没有可以查看的单位，请系统管理员为您设置任职。")
    steps = first_steps(user, organization, today)
    if steps.next is None:
        return _waiting(user, organization, today)
    own, label, others = WORDS[steps.next.kind.key]
    if not steps.next.refusal:
        page = f"{reverse('tracking:setup')}?organization={organization.pk}"
        return NextStep(own, steps.next.url or page, label)
    who = f"（{'、'.join(steps.supervisors)}）" if steps.supervisors else ""
    if access.supervises_or_administers(user, organization) is None:
        return NextStep(f"{own}{steps.next.refusal}")
    return NextStep(others.format(who=who))


def _waiting(user, organization, today) -> NextStep:
    """What is said where everything is made, and no period is open yet."""
    coming = (
        Period.objects.filter(organization=organization, status=Period.Status.UPCOMING).order_by("opens_on").first()
    )
    if coming is None:
        return NextStep("开启填报期、各科室填报后，这里就有内容。")
    day = date_format(coming.opens_on, "Y年n月j日")
    told = f"填报期“{coming}”将于{day}自动开启，各科室填报后这里就有内容。"
    if coming.opens_on <= today:
        told = f"填报期“{coming}”已到开放日期，今天之内自动开启。"
    if access.supervises(user, organization) is None:
        return NextStep(told, reverse("tracking:period_page", args=[coming.pk]), "现在就开启")
    return NextStep(told)


def own_organization(user) -> Organization | None:
    """Return the organization an empty page is about where it does not say: the first the user keeps, else reads."""
    return kept_by(user).first() or Organization.objects.visible_to(user).first()
