"""The application's side: asks the child that checks and fills templates, and tells what became of it in plain words."""

from importer.files.readers import UnreadableDocument
from importer.sandbox import ask

CHILD = "papers.templating.child"
TOO_MUCH = "处理这份模板需要的时间或内存太多，已停止。请从标准模板重新改起，不要放很大的图片或表格。"
BROKEN = "按模板排版没有成功。请督办员在“模板”里恢复标准版式，或上传改好的模板，再重新汇编。"


class NotPrintable(Exception):
    """A paper cannot be laid out with its template; the text is a Chinese sentence."""


def problems_under_limits(content: bytes, kind: str) -> list[str]:
    """Return what keeps a file from being a template, a sentence each."""
    try:
        verdict, answer = ask(CHILD, ("check", content, str(kind)), f"a template for {kind}")
    except UnreadableDocument:
        return [TOO_MUCH]
    if verdict == "problems":
        return answer
    return [TOO_MUCH if verdict == "hungry" else "这份文件读不出来，可能已经损坏。请从标准模板重新改起。"]


def fill_under_limits(content: bytes, kind: str, letter, **words) -> bytes:
    """Return the Word file a template makes of a letter; `words` as `fill` takes them. Raises NotPrintable."""
    try:
        verdict, answer = ask(CHILD, ("fill", content, str(kind), letter.to_json(), words), f"a {kind} in a template")
    except UnreadableDocument as problem:
        raise NotPrintable(TOO_MUCH) from problem
    if verdict != "filled":
        raise NotPrintable(TOO_MUCH if verdict == "hungry" else BROKEN)
    return answer
