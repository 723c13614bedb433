"""Rules of every kind of row: who enters, supervises, administers."""

from collections.abc import Callable
from typing import Any

from .roles import standing

Rule = Callable[[Any, Any], str | None]

NO_MEMBERSHIP = "您还没有任职，请系统管理员在“任职”中为您指定单位、科室和角色。"

SUPERVISORS_ONLY = "只有本单位的督办员可以这样做。"

ADMINISTRATORS_ONLY = "只有系统管理员可以这样做。"


def enter_refusal(user) -> str | None:
    """May the user enter the application at all?"""
    held = standing(user)
    return None if held.is_superuser or held.organizations else NO_MEMBERSHIP


def supervises(user, obj) -> str | None:
    """Supervisors of the object's organization; of any organization where there is no object yet."""
    supervised = standing(user).supervised
    if obj is None:
        return None if supervised else SUPERVISORS_ONLY
    return None if obj.organization_of() in supervised else SUPERVISORS_ONLY


def administers(user, obj) -> str | None:
    """System administrators."""
    return None if standing(user).is_superuser else ADMINISTRATORS_ONLY


def supervises_or_administers(user, obj) -> str | None:
    """Offices are kept by the supervisor of the organization and by the system administrator."""
    return None if administers(user, obj) is None else supervises(user, obj)


def second_factor_refusal(user) -> str | None:
    """Whose account weighs most may protect it by a second factor: supervisors, leaders, system administrators."""
    held = standing(user)
    if held.is_superuser or held.supervised or held.led:
        return None
    return "动态口令供督办员、局领导和系统管理员使用。"


def reads_own(user, obj) -> str | None:
    """A person's own rows; nobody reads another's."""
    return None if obj is None or obj.user_id == user.pk else "只能查看自己的内容。"


def reads_calendar(user, obj) -> str | None:
    """放假安排 are read by those who set due dates, and kept by the system administrator."""
    return None if standing(user).is_superuser or standing(user).supervised else SUPERVISORS_ONLY


def never(sentence: str) -> Rule:
    """A rule that always refuses, with the reason."""
    return lambda user, obj: sentence
