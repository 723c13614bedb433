"""What a person should look at in the items read: days there are not, brackets not understood, numbers out of order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from importer.drafts.drafts import ItemDraft, Problem, ProblemKind, SectionDraft
from importer.text.numerals import number_of

from .dates import Deadline
from .offices import doubtful_stretches

NUMERALS = re.compile(r"[\d一二三四五六七八九十百①-⒛㈠-㈩]")
NUMERALS_ONLY = re.compile(r"[^\d一二三四五六七八九十百①-⒛㈠-㈩]")


def deadline_problems(item: ItemDraft, deadline: Deadline) -> list[Problem]:
    """Warnings for a deadline whose words name no day, or a day there is not."""
    if deadline.wrong:
        return [
            Problem(
                item.line,
                deadline.words,
                f"没有“{deadline.wrong}”这一天，这一处时限没有读成日期。",
                "请核对原文，在事项里补填完成时限。",
                kind=ProblemKind.DEADLINE,
            )
        ]
    if deadline.unread:
        return [
            Problem(
                item.line,
                deadline.words,
                f"这一处时限没有读成日期：“{deadline.words}”。",
                "请在事项里补填完成时限；原话已保留。",
                kind=ProblemKind.DEADLINE,
            )
        ]
    return []


def doubtful_brackets(item: ItemDraft, texts: Sequence[str], familiar: frozenset[str]) -> list[Problem]:
    """Warnings for brackets that look like offices and were not read as such."""
    return [
        Problem(
            item.line,
            text[start:end],
            "这个括号像是写责任科室的，没有读成科室。",
            "如果是科室，请在事项里补填；不是就不用管。",
            kind=ProblemKind.BRACKET,
        )
        for text in texts
        for start, end in doubtful_stretches(text, familiar)
    ]


@dataclass
class Run:
    """Numbers of one form that go on: where each stands, the last one, and the heading it stands under."""

    lines: dict[int, int] = field(default_factory=dict)
    last: int = 0
    place: tuple[object, ...] | None = None


def repeated_numbers(sections: Sequence[SectionDraft]) -> list[Problem]:
    """Warnings for numbers that stand twice or leave a gap where they run on; they start again at 1."""
    problems = []
    runs: dict[str, Run] = {}  # a run for each form of number: 1, （一）, 第一条
    for section in sections:
        for item in section.items:
            form, value = form_and_value(item.number)
            place = (id(section), item.level2)
            if value is None:
                continue
            run = runs.setdefault(form, Run())
            is_moved = (
                run.place is not None and place[0] != run.place[0] and value <= run.last and not item.number.isdigit()
            )
            if is_moved or (value == 1 and (place != run.place or run.last > 1)):
                run.lines, run.last = {}, 0
            if value in run.lines:
                problems.append(
                    number_problem(
                        item,
                        f"编号“{item.number}”重复，第 {run.lines[value]} 行已经用过。",
                        "两项都已保留，请核对编号。",
                    )
                )
            elif run.lines and value > run.last + 1:
                problems.append(
                    number_problem(item, f"编号从 {run.last} 跳到 {value}。", "请核对原文是否缺项；编号照原文保留。")
                )
            run.lines[value], run.last, run.place = item.line, value, place
    return problems


def form_and_value(number: str) -> tuple[str, int | None]:
    """The form of a number, by which those that go on are told, and its value: （三） is （） and 3, 1.2 is 1. and 2."""
    if match := re.fullmatch(r"(\d+(?:[.．\-—–－]\d+)*[.．\-—–－])(\d+)", number):
        return match[1], int(match[2])
    return NUMERALS.sub("", number), number_of(NUMERALS_ONLY.sub("", number))


def number_problem(item: ItemDraft, message: str, hint: str) -> Problem:
    """A warning about an item's number."""
    return Problem(item.line, f"{item.number} {item.title}", message, hint, kind=ProblemKind.NUMBER)
