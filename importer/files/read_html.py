"""A saved web page -> numbered lines: what its blocks say, without scripts, styles and forms."""

import re
from html.parser import HTMLParser

from .readers import SourceText, UnreadableDocument, candidate_encodings, decoded, number_lines

BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul"]
)
UNSEEN = frozenset(["script", "style", "noscript", "template", "svg", "select", "button", "textarea", "iframe", "object"])
CHARSET = re.compile(rb"(?i)charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})")
CHINESE = ("gb2312", "gbk", "gb18030", "x-gbk")


class TextOfPage(HTMLParser):
    """Collects the text, a line for each block."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines: list[list[str]] = [[]]
        self.unseen = 0

    def handle_starttag(self, tag, attrs):
        """Begin a line at a block."""
        if tag in UNSEEN:
            self.unseen += 1
        elif tag in BLOCKS:
            self.lines.append([])

    def handle_endtag(self, tag):
        """End a line behind a block."""
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in BLOCKS:
            self.lines.append([])

    def handle_data(self, data):
        """Take text in; line ends in the source are white space."""
        if not self.unseen:
            self.lines[-1].append(re.sub(r"[\s\u2028\u2029]*[\n\r\x85\u2028\u2029\x0b\x0c]\s*", " ", data))


def read_html(content: bytes) -> SourceText:
    """Read a web page."""
    encoding = encoding_of(content)
    page = TextOfPage()
    page.feed(content.decode(encoding, errors="replace"))
    page.close()
    lines = ["".join(parts).strip() for parts in page.lines]
    text = "\n".join(line for line in lines if line)
    return SourceText(text, "html", tuple(number_lines(text)))


def encoding_of(content: bytes) -> str:
    """The encoding a page declares where its bytes agree, else one they can be read in."""
    declared = CHARSET.search(content[:4096])
    names = [declared.group(1).decode("ascii").lower()] if declared else []
    names = ["gb18030" if name in CHINESE else name for name in names]
    for name in [*names, *candidate_encodings(content)]:
        try:
            if decoded(content, name) is not None:
                return name
        except LookupError:
            continue
    raise UnreadableDocument("认不出网页的文字编码。", "请把网页上的正文复制到 Word 文档中，存为 .docx，再导入。")
