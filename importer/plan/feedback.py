"""The outline of a feedback, summary or self-evaluation -> a `FeedbackDraft`: projects, chapters, tasks.

A chapter is a heading whose words tell what it reports; a task is a heading inside a chapter that has text of its
own, and is the same task wherever its words are the same but for quotes and signs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from importer.drafts.drafts import BlockDraft, FeedbackDraft, PieceKind, ProjectDraft, TaskDraft
from importer.text.paragraphs import Marker, Paragraph
from importer.text.passages import Ledger, Passage, paragraphs_text
from importer.text.patterns import CLOSING_OF_REPORT, full_match

from .chapters import (
    ABOUT,
    BOTH,
    PROJECT,
    TURN,
    announced_end,
    chapter_kind,
    heading_end,
    is_heading,
    is_weakly_next,
    kind_of_chapter,
    label_end,
    one_rate,
    task_key,
)
from .dates import span_in, year_of_plan
from .outline import kinds_in_order
from .surroundings import Frame, mark_all

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
    reader = LetterReader(draft, ledger, frame.body)
    reader.read()
    draft.year = year_of_plan(draft.title, draft.preamble, draft.issued_on, draft.document_number, *frame.other_titles)
    if span := span_in(draft.title, draft.year):
        draft.period, draft.start_on, draft.as_of = span.words, span.start_on, span.end_on
    set_completion(draft, reader.whole)
    return draft


def start_of_report_closing(paragraphs: Sequence[Paragraph]) -> int:
    """Index of the paragraph that ends a report by speaking of the whole, behind the last number; the length where there is none."""
    for index in range(len(paragraphs) - 1, max(0, len(paragraphs) - 4), -1):
        if paragraphs[index].marker or len(paragraphs[index].view) > 400:
            break
        if full_match(CLOSING_OF_REPORT, paragraphs[index].view):
            return index
    return len(paragraphs)


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


@dataclass
class Text:
    """A paragraph of a chapter: its passage, and its marker where it has one."""

    passage: Passage
    marker: Marker | None
    heading: str | None  # its words where it is a heading

    @classmethod
    def of(cls, paragraph: Paragraph) -> "Text":
        """The text a paragraph is."""
        heading = paragraph.content.text if is_heading(paragraph) else None
        return cls(paragraph.passage, paragraph.marker, heading)


@dataclass
class ReportChapter:
    """A chapter while its paragraphs come in."""

    heading: Passage
    draft: BlockDraft
    texts: list[Text] = field(default_factory=list)


class LetterReader:
    """Takes the paragraphs one by one and grows projects, chapters and tasks."""

    def __init__(self, draft: FeedbackDraft, ledger: Ledger, paragraphs: list[Paragraph]):
        self.draft = draft
        self.ledger = ledger
        self.paragraphs = paragraphs
        self.kind = chapter_kind(paragraphs)
        self.order = kinds_in_order(paragraphs)
        self.is_labelled = self.kind is None and any(label_end(paragraph) for paragraph in paragraphs)
        if self.kind is None and not self.is_labelled and self.order:
            self.kind = self.order[0]
        headings = [p.content.view[: heading_end(p)] for p in paragraphs if p.kind == self.kind]
        self.ends_in_difficulties = any(
            BOTH.search(heading) or kind_of_chapter(heading) == "difficulties" for heading in headings if heading
        )
        self.chapter: ReportChapter | None = None
        self.tasks: dict[tuple[str, tuple[str, ...]], TaskDraft] = {}
        # (project, path, kind) -> the task and its passages
        self.task_texts: dict[tuple[str, tuple[str, ...], str], tuple[TaskDraft, list[Passage]]] = {}
        self.preamble: list[Passage] = []
        self.bodies: list[list[Passage]] = []  # of the projects, in order
        self.told: dict[str, set[str]] = {}  # kinds of chapter a project has had
        self.whole: dict[str, list[str]] = {}  # what the chapters of a project say before their first subheading

    def read(self) -> None:
        """Read all paragraphs into the draft."""
        ending = start_of_report_closing(self.paragraphs)
        projects = self.projects_before_chapters()
        for index, paragraph in enumerate(self.paragraphs[:ending]):
            end = self.chapter_end(paragraph)
            if project := PROJECT.compiled.match(paragraph.content.view):
                self.take_project(paragraph, project.group(1), project.end())
            elif index in projects or self.is_project_heading(paragraph):
                self.take_project(
                    paragraph, paragraph.marker.printed if paragraph.marker else str(len(self.draft.projects) + 1), 0
                )
            elif end:
                self.take_chapter(paragraph, end)
            elif self.chapter:
                self.ledger.mark(paragraph.passage, PieceKind.BODY)
                self.chapter.texts.append(Text.of(paragraph))
            else:
                self.take_opening(paragraph)
        self.close_chapter()
        self.draft.closing = paragraphs_text(mark_all(self.paragraphs[ending:], self.ledger, PieceKind.BODY))
        self.draft.preamble = paragraphs_text(self.preamble)
        for told, body in zip(self.draft.projects, self.bodies, strict=True):
            told.body = paragraphs_text(body)
        for (_, _, kind), texts in self.task_texts.items():
            setattr(texts[0], kind, paragraphs_text(texts[1]))
        self.draft.tasks = list(self.tasks.values())

    def chapter_end(self, paragraph: Paragraph) -> int:
        """Offset in the content at which a chapter's heading ends, 0 where the paragraph begins none."""
        if self.chapter and (end := announced_end(paragraph, self.chapter.draft.kind, self.chapter.draft.heading)):
            return end
        if self.is_labelled:
            return label_end(paragraph)
        return heading_end(paragraph) if self.kind and paragraph.kind == self.kind else 0

    def projects_before_chapters(self) -> set[int]:
        """Indices of lines that stand above the first chapter wherever that begins again: each is the heading of a project."""
        headings = [
            (index, p.content.view[: self.chapter_end(p)])
            for index, p in enumerate(self.paragraphs)
            if self.chapter_end(p)
        ]
        firsts = [index for index, heading in headings if heading == headings[0][1]]
        above = {index - 1 for index in firsts if index} - {index for index, _ in headings}
        return (
            above
            if len(above) >= 2
            and len(above) == len(firsts)
            and all(may_name_project(self.paragraphs[index]) for index in above)
            else set()
        )

    def take_opening(self, paragraph: Paragraph) -> None:
        """A paragraph before the first chapter: a label, the project's further text, or the preamble."""
        if re.fullmatch(r"[^。；，]{1,12}:", paragraph.view):
            self.ledger.mark(paragraph.passage, PieceKind.FURNITURE)
            return
        self.ledger.mark(paragraph.passage, PieceKind.BODY)
        if self.draft.projects:
            self.bodies[-1].append(paragraph.passage)
        else:
            self.preamble.append(paragraph.passage)

    def is_project_heading(self, paragraph: Paragraph) -> bool:
        """Whether a heading stands above the kind of number that heads the chapters: each such is a project."""
        if paragraph.kind not in self.order or not is_heading(paragraph):
            return False
        outer = self.order.index(self.kind) if self.kind else int(self.is_labelled)
        return self.order.index(paragraph.kind) < outer

    def take_project(self, paragraph: Paragraph, number: str, start: int) -> None:
        """A line that names a project: its number, its title up to the next colon or full stop, its text."""
        self.close_chapter()
        content = paragraph.content
        after = re.search(r"[:。]", content.view[start:])
        end = start + after.start() if after else len(content.view)
        offset = len(paragraph.view) - len(content.view)
        self.ledger.mark(paragraph.passage.cut(0, offset + end + 1), PieceKind.HEADING)
        body = content.cut(end + 1)
        self.ledger.mark(body, PieceKind.BODY)
        self.bodies.append([body])
        self.draft.projects.append(ProjectDraft(number, content.cut(start, end).text, line=paragraph.line))

    def take_chapter(self, paragraph: Paragraph, end: int) -> None:
        """Begin a chapter; what follows the heading in the same paragraph is its first text."""
        self.close_chapter()
        content = paragraph.content
        offset = len(paragraph.view) - len(content.view)
        rest = content.cut(end + 1)
        self.ledger.mark(rest, PieceKind.BODY)
        chapter = self.begin(paragraph.passage.cut(0, offset + end + 1), content.cut(0, end).text, paragraph.line)
        if rest:
            chapter.texts.append(Text(rest, None, None))

    def begin(self, passage: Passage, heading: str, line: int) -> ReportChapter:
        """Open a chapter of the current project and return it."""
        self.ledger.mark(passage, PieceKind.HEADING)
        project = self.draft.projects[-1].number if self.draft.projects else ""
        kind = kind_of_chapter(heading)
        told = self.told.setdefault(project, set())
        if kind == "other" and not ABOUT.search(heading) and not {"difficulties", "next_steps"} & told:
            kind = "progress"  # 一、加强党的建设: a chapter on what was done
        if (
            kind == "next_steps"
            and self.ends_in_difficulties
            and "difficulties" not in told
            and is_weakly_next(heading)
        ):
            kind = "progress"
        told.add(kind)
        self.chapter = ReportChapter(passage, BlockDraft(heading, kind, line=line, project=project))
        return self.chapter

    def close_chapter(self) -> None:
        """Put the open chapter, its parts where it has two kinds, and its tasks into the draft."""
        chapter, self.chapter = self.chapter, None
        if chapter is None:
            return
        for part in self.parts(chapter):
            part.draft.text = paragraphs_text([text.passage for text in part.texts])
            self.draft.blocks.append(part.draft)
            if part.draft.kind != "other":
                self.read_tasks(part)
            if kind_of_chapter(part.draft.heading) != "other":
                self.whole.setdefault(part.draft.project, []).extend(text_of_whole(part))

    def parts(self, chapter: ReportChapter) -> list[ReportChapter]:
        """A chapter of two kinds (存在问题及下一步工作) divided at its subheadings, else where its text turns."""
        is_both = bool(BOTH.search(chapter.draft.heading))
        headed = [text for text in chapter.texts if text.heading and text.marker and text.marker.kind in self.order]
        levels = {id(text): self.order.index(text.marker.kind) for text in headed if text.marker}
        outer = min(levels.values(), default=None)
        subheadings = [text for text in headed if levels[id(text)] == outer]
        kinds = {kind_of_chapter(text.heading or "") for text in subheadings}
        if len(kinds - {"other"}) == 2 and (is_both or "other" not in kinds):
            return self.parts_at(chapter, subheadings)
        if is_both:
            chapter.draft.kind = "difficulties"
            return self.parts_at_turn(chapter)
        return [chapter]

    def parts_at(self, chapter: ReportChapter, subheadings: list[Text]) -> list[ReportChapter]:
        """One part a subheading; the heading over them stays where text of its own stands under it, else it is furniture."""
        parts = [ReportChapter(chapter.heading, chapter.draft)]
        headings = {id(text) for text in subheadings}
        for text in chapter.texts:
            if id(text) in headings:
                self.ledger.unmark(text.passage)
                self.ledger.mark(text.passage, PieceKind.HEADING)
                heading = text.heading or ""
                kind = kind_of_chapter(heading)
                draft = BlockDraft(heading, kind, line=text.passage.line, project=chapter.draft.project)
                parts.append(ReportChapter(text.passage, draft))
            else:
                parts[-1].texts.append(text)
        if parts[0].texts:
            return parts
        self.ledger.unmark(chapter.heading)
        self.ledger.mark(chapter.heading, PieceKind.FURNITURE)
        return parts[1:]

    def parts_at_turn(self, chapter: ReportChapter) -> list[ReportChapter]:
        """The chapter up to the sentence that begins 下一步, and from there on, under the same heading."""
        for index, text in enumerate(chapter.texts):
            if turn := TURN.search(text.passage.view):
                before = [Text(text.passage.cut(0, turn.start()), text.marker, None)] if turn.start() else []
                after = Text(text.passage.cut(turn.start()), None if before else text.marker, None)
                first, second = chapter.texts[:index] + before, [after, *chapter.texts[index + 1 :]]
                draft = BlockDraft(
                    chapter.draft.heading, "next_steps", line=after.passage.line, project=chapter.draft.project
                )
                return [
                    ReportChapter(chapter.heading, chapter.draft, first),
                    ReportChapter(chapter.heading, draft, second),
                ]
        return [chapter]

    def read_tasks(self, chapter: ReportChapter) -> None:
        """Give every text of the chapter to the task whose headings it stands under."""
        path: list[tuple[int, str]] = []
        for index, text in enumerate(chapter.texts):
            kind = text.marker.kind if text.marker else None
            rank = self.order.index(kind) if kind in self.order else None
            if rank is not None:
                path = [(other, heading) for other, heading in path if other < rank]
            if rank is not None and text.heading and index + 1 < len(chapter.texts):
                path.append((rank, text.heading))
            elif path:
                self.add_to_task([heading for _, heading in path], chapter.draft, text.passage)

    def add_to_task(self, path: list[str], block: BlockDraft, passage: Passage) -> None:
        """Add a paragraph to a task's text of the chapter's kind; the first spelling of its path stays."""
        key = (block.project, task_key(path))
        task = self.tasks.setdefault(key, TaskDraft(path, project=block.project))
        if path != task.path:
            task.printed[block.kind] = path
        self.task_texts.setdefault((*key, block.kind), (task, []))[1].append(passage)


def may_name_project(paragraph: Paragraph) -> bool:
    """Whether a line can be the heading of a project: short, no sentence, announcing nothing."""
    view = paragraph.content.view.strip().rstrip("。")
    return 2 <= len(view) <= 50 and not re.search(r"[。；，:]|如下", view)


def text_of_whole(chapter: ReportChapter) -> list[str]:
    """The texts of a chapter that stand before its first subheading or number: what is said there is of the whole."""
    numbered = (index for index, text in enumerate(chapter.texts) if text.heading or text.marker)
    first = next(numbered, len(chapter.texts))
    return [text.passage.text for text in chapter.texts[:first]]


def set_completion(draft: FeedbackDraft, whole: dict[str, list[str]]) -> None:
    """The rate stated for the whole; of several projects each its own, and none for the whole."""
    for project in draft.projects:
        project.completion_percent = one_rate([project.body, *whole.get(project.number, [])])
    if len(draft.projects) <= 1:
        bodies = [project.body for project in draft.projects]
        draft.completion_percent = one_rate([draft.preamble, *bodies, *chain.from_iterable(whole.values())])
