"""The navigation every page shows, admin included."""

from dataclasses import dataclass

from django.urls import reverse

from workplans import access


@dataclass(frozen=True)
class Entry:
    """One link of the navigation."""

    label: str
    url: str
    is_current: bool


def navigation(request):
    """Template context: `navigation`, the links the signed-in user has; empty before sign-in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or access.enter_refusal(user):
        return {"navigation": []}
    entries = [
        ("工作计划", reverse("workplans:plan_list"), "/plans/"),
        ("进展报告", reverse("admin:tracking_report_changelist"), reverse("admin:tracking_report_changelist")),
        ("数据管理", reverse("admin:index"), reverse("admin:index")),
    ]
    current = max((e for e in entries if request.path.startswith(e[2])), key=lambda e: len(e[2]), default=None)
    return {"navigation": [Entry(label, url, (label, url, prefix) == current) for label, url, prefix in entries]}
