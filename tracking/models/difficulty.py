"""Whether a report names a difficulty: the one rule, for a text in Python and for rows in SQL.

Blank is none, and so are the words offices put into a box that must not look forgotten: 无, 暂无困难, “没有。”, “/”. Both
sides use one regular expression, written so that Python, SQLite and PostgreSQL (whatever its LC_CTYPE) read it alike;
`tests/tracking/test_difficulty.py` holds them together.
"""

import re

from django.db.models import Exists, OuterRef, Q

# What may stand anywhere in such a text; spelt out, for \s differs from engine to engine.
FILLER = "[ \t\r\n\f\v\u00a0\u3000\u200b,.;:!?，。．；：！？、（）()]*"
SINCE = ("截至目前", "目前", "现阶段", "本期", "暂时", "暂", "尚", "均")
NONE = ("没有", "未遇到", "未发现", "不存在", "无")
WHICH = ("其他", "其它", "明显", "突出", "较大", "重大", "存在的", "存在", "任何", "什么", "需要协调的", "需协调的")
WHAT = ("困难和问题", "困难与问题", "困难问题", "问题和困难", "困难", "问题", "事项", "情况")
SIGNS = ("/", "／", "-", "—", "－")


def _any(words) -> str:
    """Return the pattern of one of `words`, with filler allowed between and behind its characters."""
    return "(?:" + "|".join("".join(re.escape(character) + FILLER for character in word) for word in words) + ")"


NO_DIFFICULTY = f"^{FILLER}(?:{_any(SINCE)}*{_any(NONE)}{_any(WHICH)}*{_any(WHAT)}?|{_any(SIGNS)}+)?$"
_none = re.compile(NO_DIFFICULTY)


def names_difficulty(text: str) -> bool:
    """Say whether the text of 存在的困难 names one."""
    return not _none.match(text)


def naming_difficulty(task_reports) -> Q:
    """Return the condition on a Report that it, or one of its `task_reports` (a queryset), names a difficulty."""
    of_tasks = task_reports.filter(report=OuterRef("pk")).exclude(difficulties__regex=NO_DIFFICULTY)
    return ~Q(difficulties__regex=NO_DIFFICULTY) | Exists(of_tasks)
