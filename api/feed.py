"""GET of the change feed: what was made, changed or deleted since a position, in one order (tracking/changes.py)."""

from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from tracking.changes import KINDS, MOST, WORDS, changes

from .authentication import account_of
from .fields import LARGEST, Form
from .plain import write
from .reading import JSON, refuse_unknown
from .statuses import answers

router = Router()
KIND = Literal[tuple(kind.name for kind in KINDS)]  # type: ignore[valid-type]
WORD = Literal[tuple(WORDS.values())]  # type: ignore[valid-type]


class ChangeForm(Form):
    """变更。"""

    position: int = Field(description="位置，从小到大；下次从它之后读起")
    kind: KIND = Field(description="、".join(f"`{kind.name}` {kind.model._meta.verbose_name}" for kind in KINDS))
    row_id: int = Field(description="那一条的编号")
    change: WORD = Field(description="`created` 新增、`changed` 修改、`deleted` 删除")
    at: datetime = Field(description="什么时候")
    values: dict[str, Any] = Field(description="变更以后的各项内容；删除的是删除以前的")


class Changes(Form):
    """一段变更。"""

    data: list[ChangeForm] = Field(description="变更，按位置从小到大")
    next: str = Field(description="接着读的网址；`data` 为空时是原来的位置，过一段时间再读")


class ChangesQuery(Form):
    """从哪里读起。"""

    after: int = Field(0, ge=0, le=LARGEST, description="从这个位置之后读起；0 从头读")
    limit: int = Field(MOST, ge=1, le=MOST, description=f"几条，最多 {MOST}")


@router.get(
    "/changes", response=answers(Changes), summary="变更：按发生的先后", url_name="changes", operation_id="changes", tags=["变更"],
    description="事项、责任分工、里程碑、进展报告和分项进展的新增、修改和删除，不漏、不重。保存最后一条的位置，下次从它之后读。",
)  # fmt: skip
def feed(request, asked: Query[ChangesQuery]):
    """Answer what changed since a position, and where to go on."""
    refuse_unknown(request, asked)
    found = changes(asked.after, asked.limit, account_of(request))
    following = {"after": found[-1].position if found else asked.after, "limit": asked.limit}
    body = {"data": [vars(one) for one in found], "next": f"{request.path}?{urlencode(following)}"}
    return HttpResponse(write(body), content_type=JSON)
