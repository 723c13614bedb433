"""Passwords that must be changed: set by the administrator, or too old."""

from datetime import timedelta

from django.conf import settings

from .models import UsedPassword


def mark_temporary(user) -> None:
    """Note that somebody else set the user's password: the first sign-in changes it."""
    current = UsedPassword.objects.filter(user=user).order_by("-pk").values("pk")[:1]
    UsedPassword.objects.filter(pk__in=list(current.values_list("pk", flat=True))).update(is_temporary=True)


def reason_to_change(user, now) -> str:
    """Say why the user must choose a new password before anything else; "" where there is no reason."""
    current = _current(user)
    if current.is_temporary:
        return "这是系统管理员为您设置的密码，请先改成只有您自己知道的密码。"
    days = settings.PASSWORD_MAX_AGE_DAYS
    if days and current.set_at < now - timedelta(days=days):
        return f"密码已经使用超过 {days} 天，请换一个新密码。"
    return ""


def _current(user) -> UsedPassword:
    """Return the password in use; of users made by `createsuperuser` or a fixture it is remembered only now."""
    latest = UsedPassword.objects.filter(user=user).order_by("-pk").first()
    return latest or UsedPassword.objects.create(user=user, encoded=user.password, set_at=user.date_joined)
