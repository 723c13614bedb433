"""What a site puts around a document: navigation, path, lists of other pages, print links, the foot.

The document's own heading is looked for first: what stands before it belongs to the site. Behind the document, the
first line that only a site writes (打印本页, 版权所有, 上一篇 …) begins the foot.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

TITLE_WORDS = re.compile(
    r"(?:要点|计划|规划|意见|方案|安排|打算|分工|分解表?|任务书?|清单|台账|总结|小结|报告|反馈|情况|举措|措施|一览表|通知|通报|函|公告|汇报|设想|纲要)(?:[(（][^()（）]{1,20}[)）])?$"
)
SITE_BEHIND_TITLE = re.compile(r"\s*(?:--+|——|[_|｜\-–—])\s*.*$")
FOOT = re.compile(
    r"\s*[【\[（(]?\s*(?:打印|关闭|收藏|返回|分享|复制|我要纠错|纠错|下载|顶部|置顶|回到|上一[篇条页]|下一[篇条页]|相关(?:链接|文章|附件|信息|新闻|阅读|内容|稿件)|友情链接|扫一扫|扫描二维码|主办单位?|承办单位?|版权所有|网站标识码|网站地图|技术支持|联系我们|责任编辑|编辑|.{0,2}ICP备|.公网安备|Copyright|©)"
)
COPYRIGHT = re.compile(r"版权所有|ICP备|公网安备|网站标识码|(?i:copyright)|技术支持\s*[:：]|建议使用.{0,20}浏览器")
PATH = re.compile(r"(?:您|你|现|当前|所在|的|位置)*位置\s*[:：]|^\s*首页\s*(?:[>»›/|→]|-)")
FACTS = re.compile(r"(?:来源|发布|作者|日期|时间|浏览|点击|阅读|字体|字号|文号|索引号|成文|发文)\S{0,6}\s*[:：]")
NUMBERED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.．章条部]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,3}\s?[.、．])"
)
SENTENCE = re.compile(r"。")
FOOT_REACH = 3  # lines of text may stand behind the first sign of a foot and are the site's all the same


@dataclass(frozen=True)
class PageLine:
    """A line of a page: its words, the heading element it is (h1 …), the element that sets it apart, how much is links."""

    text: str
    heading: str = ""
    apart: str = ""
    linked: int = 0

    @property
    def is_link(self) -> bool:
        """Whether the line is a link and nothing else."""
        return self.linked * 10 >= len(self.text) * 8


def own_title(title: str) -> str:
    """What `<title>` says of the page, without the names of column and site behind it."""
    return SITE_BEHIND_TITLE.sub("", title).strip()


def title_worth_reading(title: str, lines: Sequence[str]) -> str:
    """The document's title where only `<title>` has it: it looks like one and no line of the page does."""
    own = own_title(title)
    if not TITLE_WORDS.search(own) or own in lines:
        return ""
    return "" if any(len(line) <= 90 and TITLE_WORDS.search(line) for line in lines) else own


def surroundings_of(lines: Sequence[PageLine], title: str, inside: AbstractSet[int]) -> frozenset[int]:
    """The numbers of the lines that are the site's; `inside` are those of tables, which are never."""
    start = start_of_document(lines, own_title(title))
    end = end_of_document(lines, start, inside)
    numbers = set()
    for number, line in enumerate(lines, start=1):
        is_outside = not start < number <= end and not (number <= start and FACTS.search(line.text))
        if number not in inside and (
            is_outside or line.apart in ("nav", "footer", "aside") or (number != start + 1 and PATH.search(line.text))
        ):
            numbers.add(number)
    return frozenset(numbers)


def start_of_document(lines: Sequence[PageLine], title: str) -> int:
    """Index of the line that heads the document: a heading with the title's words, else one that looks like a title,
    else a line that says what `<title>` says; 0 where the page has none of these."""
    headings = [
        index
        for index, line in enumerate(lines)
        if line.heading in ("h1", "h2", "h3") and not NUMBERED.match(line.text)
    ]
    same = [index for index, line in enumerate(lines) if title and line.text == title and not line.is_link]
    telling = [index for index in headings if TITLE_WORDS.search(lines[index].text)]
    if found := [index for index in headings if index in same] or telling[:1] or same[-1:]:
        return first_of_title(lines, found[0])
    level1 = [index for index in headings if lines[index].heading == "h1"]
    return level1[0] if level1 and any(line.is_link for line in lines[: level1[0]]) else 0


def first_of_title(lines: Sequence[PageLine], index: int) -> int:
    """Where a title over several headings begins."""
    while index and lines[index - 1].heading and lines[index - 1].heading == lines[index].heading:
        index -= 1
    return index


def end_of_document(lines: Sequence[PageLine], start: int, inside: AbstractSet[int]) -> int:
    """How many lines stand before the foot: it begins at the first sign of one with hardly any text behind it."""
    text_behind = 0
    end = len(lines)
    for index in range(len(lines) - 1, start, -1):
        line = lines[index]
        if index + 1 in inside or (NUMBERED.match(line.text) and not line.is_link):
            break
        if COPYRIGHT.search(line.text) or (FOOT.match(line.text) and len(line.text) <= 80):
            end = index
        elif SENTENCE.search(line.text):
            text_behind += 1
            if text_behind > FOOT_REACH:
                break
    return end
