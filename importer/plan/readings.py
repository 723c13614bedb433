"""The ways a document can be read, scored by what a work plan is; the best is taken, the next best is offered.

A `Choice` says which of them is wanted: `medium` text or table, `kind` plan or feedback, `outline` which numbers are
the items. What it leaves open is decided by the scores (`weights.py`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

from importer.drafts.drafts import Alternative
from importer.text.numbering import HEADING_KINDS
from importer.text.paragraphs import Marker, Paragraph
from importer.text.passages import VIEW

from .chapters import is_heading, kind_of_chapter
from .dates import IN_TEXT, SURE_LABEL
from .offices import office_stretches
from .outline import HeadingRole, assign_roles, carries_text, kinds_in_order, section_kinds
from .surroundings import Frame
from .weights import OUTLINE, OUTLINE_CLOSE, REPORT, REPORT_CLOSE

SURELY_REPORT = re.compile(r"反馈|总结|小结|自评|自查|述职|汇报|通报|专报|简报|快报|周报|月报|季报")
PROGRESS_TITLE = re.compile(r"(?:推进|完成|落实|进展|执行|开展|工作)情况|报告(?:\(.*\))?$")
PLAN_TITLE = re.compile(
    r"(?:要点|计划|规划|意见|方案|安排|打算|分工|分解|任务|任务书|清单|通知|办法|细则|责任书)(?:\(.*\))*$"
)
ASKS_FOR = re.compile(
    r"(?:总结|小结|自评|自查|述职|汇报|通报)(?!.{0,4}(?:[及和与暨]|20\d\d)).*(?:通知|方案|办法|意见|安排|要点|细则|计划)(?:\(.*\))*$"
)
ANNOUNCED = re.compile(
    r"(?:情况|工作|事项)?(?:通报|报告|汇报|总结|反馈)(?:如下|：|:)|(?:有关|相关|进展|落实|完成)情况(?:如下|向)"
)
DONE_HEADING = re.compile(
    r"(?:完成|整改|落实|推进|进展|开展|执行|工作|学习|办理|检查)情况|进展|成效|回顾|总结|成绩|做法"
)
NEXT_HEADING = re.compile(
    r"下一?步|下一?阶段|打算|今后|明年|来年|后期|(?:下|后)半年.{0,4}(?:计划|安排|任务|工作)|下[周月]|20\d\d年.{0,6}(?:计划|安排|思路)|努力方向"
)
PAST = re.compile(r"已经?[^，。]{1,20}|完成了|开展了|举办了|截至|累计|达到了|同比|增长了|[\u4e00-\u9fff]了[^，。]{2,}")


@dataclass(frozen=True)
class Choice:
    """Which reading is wanted; empty where the scores decide. As text: `kind=feedback;outline=items`."""

    medium: str = ""  # text, table
    kind: str = ""  # plan, feedback
    outline: str = ""  # rules, sections, items

    @classmethod
    def of(cls, text: str) -> "Choice":
        """The choice that was written as text; what is not understood is left open."""
        parts = dict(part.split("=", 1) for part in text.split(";") if "=" in part)
        return cls(**{field.name: parts[field.name] for field in fields(cls) if field.name in parts})

    def with_(self, **changes: str) -> "Choice":
        """This choice with one thing chosen otherwise."""
        return replace(self, **changes)

    def __str__(self) -> str:
        return ";".join(f"{field.name}={value}" for field in fields(self) if (value := getattr(self, field.name)))


@dataclass(frozen=True)
class Outline:
    """One way to tell sections, headings and items apart."""

    name: str
    roles: tuple[HeadingRole, ...]
    score: float

    @property
    def items(self) -> int:
        """How many items it finds."""
        return sum(1 for role in self.roles if role is HeadingRole.ITEM)


def outlines(paragraphs: Sequence[Paragraph], wanted: str = "") -> list[Outline]:
    """The outlines a document can have, the best first; `wanted` comes first whatever its score."""
    order = kinds_in_order(paragraphs)
    ways: dict[str, set[str] | None] = {"rules": None}
    if len(order) > 1 and "article" not in order:
        by_rules = section_kinds(order, paragraphs)
        ways |= {"sections": by_rules | {order[0]}, "items": set()}
        if by_rules:
            ways["items"] = by_rules - {order[len(by_rules) - 1]}
    told = [bool(office_stretches(paragraph.view, paragraph.familiar)) for paragraph in paragraphs]
    long = [paragraph.marker is not None and carries_text(paragraph) for paragraph in paragraphs]
    found: dict[tuple[HeadingRole, ...], Outline] = {}
    for name, sections in ways.items():
        roles = tuple(assign_roles(paragraphs, sections))
        if roles not in found:
            found[roles] = Outline(
                name,
                roles,
                score_of_outline(paragraphs, roles, told, long) + OUTLINE["as_the_rules_read"] * (name == "rules"),
            )
    ranked = sorted(found.values(), key=lambda outline: -outline.score)
    return sorted(ranked, key=lambda outline: outline.name != wanted) if wanted else ranked


def score_of_outline(
    paragraphs: Sequence[Paragraph], roles: Sequence[HeadingRole], told: Sequence[bool], long: Sequence[bool]
) -> float:
    """How much a document looks like a plan in one outline."""
    items = whole = with_offices = statements = headed = headings = with_text = empty = like_items = 0
    in_item = has_offices = has_text = False
    is_empty = False
    runs = Runs()
    for index, role in enumerate(roles):
        if role is not HeadingRole.TEXT:
            whole += in_item and has_text
            with_offices += in_item and has_offices
            in_item, has_text, has_offices = role is HeadingRole.ITEM, long[index], False
            runs.close()
        if role in (HeadingRole.SECTION, HeadingRole.LEVEL2):
            empty += is_empty and role is HeadingRole.SECTION
            headings, with_text, headed = headings + 1, with_text + long[index], headed + told[index]
        elif role is HeadingRole.ITEM:
            items += 1
        elif in_item:
            has_text = True
            marker = paragraphs[index].marker
            if marker is not None and marker.kind != "bullet":
                like_items += long[index]
                runs.add(marker)
        is_empty = role is HeadingRole.SECTION and not long[index]
        if told[index] and in_item:
            statements, has_offices = statements + 1, True
    whole += in_item and has_text
    with_offices += in_item and has_offices
    shares = {
        "title_and_text": (whole, items),
        "offices_apart": (with_offices, statements),
        "offices_in_headings": (headed, headings),
        "points_like_items": (like_items, items + like_items),
        "points_run_on": (runs.on, runs.on + runs.anew),
        "headings_with_text": (with_text, headings),
        "empty_headings": (empty + is_empty, headings),
        "one_item": (items <= 1, 1),
    }
    return sum(OUTLINE[name] * part / whole_ for name, (part, whole_) in shares.items() if whole_)


class Runs:
    """Whether the points below items are numbered on from one item into the next, as items are below sections."""

    def __init__(self) -> None:
        self.on = self.anew = 0
        self.last: Marker | None = None  # the last point of the items before
        self.here: Marker | None = None  # the last point of this item

    def add(self, marker: Marker) -> None:
        """A point below the item that is open."""
        if self.here is None and self.last is not None and marker.kind == self.last.kind and marker.number:
            is_next = self.last.number is not None and marker.number == self.last.number + 1
            self.on, self.anew = self.on + is_next, self.anew + (not is_next)
        self.here = marker

    def close(self) -> None:
        """The item is at its end."""
        self.last, self.here = self.here or self.last, None


def is_close(ranked: Sequence[Outline]) -> bool:
    """Whether the second outline is nearly as good as the one taken, or better."""
    return len(ranked) > 1 and ranked[0].score - ranked[1].score < OUTLINE_CLOSE


def score_of_report(frame: Frame) -> float:
    """How much a document looks like a report of what was done (above 0) and not like a plan (below)."""
    title = frame.title.translate(VIEW)
    headings = [p.content.view for p in frame.body if is_heading(p) and p.kind in HEADING_KINDS]
    kinds = {kind_of_chapter(heading) for heading in headings}
    is_done = any(DONE_HEADING.search(heading) for heading in headings)
    numbered = [p for p in frame.body if p.marker]
    opening = [p.view for p in frame.body[:6] if not p.marker] + [p.view for _, p in frame.furniture if not p.marker]
    is_plan = bool(PLAN_TITLE.search(title)) or bool(ASKS_FOR.search(title))
    is_report = bool(SURELY_REPORT.search(title)) and not ASKS_FOR.search(title)
    shares = {
        "title_of_report": is_report,
        "title_of_plan": is_plan and not is_report,
        "title_of_progress": not is_report and not is_plan and bool(PROGRESS_TITLE.search(title)),
        "announced": any(ANNOUNCED.search(view) for view in opening),
        "progress_and_difficulties": {"progress", "difficulties"} <= kinds,
        "progress_and_next_steps": is_done
        and "difficulties" not in kinds
        and any(NEXT_HEADING.search(heading) for heading in headings),
        "progress": is_done,
    }
    score = sum(REPORT[name] * part for name, part in shares.items())
    if score <= -REPORT_CLOSE:
        return score  # what follows would hardly turn it
    slow = {
        "past": share(frame.body, lambda p: PAST.search(p.view)) if not title else 0,
        "offices": share(numbered, lambda p: office_stretches(p.view, p.familiar)),
        "deadlines": share(numbered, lambda p: IN_TEXT.search(p.view) or SURE_LABEL.search(p.view)),
    }
    return score + sum(REPORT[name] * part for name, part in slow.items())


def other_outlines(paragraphs: Sequence[Paragraph], ranked: Sequence[Outline], choice: Choice) -> list[Alternative]:
    """The next best outline, where it is close or the one taken was asked for."""
    if len(ranked) < 2 or not (is_close(ranked) or choice.outline or ranked[0].name != "rules"):
        return []
    other = ranked[1]
    first = next((paragraphs[index] for index, role in enumerate(other.roles) if role is HeadingRole.ITEM), None)
    if first is None:
        return []
    words = first.text if len(first.text) <= 24 else first.text[:24] + "…"
    return [
        Alternative(
            str(choice.with_(outline=other.name)),
            f"分成 {other.items} 项来读",
            f"按这种读法，第一项从“{words}”开始，共 {other.items} 项。",
        )
    ]


def other_kinds(kind: str, score: float, choice: Choice) -> list[Alternative]:
    """Plan for report and report for plan, where the score is close or the kind was asked for."""
    if abs(score) >= REPORT_CLOSE and not choice.kind:
        return []
    if kind == "feedback":
        return [Alternative(str(choice.with_(kind="plan")), "按工作计划读", "编号的各条作为要办的工作事项。")]
    return [
        Alternative(
            str(choice.with_(kind="feedback")),
            "按总结（反馈）读",
            "写的是做过的事：各部分读成进展、困难、下一步，不产生要办的事项。",
        )
    ]


def other_medium(medium: str, count: int, choice: Choice) -> Alternative:
    """The text for the table, the table for the text."""
    if medium == "table":
        return Alternative(
            str(choice.with_(medium="table")), "按表格读", f"文件里的任务表有 {count} 项，按表格的列读科室和时限。"
        )
    return Alternative(
        str(choice.with_(medium="text")), "按正文读", f"表格之外的正文里有 {count} 条编号的内容，按正文读成事项。"
    )


def share(paragraphs: Sequence[Paragraph], test: Callable[[Paragraph], object]) -> float:
    """The share of paragraphs a test holds for."""
    return sum(1 for paragraph in paragraphs if test(paragraph)) / len(paragraphs) if paragraphs else 0.0
