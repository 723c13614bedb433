"""集成: what can be connected with systems of the district, one row a connection, and the page that tells which are on.

Each is off until an administrator sets its environment variables (docs/integration.md tells how, step by step).
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.directory import ldap, oidc
from tracking.models import Channel
from tracking.notices import mailing, outgoing
from workplans import access


@dataclass(frozen=True)
class Connection:
    """One thing that can be connected.

    `variables` turn it on; `state()` says in a few words what is on, "" where nothing is; `page` is the name of the
    address where it is kept once it is on, "" where there is none.
    """

    name: str
    about: str
    variables: tuple[str, ...]
    state: Callable[[], str]
    page: str = ""


def _mail() -> str:
    return f"经 {settings.EMAIL_HOST} 发出" if mailing.is_configured() else ""


def _oidc() -> str:
    return f"由 {urlsplit(settings.OIDC_ISSUER).netloc} 认证" if oidc.is_on() else ""


def _ldap() -> str:
    return f"由 {urlsplit(settings.LDAP_URL).netloc} 核对" if ldap.is_on() else ""


def _api() -> str:
    return f"每个令牌每分钟最多 {settings.API_PER_MINUTE} 次" if settings.API else ""


def _calendar() -> str:
    return "个人可以生成订阅地址" if settings.CALENDAR_LINKS else ""


def _channels() -> str:
    return f"{Channel.objects.filter(is_active=True).count()} 个渠道启用" if outgoing.is_on() else ""


CONNECTIONS = (
    Connection(
        "统一身份目录",
        "用单位目录里的用户名和密码登录，按那里的组给任职；那里停用的人，几分钟内在这里也退出。",
        ("LDAP_URL", "LDAP_USER_BASE", "LDAP_BIND_DN", "LDAP_BIND_PASSWORD", "DIRECTORY_POSTS"),
        _ldap,
    ),
    Connection(
        "统一身份认证",
        "用区里的统一身份账号登录，按那里的用户组给任职；那里停用的人，几分钟内在这里也退出。",
        ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "DIRECTORY_POSTS"),
        _oidc,
    ),
    Connection(
        "邮件",
        "每天一封，把本人的待办、催办和退回发到邮箱。",
        ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"),
        _mail,
    ),
    Connection(
        "数据接口",
        "其他系统凭令牌读取本单位的计划、事项和进展报告，也可以代一个科室填写和提交。令牌在“数据管理 → 接入应用”发放。",
        ("API", "API_PER_MINUTE"),
        _api,
        "api:api-root",
    ),
    Connection(
        "日历订阅",
        "每人一个只读的订阅地址，在手机或电脑的日历里看到报送截止、完成时限、里程碑和待回复的批示。",
        ("CALENDAR_LINKS",),
        _calendar,
        "calendar_link",
    ),
    Connection(
        "消息渠道",
        "催办、退回、批示、到期、逾期、待签和每日汇总，发到企业微信群、钉钉群、本人邮箱，或由短信网关、政务微信转给本人。",
        ("OUTGOING_CHANNELS", "OUTBOUND_HOSTS"),
        _channels,
        "tracking:channel_list",
    ),
)


@require_safe
def integration(request):
    """Tell the administrator what is connected, and what could be."""
    if refusal := access.administers(request.user, None):
        raise PermissionDenied(refusal)
    return render(request, "config/integration.html", {"connections": [(each, each.state()) for each in CONNECTIONS]})
