"""The pages of a fault: in Chinese, with the number that is found in the log, and with nothing that could fail in turn.

Neither the database nor the session is asked; `templates/fault.html` extends nothing and runs no context processor.
403 and 404 keep Django's own views and their templates.
"""

import logging
import sys
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.template.loader import render_to_string

from . import outages
from .request_numbers import new_number

log = logging.getLogger(__name__)
RETRY_AFTER = 30  # seconds
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


KEPT = "如果刚才填写了文字，它已留在这台电脑的浏览器里：重新打开那一页，按“恢复”即可。"


@dataclass(frozen=True)
class Fault:
    """A status, what its page is called, and what it tells people to do."""

    status: int
    heading: str
    sentences: tuple[str, ...]


BAD_REQUEST = Fault(
    400, "请求有误，没有处理", ("网址或所填内容的格式不对。请回到上一页，刷新以后再试一次。", KEPT)
)  # fmt: skip
NOT_THIS_WAY = Fault(
    405, "这个网址不能这样打开", ("它只在页面上按相应的按钮时使用，刚才没有做任何改动。请回到首页，从页面上再操作一次。", KEPT)
)  # fmt: skip
TOO_MUCH = Fault(
    413,
    "内容太大，没有保存",
    ("一次提交的文字、文件或选项超出了上限。", "请回到上一页，所填内容还在：请分几次提交，或换一个较小的文件。", KEPT),
)
BROKEN = Fault(
    500,
    "系统出错了",
    ("刚才的操作没有完成。请稍后再试；如果仍然这样，请把下面的编号告诉系统管理员。", KEPT),
)
AWAY = Fault(
    503,
    "系统暂时不可用",
    ("数据库暂时连接不上，一般很快就会恢复。", "刚才的操作可能没有保存：请过半分钟再试，并先核对一下。", KEPT),
)
FULL = Fault(
    503,
    "磁盘空间不足，没有保存",
    (
        "服务器的磁盘已满，刚才的操作没有保存，原有数据没有变化。",
        "请立即联系系统管理员清理磁盘；清理以后不用重启，再提交一次即可。",
        KEPT,
    ),
)
OUTAGES = {outages.FULL: FULL, outages.AWAY: AWAY}


def too_long(text, most) -> Fault:
    """Return the fault of one field with more than `most` characters; its first words say which."""
    return Fault(
        413,
        "文字太长，没有保存",
        (
            f"以“{text[:15]}”开头的一格有 {len(text):,} 字，一格最多 {most:,} 字。",
            "请回到上一页，所填内容还在：请删减，或把长的材料作为附件上传。",
            KEPT,
        ),
    )


def bad_request(request, exception):
    """Answer what Django refuses to read (`handler400`)."""
    return page(request, TOO_MUCH if isinstance(exception, TOO_LARGE) else BAD_REQUEST)


def server_error(request):
    """Answer an exception nobody caught (`handler500`), which is the one being handled."""
    problem = sys.exc_info()[1]
    fault = OUTAGES.get(outages.outage(problem), BROKEN)
    # Django logs the trace, but not where the page of a 404 or 403 breaks in turn.
    log.error("%s：%s: %s", fault.heading, type(problem).__name__, problem)
    return page(request, fault)


def page(request, fault):
    """Return the page of a fault."""
    number = getattr(request, "number", None) or new_number()
    response = HttpResponse(render_to_string("fault.html", {"fault": fault, "number": number}), status=fault.status)
    response["Cache-Control"] = "no-store"
    if fault.status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return response
