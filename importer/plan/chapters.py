"""What the chapters of a feedback report, told by the words of their headings, and the rates they state."""

import re
from collections.abc import Sequence

from importer.text.paragraphs import Paragraph
from importer.text.passages import VIEW
from importer.text.patterns import Pattern

from .outline import is_heading_line, kinds_in_order

ABOUT = re.compile(
    r"^(?:基本情况|学校概况|概况|单位简介|基本概况|项目内容|项目名称|年度目标|总体目标|目标任务|自评结果|自评结论)$"
)
# What a chapter's heading says of its kind; the first row that is found decides.
CHAPTER_KINDS = (
    ("other", Pattern("about", ABOUT.pattern, "一、基本情况")),
    ("next_steps", Pattern("next", r"下一?步|下一?阶段|打算|今后|明年|努力方向|下半年", "（三）下一步工作措施")),
    ("progress", Pattern("done", r"(?:完成|整改|落实|推进|进展|开展|执行|工作)情况|进展|成效", "（一）目前进展情况")),
    ("difficulties", Pattern("difficult", r"问题|困难|不足|短板|瓶颈|难点|薄弱|制约|差距", "（二）存在的困难")),
    (
        "progress",
        Pattern("work", r"做法|举措|情况|主要工作|总结|回顾|成绩|亮点|特色|自评|评价|经验|上半年", "一、主要做法"),
    ),
    ("next_steps", Pattern("plan", r"计划|安排|思路|整改|改进|对策|措施|建议|展望|要求", "四、改进措施")),
)
BOTH = re.compile(r"(?:问题|困难|不足|短板|差距).*(?:下一?步|打算|措施|计划|安排|改进|整改|对策|方向)")
TURN = re.compile(r"(?:^|(?<=[。；]))\s?(?:下一?步|下一?阶段|今后|接下来)")
# A sentence that announces what follows; the group is the heading.
ANNOUNCED = (
    (
        "difficulties",
        Pattern(
            "shortcomings",
            r"((?:但|但是|不过|同时|当然|然而|虽然|尽管)?[，,]?[^。:]{0,40}(?:存在|还有|仍有|有着|面临|看到|有)[^。:]{0,24}(?:不足|问题|困难|短板|差距|薄弱环节|弱项)[^。:]{0,20})(?::|。(?=一是|首先|主要))",
            "不过，学校工作还有不少不足，主要是下面几条：",
        ),
    ),
    (
        "next_steps",
        Pattern(
            "to_come",
            r"((?:下一?步|下一?阶段|今后|接下来|下半年|新的?一年|明年)[^。:]{0,40}):",
            "下一步，我们将抓好以下工作：",
        ),
    ),
)
LABEL = re.compile(r"([^。；，:“”《》]{2,14}):\s?")

PROJECT = Pattern(
    "project",
    r"第\s?(\d{1,4})\s?号?项(?:目|任务|工作)?\s?[:、.\s]\s?",
    "第 043 项：推进三年行动计划落实：以教育现代化为主线",
)
WHOLE = r"(?:^|[，。；:、\s(]|项目|总体|整体|全部|任务|工作|目前|年度|该项)"
RATES = (
    Pattern(
        "rate",
        rf"{WHOLE}(?:完成率|完成进度|总体进度|整体进度|工作进度|完成比例)[已约达到为至是均超过基本:\s]{{0,6}}(\d{{1,3}}(?:\.\d{{1,2}})?)\s?%(?!以上)",
        "043项目有序推进，完成率已达90%",
    ),
    Pattern(
        "rate_done",
        r"(?:总体|整体|累计|项目)已?完成[约了\s]{0,3}(\d{1,3}(?:\.\d{1,2})?)\s?%(?!以上)",
        "项目总体已完成85%",
    ),
)


def kind_of_chapter(heading: str) -> str:
    """What a chapter reports, by the words of its heading: progress, difficulties, next_steps or other."""
    for kind, pattern in CHAPTER_KINDS:
        if pattern.compiled.search(heading.strip()):
            return kind
    return "other"


def is_weakly_next(heading: str) -> bool:
    """Whether only a word such as 措施 or 整改 says that a chapter is of what comes: before 存在不足 it tells what was done."""
    row = next((pattern.name for _, pattern in CHAPTER_KINDS if pattern.compiled.search(heading.strip())), "")
    return row == "plan"


def is_heading(paragraph: Paragraph) -> bool:
    """Whether a numbered paragraph is a heading and not a sentence."""
    return (
        paragraph.marker is not None and not paragraph.ends and "。" not in paragraph.view and len(paragraph.view) <= 60
    )


def heading_end(paragraph: Paragraph) -> int:
    """Offset in the content's view at which a chapter's heading ends, 0 where the paragraph begins no chapter."""
    view = paragraph.content.view
    if is_heading(paragraph):
        return len(view)
    match = re.match(r"[^。:]{2,25}(?=[。:])", view)
    return match.end() if match and kind_of_chapter(match.group(0)) != "other" else 0


def chapter_kind(paragraphs: Sequence[Paragraph]) -> str | None:
    """The kind of number that heads chapters: the outermost whose headings tell two kinds of report; else None."""
    order = kinds_in_order(paragraphs)
    if order and any(announced_end(paragraph, "", "") and not label_end(paragraph) for paragraph in paragraphs):
        return order[0]  # a sentence announces what no number heads
    for kind in order:
        headed = [p.content.view[: heading_end(p)] for p in paragraphs if p.kind == kind]
        if len({kind_of_chapter(heading) for heading in headed if heading} - {"other"}) >= 2:
            return kind
    return None


def label_end(paragraph: Paragraph) -> int:
    """Offset at which a chapter's label without number ends (`存在困难：无。`, `存在困难`), 0 where there is none."""
    view = paragraph.content.view
    match = LABEL.match(view)
    if match and kind_of_chapter(match.group(1)) != "other":
        return match.end(1)
    bare = len(view) <= 15 and is_heading_line(paragraph) and kind_of_chapter(view) != "other"
    return len(view) if bare else 0


def announced_end(paragraph: Paragraph, current: str, heading: str) -> int:
    """Offset at which a sentence ends that announces shortcomings or next steps inside a chapter of another kind; 0 for none."""
    if paragraph.marker or BOTH.search(heading):
        return 0
    for kind, pattern in ANNOUNCED:
        if (
            kind != current
            and (match := pattern.compiled.match(paragraph.content.view))
            and kind_of_chapter(match.group(1)) == kind
        ):
            return match.end(1)
    return 0


def task_key(path: Sequence[str]) -> tuple[str, ...]:
    """A task's path without quotes, signs and white space: two spellings of one heading are equal."""
    return tuple(re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", heading) for heading in path)


def rates_in(text: str) -> set[float]:
    """The completion rates a text states for the whole; quotas over 100% and targets are none."""
    view = text.translate(VIEW)
    found = {float(match.group(1)) for pattern in RATES for match in pattern.compiled.finditer(view)}
    return {rate for rate in found if rate <= 100}


def one_rate(texts: Sequence[str]) -> float | None:
    """The one rate texts state, None where they state none or several."""
    rates = set().union(*(rates_in(text) for text in texts))
    return rates.pop() if len(rates) == 1 else None
