"""反馈: approved reports -> the chapters of the letter; dataclasses, no Django.

What offices wrote stays word for word; the letter adds headings, numbers, and the sentence that states the rate where
the office has not stated it itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from importer.plan.chapters import one_rate
from papers.letter import LetterChapter, LetterParagraph, heading, written

CHAPTERS = (("progress", "目前进展情况"), ("difficulties", "存在的困难"), ("next_steps", "下一步工作措施"))
NOTHING = "无。"


@dataclass(frozen=True)
class TaskPart:
    """What is said of one task: texts by chapter, and its headings where a chapter prints others."""

    group: str
    title: str
    texts: dict[str, str]
    printed: dict[str, list[str]] = field(default_factory=dict)

    def path(self, kind: str) -> tuple[str, ...]:
        """The headings it stands under in a chapter, the outermost first."""
        own = (*(part for part in self.group.split(" / ") if part), self.title)
        return tuple(self.printed.get(kind) or own)


@dataclass(frozen=True)
class ReportedItem:
    """One item with its approved report. `is_project`: the letter's recipient numbered it (第043项)."""

    number: str
    title: str
    body: str
    percent: Decimal | None
    expected: Decimal | None
    is_behind: bool
    texts: dict[str, str]
    parts: tuple[TaskPart, ...] = ()
    is_project: bool = False

    @property
    def name(self) -> str:
        """The item as the letter calls it."""
        if self.number.isdecimal():
            return f"第{self.number}项：{self.title}"
        return f"{self.number} {self.title}" if self.number.startswith("第") else self.title

    @property
    def heading(self) -> str:
        """The item over a chapter: a number the recipient gave stands there, one of our own plan does not."""
        return self.name if self.is_project else self.title

    @property
    def content(self) -> str:
        """项目内容: name and what is to be done."""
        return f"{self.name}{'：' if self.is_project else '。'}{self.body}" if self.body else f"{self.name}。"

    @property
    def is_done(self) -> bool:
        """Say whether nothing is left to do."""
        return self.percent is not None and self.percent >= 100

    def has(self, kind: str) -> bool:
        """Say whether anything is told in a chapter."""
        return bool(self.texts.get(kind)) or any(part.texts.get(kind) for part in self.parts)


def rate(percent: Decimal) -> str:
    """`90%`, `83.3%`."""
    return f"{percent.quantize(Decimal('0.1')).normalize():f}%"


def rate_sentence(entry: ReportedItem) -> str:
    """The sentence that states the rate; "" where there is none, or the office's own text states it."""
    if entry.percent is None or one_rate([entry.texts.get("progress", "")]) == float(entry.percent):
        return ""
    subject = f"该{entry.number}项目" if entry.is_project and entry.number.isdecimal() else "该项工作"
    if entry.is_done:
        return f"截至目前，{subject}已完成，完成率达{rate(entry.percent)}。"
    if entry.is_behind:
        return f"截至目前，{subject}完成率为{rate(entry.percent)}，未达序时进度（应达{rate(entry.expected)}）。"
    return f"截至目前，{subject}有序推进，完成率已达{rate(entry.percent)}。"


def count_sentence(entries: list[ReportedItem]) -> str:
    """What is said of several items before each has its word."""
    done = sum(entry.is_done for entry in entries)
    behind = sum(entry.is_behind and not entry.is_done for entry in entries)
    unknown = sum(entry.percent is None for entry in entries)
    parts = [
        f"已完成{done}项" if done else "",
        f"达序时进度{on_track}项" if (on_track := len(entries) - done - behind - unknown) else "",
        f"未达序时进度{behind}项" if behind else "",
        f"未填完成率{unknown}项" if unknown else "",
    ]
    return f"截至目前，所涉{len(entries)}项工作中，{'，'.join(filter(None, parts))}。"


# --- the letter --------------------------------------------------------------------------------------------


def chapters_of(entries: list[ReportedItem], *, is_three_blocks: bool) -> tuple[LetterChapter, ...]:
    """The body of a letter on `entries` in one of the two styles."""
    return tuple(three_blocks(entries) if is_three_blocks else item_chapters(entries))


def three_blocks(entries: list[ReportedItem]) -> Iterator[LetterChapter]:
    """项目内容, then progress, difficulties and next steps of all; of one item as the office prints it, without its name."""
    single = entries[0] if len(entries) == 1 else None
    contents = [single.content] if single else [f"{entry.name}。" for entry in entries]
    yield LetterChapter(None, tuple(LetterParagraph(text) for text in ("项目内容：", *contents)))
    for number, (kind, title) in enumerate(CHAPTERS, start=1):
        paragraphs = said(single, kind, 3) if single else said_of_all(entries, kind)
        yield LetterChapter(heading(2, number, title), tuple(paragraphs) or (LetterParagraph(NOTHING),))


def said_of_all(entries: list[ReportedItem], kind: str) -> Iterator[LetterParagraph]:
    """A chapter on several items, each under its name; who has nothing to say in it is left out."""
    if kind == "progress":
        yield LetterParagraph(count_sentence(entries))
    telling = [entry for entry in entries if kind == "progress" or entry.has(kind)]
    for number, entry in enumerate(telling, start=1):
        yield heading(3, number, entry.title)
        yield from said(entry, kind, 4)


def item_chapters(entries: list[ReportedItem]) -> Iterator[LetterChapter]:
    """A chapter an item, in it what there is to say of progress, difficulties and next steps."""
    for number, entry in enumerate(entries, start=1):
        told = [(kind, title) for kind, title in CHAPTERS if kind == "progress" or entry.has(kind)]
        paragraphs: list[LetterParagraph] = []
        for part, (kind, title) in enumerate(told, start=1):
            paragraphs += [heading(2, part, title), *said(entry, kind, 3)]
        yield LetterChapter(heading(1, number, entry.heading), tuple(paragraphs))


def said(entry: ReportedItem, kind: str, level: int) -> Iterator[LetterParagraph]:
    """What one item says in a chapter: its own text, then its tasks under their headings from `level` inwards."""
    if kind == "progress" and (sentence := rate_sentence(entry)):
        yield LetterParagraph(sentence)
    yield from written(entry.texts.get(kind, ""))
    counts, above = [0], ()
    for part in entry.parts:
        if not part.texts.get(kind):
            continue
        path = part.path(kind)
        shared = next(
            (i for i, (one, other) in enumerate(zip(path, above, strict=False)) if one != other),
            min(len(path) - 1, len(above)),
        )
        counts = [*counts[: shared + 1], *[0] * (len(path) - shared)]
        for depth in range(shared, len(path)):
            counts[depth] += 1
            yield heading(min(level + depth, 5), counts[depth], path[depth])
        counts, above = counts[: len(path)], path
        yield from written(part.texts[kind])
