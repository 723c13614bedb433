"""数据管理: its first page tells by job what is kept where. A model of the admin stands in one card, by one row here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from tracking.counting import counted
from tracking.models import Report
from tracking.reports.worklists import waiting_reports
from workplans import access
from workplans.models import Item, Office, Plan


@dataclass(frozen=True)
class Waiting:
    """What waits: a sentence with {} for how many, which rows, where it is done. Told where there are any."""

    sentence: str
    rows: Callable[[Any], QuerySet]
    url: str


@dataclass(frozen=True)
class Card:
    """One job. `models` are labels of models (app.model); `counted` those whose rows are few enough to be counted."""

    name: str
    about: str
    models: tuple[str, ...]
    counted: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    is_open: bool = True  # shown to everybody; else only to those who run the bureau or the system


def _offices_without_people(user):
    return Office.objects.visible_to(user).reporting().filter(is_active=True, memberships__isnull=True)


def _items_without_office(user):
    items = Item.objects.visible_to(user).filter(status=Item.Status.ACTIVE, reporting_office=None)
    return items.exclude(plan__status=Plan.Status.ARCHIVED)


CARDS = (
    Card(
        "人员与科室",
        "谁在哪个科室、担任什么，哪些科室可以填报。",
        ("workplans.office", "workplans.membership", "auth.user", "workplans.organization"),
        counted=("workplans.office", "workplans.membership", "auth.user", "workplans.organization"),
        waiting=(Waiting("{} 个科室还没有人", _offices_without_people, "admin:workplans_office_changelist"),),
        is_open=False,
    ),
    Card(
        "计划与事项",
        "下达了哪些计划，每个事项由谁负责、什么时候完成。",
        (
            "workplans.plan",
            "workplans.item",
            "workplans.assignment",
            "workplans.milestone",
            "workplans.section",
            "workplans.task",
        ),
        counted=("workplans.plan", "workplans.item"),
        waiting=(Waiting("{} 个事项还没有填报科室", _items_without_office, "boards:plan_list"),),
        is_open=False,
    ),
    Card(
        "填报",
        "各填报期的进展报告，填了什么、报到哪一步。",
        ("tracking.report", "tracking.period", "tracking.taskreport", "tracking.holidaynotice"),
        counted=("tracking.period",),
        waiting=(
            Waiting(
                "{} 份进展报告未报",
                lambda user: Report.objects.visible_to(user).writable().unreported(),
                "admin:tracking_report_changelist",
            ),
            Waiting("{} 份等您审核", waiting_reports, "tracking:review"),
        ),
    ),
    Card(
        "记录",
        "已经发生的事，只能查看：批示、问答、流转、催办、通知、登录和导出。",
        (
            "tracking.instruction",
            "tracking.instructionanswer",
            "tracking.remark",
            "tracking.reportevent",
            "tracking.urge",
            "tracking.digest",
            "audit.securityevent",
        ),
        is_open=False,
    ),
)
OTHER = Card(
    "其他",
    "很少用到的。",
    (
        "workplans.sourcedocument",
        "tracking.reopening",
        "tracking.duedatechange",
        "accounts.namerepair",
        "accounts.application",
    ),
)


@dataclass(frozen=True)
class CardShown:
    """A card as a person sees it: its models with Django's links, and what waits."""

    card: Card
    models: list[dict]
    waiting: list[tuple[str, str]]


def cards_of(user, app_list) -> tuple[list[CardShown], list[dict]]:
    """Return the cards of a person and the models under 其他; `app_list` is the admin's own. One query.

    Whoever neither runs a bureau nor the system sees their own job, and the rest under 其他.
    """
    known = {entry["model"]._meta.label_lower: entry for app in app_list for entry in app["models"]}
    held = access.standing(user)
    mine = [card for card in CARDS if card.is_open or held.supervised or held.led or user.is_superuser]
    counts = _counts(user, mine, known)
    shown = [CardShown(card, _models(card, known, counts), _waits(card, counts)) for card in mine]
    rest = [
        known[label]
        for card in (*(c for c in CARDS if c not in mine), OTHER)
        for label in card.models
        if label in known
    ]
    return [card for card in shown if card.models], rest


def _counts(user, cards, known) -> dict[str, int]:
    wanted = {label: _rows(known[label]["model"], user) for card in cards for label in card.counted if label in known}
    wanted |= {wait.sentence: wait.rows(user) for card in cards for wait in card.waiting}
    return counted(wanted)


def _rows(model, user):
    """Return the rows of a model a person sees; users are nobody's rows but the system's."""
    rows = model._default_manager
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows.all()


def _models(card, known, counts):
    return [known[label] | {"count": counts.get(label)} for label in card.models if label in known]


def _waits(card, counts):
    return [(wait.sentence.format(n), reverse(wait.url)) for wait in card.waiting if (n := counts.get(wait.sentence))]
