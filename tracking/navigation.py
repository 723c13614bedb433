"""The navigation every page shows, admin included."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from workplans import access
from workplans.prepared import rows_for

from .counting import counting
from .models import Feedback
from .notices.notices import unread
from .reports.worklists import duties
from .setting_up.first_steps import kept_by, next_step, own_organization, unready


@dataclass(frozen=True)
class NavigationEntry:
    """One link of the navigation; `count` is how much waits behind it, None where nothing is counted."""

    label: str
    url: str
    count: int | None = None
    is_current: bool = False


def navigation(request):
    """Template context: `navigation`, the links the signed-in user has; empty before sign-in.

    `may_use_second_factor` says whether the account's own links have one more, `has_calendar_links` another; `next_step` what an empty page says comes
    next, which a page about another organization than the user's own gives itself.

    Read when a template asks for it: pages without a header cost no query.
    """
    return {
        "next_step": SimpleLazyObject(lambda: _next_step(request)),
        "navigation": SimpleLazyObject(lambda: _entries(request)),
        "has_calendar_links": settings.CALENDAR_LINKS,
        "may_use_second_factor": SimpleLazyObject(lambda: _may_use_second_factor(request)),
    }


def _next_step(request):
    return next_step(request.user, own_organization(request.user), timezone.localdate())


def _may_use_second_factor(request) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and access.second_factor_refusal(user) is None


def _entries(request) -> list[NavigationEntry]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or access.enter_refusal(user):
        return []
    entries = _links(user, dict(rows_for(user, _counts)))
    current = max((e for e in entries if request.path.startswith(e.url)), key=lambda e: len(e.url), default=None)
    return [replace(entry, is_current=entry == current) for entry in entries]


def _counts(user) -> QuerySet:
    """Return what counts what waits behind the links, as pairs of name and number."""
    held = access.standing(user)
    led = held.led
    waiting = duties(user) | {"unread": unread(user)}
    if led:
        waiting["unsigned"] = Feedback.objects.waiting_for_leaders().filter(organization__in=led)
    if held.is_superuser or held.supervised:
        waiting["unready"] = unready(kept_by(user))
    if held.is_superuser:
        waiting["organizations"] = kept_by(user)
    return counting(waiting)


def _links(user, counts) -> list[NavigationEntry]:
    held = access.standing(user)
    office = [NavigationEntry("我的填报", reverse("tracking:my_reports"), counts.get("owed"))] if held.offices else []
    review = [NavigationEntry("审核", reverse("tracking:review"), counts["waiting"])] if "waiting" in counts else []
    supervision = [
        NavigationEntry("导入文件", reverse("intake:import_list")),
        NavigationEntry("填报期", reverse("tracking:period_list")),
    ]
    is_begun = counts.get("unready") or counts.get("organizations") == 0
    return [
        *([NavigationEntry("开始使用", reverse("tracking:setup"))] if is_begun else []),
        *office,
        *review,
        *(supervision if held.supervised else []),
        NavigationEntry("总览", reverse("boards:overview")),
        NavigationEntry("工作计划", reverse("boards:plan_list")),
        NavigationEntry("进展报告", reverse("admin:tracking_report_changelist")),
        NavigationEntry("文书", reverse("papers:feedback_list"), counts.get("unsigned")),
        NavigationEntry("数据管理", reverse("admin:index")),
        NavigationEntry("通知", reverse("tracking:notices"), counts["unread"]),
    ]
