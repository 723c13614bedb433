"""The API put together: its addresses, who may come in, and its document."""

from ninja import NinjaAPI

from . import dictionary, exchange, feed, problems, writing
from .authentication import Token

VERSION = "1"
ABOUT = """教育工作推进台账的数据接口。

每个请求在 `Authorization` 头中带令牌：`Authorization: Bearer …`。令牌由系统管理员在“数据管理 → 接入应用”发放，只能读一个单位；
有“读取和填报”权限的，还能填写和提交一个科室的进展报告。

列表按编号从小到大分页：照 `next` 的网址读下一页，到 `null` 为止。时间一律带时区。出错时回答 `application/problem+json`（`RFC 9457`），程序看其中的 `code`。"""

TOKEN = Token()
api = NinjaAPI(
    title="教育工作推进台账数据接口",
    version=VERSION,
    description=ABOUT,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    auth=TOKEN,
)
for _kind, _handler in problems.HANDLERS:
    api.add_exception_handler(_kind, _handler)
# `writing` adds to the router of `reading`: reading and saving a report are two methods of one address.
for _router in (writing.router, exchange.router, feed.router, dictionary.router):
    api.add_router("", _router, auth=TOKEN)
