"""Signing in: the password under the throttle, then the second factor where there is one, then the session."""

import logging
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, get_user_model, login

from audit.addresses import client_address
from audit.kinds import EventKind
from audit.recording import record

from . import throttle
from .directory import ldap, staying
from .directory.people import WRONG, DirectoryDown, DirectoryRefused
from .middleware import MUST_CHANGE
from .models import DirectoryIdentity, SecondFactor
from .passwords import reason_to_change
from .second_factor import accepts

log = logging.getLogger(__name__)
HALF = "half_signed_in"  # password right, second factor still to come: the session's key
HALF_LASTS = timedelta(minutes=5)


LDAP_AWAY = "用户名或密码不对，或者统一身份目录暂时无法连接；本系统的用户名和密码仍可使用。"
HERE_ONLY_ADMINISTRATORS = "请用统一身份认证登录；这里的用户名和密码只供系统管理员使用。"


@dataclass(frozen=True)
class Way:
    """How somebody came: by a password of ours, or by a directory.

    `directory_row` is the session's row of a directory, `name` what the directory is called; `is_strong` says that it
    asked for more than a password itself, `is_throttled` that an attempt was counted here.
    """

    directory_row: int | None = None
    name: str = ""
    is_strong: bool = False
    is_throttled: bool = True


OURS = Way()


class SignInRefused(Exception):
    """Not signed in; the text is the sentence for the user."""


def check_password(request, username, password, now):
    """Return the user whose name and password these are, and the Way: by the directory, or by us. Raises Refused."""
    admission = _admitted(request, username, now)
    away = ""
    if ldap.is_on() and not _is_administrator(username):
        try:
            row = staying.open_row(ldap.authenticate(username, password), request, now)
            return row.identity.user, Way(row.pk, ldap.NAME)
        except DirectoryDown as problem:
            log.warning("%s：%s", ldap.NAME, problem)
            away = LDAP_AWAY
        except DirectoryRefused as refused:
            if str(refused) != WRONG or _is_theirs(username):
                _refuse(request, username, admission, str(refused))
    user = authenticate(request, username=username, password=password)
    if user is None:
        _refuse(request, username, admission, away or WRONG)
    if settings.LOCAL_SIGN_IN_ADMINISTRATORS_ONLY and not user.is_superuser:
        _refuse(request, username, admission, away or HERE_ONLY_ADMINISTRATORS)
    return user, OURS


def _is_administrator(username) -> bool:
    """Say whether the name is a system administrator's, who is not looked for elsewhere."""
    return get_user_model().objects.filter(username=username, is_superuser=True).exists()


def _is_theirs(username) -> bool:
    """Say whether the directory answers for this user: then its no is the last word."""
    return DirectoryIdentity.objects.filter(issuer=ldap.issuer(), user__username=username).exists()


def enter(request, user, now, way=OURS) -> bool:
    """Begin the session, unless a second factor is still to be asked for: then keep who it is and return False."""
    if not way.is_strong and SecondFactor.objects.filter(user=user).exists():
        if way.is_throttled:
            throttle.forgive_one(user.get_username(), client_address(request))
        request.session.cycle_key()
        half = {"user": user.pk, "state": user.get_session_auth_hash(), "at": now.timestamp(), "way": asdict(way)}
        request.session[HALF] = half
        return False
    _begin(request, user, now, way)
    return True


def half_signed_in(request, now):
    """Return the user whose second factor is awaited, None where there is none or it took too long."""
    half = request.session.get(HALF)
    if not half or now.timestamp() - half["at"] > HALF_LASTS.total_seconds():
        return None
    user = get_user_model().objects.filter(pk=half["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == half["state"] else None


def check_code(request, user, code, now) -> None:
    """Begin the session if the code is right. Raises Refused."""
    admission = _admitted(request, user.get_username(), now)
    if not accepts(user, code, now):
        _refuse(request, user.get_username(), admission, "动态口令不正确。")
    half = request.session.pop(HALF, {})
    _begin(request, user, now, Way(**half.get("way", {})))


def confirms(request, check, now) -> str:
    """Ask the signed-in user once more for a secret, under the same throttle; return why it does not hold, or "".

    `check()` says whether it is right.
    """
    name, address = request.user.get_username(), client_address(request)
    admission = throttle.admit(name, address, now)
    if admission.wait:
        return closed_sentence(admission.wait)
    if check():
        throttle.forgive_all(name, address)
        return ""
    throttle.failed(name, address)
    if admission.left:
        return f"还可以再试 {admission.left} 次。"
    record(EventKind.LOCK, request)
    return closed_sentence(throttle.CLOSED_FOR)


def _begin(request, user, now, way):
    throttle.forgive_all(user.get_username(), client_address(request))
    reason = "" if way.directory_row else reason_to_change(user, now)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    if reason:
        request.session[MUST_CHANGE] = reason
    if way.directory_row:
        staying.note(request.session, way.directory_row, now)
    record(EventKind.SIGN_IN, request, user=user, detail=way.name)


def _admitted(request, username, now):
    admission = throttle.admit(username, client_address(request), now)
    if admission.wait:
        record(EventKind.SIGN_IN, request, username=username, success=False, detail="锁定期间")
        raise SignInRefused(closed_sentence(admission.wait))
    return admission


def _refuse(request, username, admission, sentence):
    throttle.failed(username, client_address(request))
    record(EventKind.SIGN_IN, request, username=username, success=False, detail=sentence)
    if admission.left:
        raise SignInRefused(f"{sentence}还可以再试 {admission.left} 次。")
    record(EventKind.LOCK, request, username=username)
    raise SignInRefused(sentence + closed_sentence(throttle.CLOSED_FOR))


def closed_sentence(wait) -> str:
    """Say how long to wait."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return f"失败次数过多，请在 {minutes} 分钟后再试；忘记密码请联系本单位的系统管理员。"
