"""The outline of a feedback, summary or self-evaluation -> a `FeedbackDraft`: projects, chapters, tasks.

A chapter is a heading of the outermost kind of number whose words tell what it reports; a task is a heading inside
a chapter that has text of its own, and is the same task wherever its words are the same but for quotes and signs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .dates import span_in, year_of_plan
from .drafts import BlockDraft, FeedbackDraft, PieceKind, ProjectDraft, TaskDraft
from .frame import Frame
from .outline import kinds_in_order
from .paragraphs import Paragraph
from .passages import Ledger, paragraphs_text
from .patterns import Pattern

# What a chapter's heading says of its kind; the first row that is found decides.
CHAPTER_KINDS = (
    ("next_steps", Pattern("next", r"下一?步|下一?阶段|打算|今后|明年|努力方向|下半年", "（三）下一步工作措施")),
    ("progress", Pattern("done", r"(?:完成|整改|落实|推进|进展|开展|执行|工作)情况|进展|成效", "（一）目前进展情况")),
    ("difficulties", Pattern("difficult", r"问题|困难|不足|短板|瓶颈|难点|薄弱|制约|差距", "（二）存在的困难")),
    ("progress", Pattern("work", r"做法|举措|情况|主要工作|总结|回顾|成绩|亮点|特色|自评|评价|经验|上半年", "一、主要做法")),
    ("next_steps", Pattern("plan", r"计划|安排|思路|整改|改进|对策|措施|建议|展望", "四、改进措施")),
)
PROJECT = Pattern("project", r"第\s?(\d{1,4})\s?号?项(?:目|任务|工作)?\s?[:、.\s]\s?", "第 043 项：推进三年行动计划落实：以教育现代化为主线")
RATE = Pattern("rate", r"(?:完成率|完成进度|总体进度|整体进度|工作进度)[^\d。；，%]{0,8}?(\d{1,3}(?:\.\d{1,2})?)\s?%(?!以上|的目标)", "完成率已达90%")
PHONE = re.compile(r"\d[\d-]{6,14}\d")


def read_feedback(frame: Frame, ledger: Ledger) -> FeedbackDraft:
    """Build the draft of a feedback from its frame; every paragraph is marked in the ledger."""
    draft = FeedbackDraft(
        title=frame.title,
        document_number=frame.document_number,
        issuer=frame.issuer,
        issued_on=frame.issued_on,
        recipient=frame.recipient,
        contacts=contacts_of(frame),
        phones=phones_of(frame),
    )
    reader = Reader(draft, ledger, chapter_kind(frame.body), frame.body)
    reader.read()
    draft.year = year_of_plan(draft.title, draft.preamble, draft.issued_on, draft.document_number)
    if span := span_in(draft.title, draft.year):
        draft.period, draft.start_on, draft.as_of = span.words, span.start_on, span.end_on
    set_completion(draft)
    return draft


def contacts_of(frame: Frame) -> list[str]:
    """The people to ask, from the contact lines."""
    names: list[str] = []
    for paragraph in frame.named("contact"):
        words = re.split(r"[,，;；\s]*(?:联系)?电\s?话", paragraph.view.split(":", 1)[1])[0]
        names.extend(name for name in re.split(r"[、,，;；/\s]+", words.strip(" )。")) if name)
    return names


def phones_of(frame: Frame) -> list[str]:
    """The telephone numbers of the contact lines."""
    return [match.group(0) for paragraph in frame.named("contact", "phone") for match in PHONE.finditer(paragraph.view)]


def kind_of_chapter(heading: str) -> str:
    """What a chapter reports, by the words of its heading."""
    for kind, pattern in CHAPTER_KINDS:
        if pattern.compiled.search(heading):
            return kind
    return "other"


def chapter_kind(paragraphs: Sequence[Paragraph]) -> str | None:
    """The kind of number that heads chapters: the outermost one where most headings tell what they report."""
    order = kinds_in_order(paragraphs)
    for kind in order:
        kinds = {kind_of_chapter(p.content.view) for p in paragraphs if p.kind == kind and is_heading(p)}
        if len(kinds - {"other"}) >= 2:
            return kind
    return order[0] if order else None


def is_heading(paragraph: Paragraph) -> bool:
    """Whether a numbered paragraph is a heading and not a sentence."""
    return paragraph.marker is not None and not paragraph.ends and "。" not in paragraph.view and len(paragraph.view) <= 60


def task_key(path: Sequence[str]) -> tuple[str, ...]:
    """A task's path without quotes, signs and white space: two spellings of one heading are equal."""
    return tuple(re.sub(r"[^\u4e00-\u9fffA-Za-z0-9]", "", heading) for heading in path)


@dataclass
class Chapter:
    """A chapter while its paragraphs come in."""

    draft: BlockDraft
    paragraphs: list[Paragraph] = field(default_factory=list)


class Reader:
    """Takes the paragraphs one by one and grows projects, chapters and tasks."""

    def __init__(self, draft: FeedbackDraft, ledger: Ledger, kind: str | None, paragraphs: list[Paragraph]):
        self.draft = draft
        self.ledger = ledger
        self.kind = kind
        self.paragraphs = paragraphs
        self.order = kinds_in_order(paragraphs)
        self.chapter: Chapter | None = None
        self.tasks: dict[tuple, TaskDraft] = {}
        self.preamble: list[Paragraph] = []

    def read(self) -> None:
        """Read all paragraphs into the draft."""
        for paragraph in self.paragraphs:
            if project := PROJECT.compiled.match(paragraph.content.view):
                self.take_project(paragraph, project)
            elif paragraph.kind == self.kind and self.kind and is_heading(paragraph):
                self.take_chapter(paragraph)
            elif self.chapter:
                self.ledger.mark(paragraph.passage, PieceKind.BODY)
                self.chapter.paragraphs.append(paragraph)
            else:
                self.take_opening(paragraph)
        self.close_chapter()
        self.draft.preamble = paragraphs_text([paragraph.passage for paragraph in self.preamble])
        self.draft.tasks = list(self.tasks.values())

    def take_opening(self, paragraph: Paragraph) -> None:
        """A paragraph before the first chapter: a label, the project's further text, or the preamble."""
        if re.fullmatch(r"[^。；，]{1,12}:", paragraph.view):
            self.ledger.mark(paragraph.passage, PieceKind.FURNITURE)
            return
        self.ledger.mark(paragraph.passage, PieceKind.BODY)
        if self.draft.projects:
            project = self.draft.projects[-1]
            project.body = "\n".join(filter(None, (project.body, paragraph.text)))
        else:
            self.preamble.append(paragraph)

    def take_project(self, paragraph: Paragraph, found: re.Match[str]) -> None:
        """A line that names a project: its number, its title up to the next colon or full stop, its text."""
        self.close_chapter()
        content = paragraph.content
        after = re.search(r"[:。]", content.view[found.end() :])
        end = found.end() + after.start() if after else len(content.view)
        offset = len(paragraph.view) - len(content.view)
        self.ledger.mark(paragraph.passage.cut(0, offset + end + 1), PieceKind.HEADING)
        body = content.cut(end + 1)
        self.ledger.mark(body, PieceKind.BODY)
        title = content.cut(found.end(), end).text
        self.draft.projects.append(ProjectDraft(found.group(1), title, body=body.text, line=paragraph.line))

    def take_chapter(self, paragraph: Paragraph) -> None:
        """Begin a chapter."""
        self.close_chapter()
        self.ledger.mark(paragraph.passage, PieceKind.HEADING)
        heading = paragraph.content.text
        project = self.draft.projects[-1].number if self.draft.projects else ""
        self.chapter = Chapter(BlockDraft(heading, kind_of_chapter(heading), line=paragraph.line, project=project))

    def close_chapter(self) -> None:
        """Put the open chapter and its tasks into the draft."""
        if self.chapter is None:
            return
        block = self.chapter.draft
        block.text = paragraphs_text([paragraph.passage for paragraph in self.chapter.paragraphs])
        self.draft.blocks.append(block)
        if block.kind != "other":
            self.read_tasks(block)
        self.chapter = None

    def read_tasks(self, block: BlockDraft) -> None:
        """Give every text of the chapter to the task whose headings it stands under."""
        path: list[tuple[int, str]] = []
        paragraphs = self.chapter.paragraphs
        for index, paragraph in enumerate(paragraphs):
            rank = self.order.index(paragraph.kind) if paragraph.kind in self.order else None
            if rank is not None:
                path = [(other, heading) for other, heading in path if other < rank]
            if rank is not None and is_heading(paragraph) and index + 1 < len(paragraphs):
                path.append((rank, paragraph.content.text))
            elif path:
                self.add_to_task([heading for _, heading in path], block, paragraph.text)

    def add_to_task(self, path: list[str], block: BlockDraft, text: str) -> None:
        """Add a paragraph to a task's text of the chapter's kind; the first spelling of its path stays."""
        task = self.tasks.setdefault((block.project, task_key(path)), TaskDraft(path, project=block.project))
        setattr(task, block.kind, "\n".join(filter(None, (getattr(task, block.kind), text))))


def rates_in(text: str) -> set[float]:
    """The completion rates a text states."""
    return {float(match.group(1)) for match in RATE.compiled.finditer(text)}


def set_completion(draft: FeedbackDraft) -> None:
    """The rate stated for the whole; of several projects each its own, and none for the whole."""
    several = len(draft.projects) > 1
    for project in draft.projects:
        texts = [project.body] + [block.text for block in draft.blocks if block.project == project.number]
        rates = set().union(*(rates_in(text) for text in texts))
        project.completion_percent = rates.pop() if len(rates) == 1 else None
    if not several:
        texts = [draft.preamble, *(project.body for project in draft.projects), *(block.text for block in draft.blocks)]
        rates = set().union(*(rates_in(text) for text in texts))
        draft.completion_percent = rates.pop() if len(rates) == 1 else None
