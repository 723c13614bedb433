"""Hints for a good entry, and warnings about a doubtful one: they never block (DESIGN 10). Pure functions."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tracking.models.difficulty import names_difficulty

from .percent import percent_text, share_question

LEAP = 40  # percentage points in one period
SHORT = 12  # characters

# One line above each box.
GOOD_ENTRY = {
    "completion_percent": "按年度目标估算到本期末完成了多少；没有填写与 0 不同。",
    "progress": "写做了什么、做到哪一步、有什么数据，如“已完成 3 所学校验收，占 60%”。",
    "difficulties": "写卡在哪里、涉及哪个部门、需要什么支持；这一栏会直接报给局领导。",
    "next_steps": "写下一步做什么、谁来做、什么时候完成，如“11 月底前完成其余 2 所验收”。",
}

# Offered beside 本期无新进展, so that saying so is one click.
UNCHANGED_REASONS = ("按计划下阶段开展", "等待上级批复", "等待相关部门反馈")

LABELS = {"progress": "目前进展情况", "difficulties": "存在的困难", "next_steps": "下一步工作措施"}
NOT_TEXT = re.compile(r"[\s,.;:!?，。；：！？、]+")


@dataclass(frozen=True)
class Said:
    """What a report says, its tasks' texts included."""

    completion: Decimal | None = None
    progress: str = ""
    difficulties: str = ""
    next_steps: str = ""
    unchanged: bool = False

    @classmethod
    def of(cls, report) -> "Said":
        """Return what `report` says."""
        texts = {name: report.compiled(name) for name in LABELS}
        if not report.has_difficulties:
            texts["difficulties"] = ""
        return cls(completion=report.completion_percent, unchanged=report.unchanged, **texts)


@dataclass(frozen=True)
class Warning:
    """A doubt about one field, as a sentence."""

    field: str
    text: str


def core(text: str) -> str:
    """Return the text without white space and punctuation, for comparing."""
    return NOT_TEXT.sub("", text)


def warnings(said: Said, before: Said | None = None) -> list[Warning]:
    """Return what is doubtful about `said`, compared with last period's `before`."""
    found = [*_about_completion(said, before), *_about_length(said)]
    return found + (_about_repetition(said, before) if before else [])


def _about_completion(said, before):
    now, then = said.completion, before.completion if before else None
    if now == 100 and names_difficulty(said.difficulties):
        yield Warning("completion_percent", "完成率是 100%，但还写有存在的困难，请核对。")
    if question := share_question(now):
        yield Warning("completion_percent", question)
        return
    if now is None or then is None:
        return
    if now < then:
        yield Warning(
            "completion_percent", f"完成率比上期的 {percent_text(then)} 低，请核对；确实回落的，请在进展中说明。"
        )
    elif now - then > LEAP:
        yield Warning(
            "completion_percent",
            f"完成率比上期的 {percent_text(then)} 高出 {percent_text(now - then).removesuffix('%')} 个百分点，请核对。",
        )


def _about_length(said):
    if not said.unchanged and 0 < len(core(said.progress)) < SHORT:
        yield Warning("progress", "文字很短，请写明做了什么、到哪一步、有什么数据。")


def _about_repetition(said, before):
    if said.unchanged:
        return []
    same = [name for name in LABELS if core(getattr(said, name)) and _same(said, before, name)]
    return [
        Warning(name, _SAME[name]) for name in same if name != "difficulties" or names_difficulty(said.difficulties)
    ]


def _same(said, before, name):
    return core(getattr(said, name)) == core(getattr(before, name))


_SAME = {
    "progress": "与上期文字相同。有新进展请补充；确无进展的，可选“本期无新进展”并写明原因。",
    "difficulties": "与上期文字相同，请确认困难是否仍然存在。",
    "next_steps": "与上期文字相同，请确认上期的措施是否已经落实。",
}
