"""The rows of an item's form on the import page: targets and milestones as typed, each refused with what is wrong."""

import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation

from django import forms

COMPARISONS = (("at_least", "不低于"), ("at_most", "不超过"), ("equal", "等于"), ("range", "介于"))


def number(text):
    """Return a number as typed, full-width digits and all; None where it is none or too long to be kept."""
    try:
        value = Decimal(unicodedata.normalize("NFKC", text).replace(",", "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10**15 else None


def targets_of(data) -> list[dict]:
    """Read the rows of targets; a row without a number is no target."""
    columns = [data.getlist(f"target_{name}") for name in ("comparison", "value", "upper", "unit", "text")]
    found = []
    for comparison, value, upper, unit, words in zip(*columns, strict=False):
        if not value.strip():
            continue
        row = {"comparison": comparison, "unit": unit.strip()[:20], "text": words.strip()[:200]}
        row |= {"value": number(value), "upper": number(upper) if comparison == "range" else None}
        if row["value"] is None or comparison not in dict(COMPARISONS) or (comparison == "range" and not row["upper"]):
            raise forms.ValidationError("数量目标的数值请写数字，如 80 或 99.5；“介于”要写上限。")
        if row["upper"] is not None and row["upper"] < row["value"]:
            raise forms.ValidationError("数量目标的上限不能小于数值。")
        found.append(row)
    return found


def milestones_of(data) -> list[dict]:
    """Read the rows of milestones; a row that says nothing is none. Raises ValidationError naming the row."""
    columns = [data.getlist(f"milestone_{name}") for name in ("what", "words", "due_on", "expected")]
    found = []
    for place, (what, words, due_on, expected) in enumerate(zip(*columns, strict=False), start=1):
        if not (what.strip() or due_on.strip() or expected.strip()):
            continue
        row = {"what": " ".join(what.split()), "words": words.strip()[:60]}
        row |= {"due_on": written_day(due_on), "expected_percent": number(expected)}
        if problem := milestone_problem(row, due_on, expected):
            raise forms.ValidationError(f"里程碑第 {place} 行：{problem}")
        found.append(row)
    return found


def written_day(text):
    """Return the day a date box sent; None where it is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def milestone_problem(row, due_on, expected) -> str:
    """Say what is wrong with a milestone as typed, "" where nothing is; `due_on` and `expected` are as sent."""
    if not row["what"]:
        return "请写明要完成什么，或清空这一行。"
    if due_on.strip() and row["due_on"] is None:
        return f"日期“{due_on.strip()}”请写成 2024-12-31 这样。"
    if not due_on.strip() and not row["words"]:
        return "请填写应完成日期。"
    if expected.strip() and (row["expected_percent"] is None or not 0 <= row["expected_percent"] <= 100):
        return f"应达进度“{expected.strip()}”请写 0 到 100 的数，或留空。"
    if expected.strip() and row["due_on"] is None:
        return "写了应达进度，就要写应完成日期。"
    return ""
