"""A web archive (.mht, often named .doc or .xls by Word, Excel and browsers) -> what its pages say."""

import email
import email.policy
from email.message import Message

from .read_html import CHARSET, read_html
from .readers import SourceText, UnreadableDocument, is_ink

MAX_PARTS = 500
FRAME = ("tabstrip", "header.htm", "filelist")  # parts of Office's archives that hold no text of the document


def read_mhtml(content: bytes) -> SourceText:
    """Read a web archive: its first page, or where that is but a frame around others (Excel), those in order."""
    message = email.message_from_bytes(content.lstrip(), policy=email.policy.compat32)
    pages = []
    for number, part in enumerate(message.walk()):
        if number > MAX_PARTS:
            break
        if part.get_content_type() in ("text/html", "application/xhtml+xml") and not is_frame(part):
            pages.append(page_of(part))
    sheets = [page for page in pages if b"<frameset" not in page.lower()]
    if len(sheets) == len(pages):  # no frame around them: what follows the first page belongs to it (advertisements)
        sheets = sheets[:1] or pages
    sources = [source for page in sheets if any(map(is_ink, (source := read_html(page)).text))]
    if not sources:
        raise UnreadableDocument("网页存档里没有文字。", "请用浏览器或 Word 打开，把正文另存为 .docx，再导入。")
    first = sources[0]
    for other in sources[1:]:
        first = first.followed_by(other)
    return first


def is_frame(part: Message) -> bool:
    """Whether a part belongs to the frame Office builds around its pages."""
    place = (part.get("Content-Location") or "").lower()
    return any(word in place.rpartition("/")[2] for word in FRAME)


def page_of(part: Message) -> bytes:
    """The bytes of a page, in the encoding it declares; where only the archive declares one, as UTF-8."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""  # a part of several has none of its own
    charset = part.get_content_charset()
    if charset and not CHARSET.search(data[:4096]):
        charset = "gb18030" if charset in ("gb2312", "gbk") else charset
        try:
            return b'<meta charset="utf-8">' + data.decode(charset, "replace").encode()
        except LookupError:
            return data
    return data
