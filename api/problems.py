"""Every answer that is no success: problem+json (RFC 9457) with a Chinese sentence and a code for programs."""

import logging
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from operations import outages

from .plain import write

CONTENT_TYPE = "application/problem+json"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its code, its status, what it is called, and what to do where nothing better is known."""

    code: str
    status: int
    title: str
    detail: str


KINDS = {
    kind.code: kind
    for kind in (
        Kind("bad-request", 400, "请求的格式不对", "请求的内容不是有效的 `JSON`。"),
        Kind("unauthorized", 401, "没有有效的令牌", "请在 `Authorization` 头中写 `Bearer` 和令牌；令牌由系统管理员发放，停用后不再有效。"),
        Kind("forbidden", 403, "没有权限", "这个令牌没有这项权限。"),
        Kind("not-found", 404, "没有这条数据", "没有这个网址或这条数据，或者它不属于令牌的单位。"),
        Kind("method-not-allowed", 405, "方法不对", "这个网址不支持这种请求方法。"),
        Kind("conflict", 409, "内容已被别人改动", "您读取之后，别人已经保存了这份进展报告。"),
        Kind("not-now", 409, "现在不能这样做", "进展报告目前的状态不允许这项操作。"),
        Kind("too-large", 413, "内容太大", "一次提交的内容超出了上限。"),
        Kind("invalid", 422, "参数或内容不对", "请按 `errors` 中的说明改正。"),
        Kind("version-required", 428, "没有说明依据的版本", "请在 `If-Match` 头中写读取时得到的 `ETag`，如 `\"3\"`。"),
        Kind("too-many-requests", 429, "请求太频繁", "请稍后再试。"),
        Kind("failed", 500, "系统出错了", "请稍后再试；如果仍然这样，请把编号告诉系统管理员。"),
        Kind("unavailable", 503, "系统暂时不可用", "数据库暂时连接不上或磁盘已满，请过半分钟再试。"),
    )
}  # fmt: skip


class ProblemFound(Exception):
    """The request cannot be answered as asked: of which kind, why (a Chinese sentence), and what else is told."""

    def __init__(self, code: str, detail: str = "", headers: dict[str, str] | None = None, **members: Any):
        self.problem = Problem(KINDS[code], detail, members, headers or {})
        super().__init__(code, detail)


@dataclass(frozen=True)
class Problem:
    """What is answered."""

    kind: Kind
    detail: str = ""
    members: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """Return it as problem+json."""
        kind = self.kind
        told = {
            "type": "about:blank", "title": kind.title, "status": kind.status, "code": kind.code,
            "detail": self.detail or kind.detail, **self.members,
        }  # fmt: skip
        return HttpResponse(write(told), status=kind.status, content_type=CONTENT_TYPE, headers=self.headers)


def of(code: str, detail: str = "", headers=None, **members) -> HttpResponse:
    """Return the answer for a problem of this kind."""
    return Problem(KINDS[code], detail, members, headers or {}).response()


# What pydantic calls a mistake → what it is to whoever made it; {…} are of its context.
SENTENCES = {
    "missing": "缺少这一项。",
    "extra_forbidden": "没有这一项。",
    "int_parsing": "应为整数。",
    "int_type": "应为整数。",
    "int_from_float": "应为整数。",
    "bool_parsing": "应为 true 或 false。",
    "bool_type": "应为 true 或 false。",
    "string_type": "应为文字。",
    "string_unicode": "含有不能识别的字符。",
    "string_pattern_mismatch": "含有不能保存的字符。",
    "string_too_long": "最多 {max_length} 个字。",
    "list_type": "应为列表。",
    "too_long": "最多 {max_length} 项。",
    "literal_error": "只能是 {expected}。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
    "decimal_max_places": "最多 {decimal_places} 位小数。",
    "timezone_aware": "时间要带时区，如 2024-10-28T09:30:00+08:00。",
}
UNKNOWN = "格式不对。"


def _errors(found) -> list[dict[str, str]]:
    """Tell mistakes by where they are: query.limit, body.tasks.0.id."""
    told = []
    for error in found:
        source, *place = error["loc"]
        place = place[1:] if source == "body" else place  # the name our function has for the whole body
        sentence = SENTENCES.get(error["type"], UNKNOWN).format(**error.get("ctx", {}))
        told.append({"where": ".".join(map(str, place or [source])), "message": sentence})
    return told


def _invalid(request, problem):
    return of("invalid", errors=_errors(problem.errors))


def _http(request, problem):
    return of(next((kind.code for kind in KINDS.values() if kind.status == problem.status_code), "bad-request"))


def _unauthorized(request, problem):
    return of("unauthorized", headers={"WWW-Authenticate": "Bearer"})


def _any(request, problem):
    """Answer what nobody foresaw; the log has the trace under the number the request has there."""
    if outages.outage(problem):
        log.error("interface: %s: %s", type(problem).__name__, problem)
        return of("unavailable", headers={"Retry-After": "30"})
    log.exception("interface: %s", request.path)
    return of("failed", number=str(getattr(request, "number", "")))


HANDLERS = (
    (ProblemFound, lambda request, found: found.problem.response()),
    (AuthenticationError, _unauthorized),
    (HttpError, _http),
    (ValidationError, _invalid),
    (Http404, lambda request, problem: of("not-found")),
    # A number no row can have: SQLite cannot be handed it.
    (OverflowError, lambda request, problem: of("not-found")),
    (RequestDataTooBig, lambda request, problem: of("too-large")),
    (Exception, _any),
)
