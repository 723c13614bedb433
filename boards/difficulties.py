"""困难清单: every difficulty of a period, since when it has been raised, and whether its words are the same."""

from collections import defaultdict
from dataclasses import dataclass

from tracking.lamps import is_counted
from tracking.models import Period, Report

from .rows import BoardRow

AGE_RULE = "期数指到本期为止连续提出困难的期数，没有报告的一期不算中断；文字未变指与上一期一字不差。"
AGES = {"old": "以前提出、仍在", "new": "本期新提"}


@dataclass(frozen=True)
class Difficulty:
    """One item's difficulties of the period; `age` counts periods on end that raise some, this one included."""

    row: BoardRow
    age: int
    since: Period
    is_repeated: bool

    @property
    def is_old(self) -> bool:
        """Say whether it was raised before and is still there."""
        return self.age > 1


def difficulties(rows: list[BoardRow], period: Period, periods: list[Period]) -> list[Difficulty]:
    """Return the difficulties among `rows` (counted items), the longest standing first; one query."""
    past = [each for each in periods if each.as_of <= period.as_of]
    told = [row for row in rows if row.has_difficulties and is_counted(row.item.status)]
    said = _said([row.item.pk for row in told], past)
    found = [_difficulty(row, said[row.item.pk], past) for row in told]
    return sorted(found, key=lambda each: (-each.age, each.row.item.plan_id, each.row.item.position))


def _said(items, periods):
    """Return item → period → (its own text, whether it raised any difficulty)."""
    reports = Report.objects.filter(item__in=items, period__in=periods).with_difficulties_named().order_by()
    said = defaultdict(dict)
    for item, period, text, named in reports.values_list("item_id", "period_id", "difficulties", "names_difficulty"):
        said[item][period] = (text.strip(), bool(named))
    return said


def _difficulty(row: BoardRow, said: dict, past: list[Period]) -> Difficulty:
    """Count back over the periods the item reported in."""
    reported = [period for period in past if period.pk in said]
    age = 0
    while age < len(reported) and said[reported[-1 - age].pk][1]:
        age += 1
    texts = [said[period.pk][0] for period in reported]
    repeated = age > 1 and bool(texts[-1]) and texts[-1] == texts[-2]
    return Difficulty(row, age, reported[-age], repeated)


def asked_for(found: list[Difficulty], params) -> tuple[list[Difficulty], str]:
    """Return those of the office, the age and the words in `params`, and the filter in words ("" for none)."""
    office, age, text = (params.get(name, "").strip() for name in ("office", "age", "q"))
    shown = [each for each in found if _is_asked(each, office, age, text.casefold().split())]
    names = {str(each.row.reporting_office_id): each.row.reporting_name for each in found}
    said = (("科室", names.get(office, office)), ("期数", AGES.get(age, age)), ("文字", text))
    return shown, "；".join(f"{label}：{value}" for label, value in said if value)


def _is_asked(each: Difficulty, office: str, age: str, words: list[str]) -> bool:
    row = each.row
    if office and str(row.reporting_office_id) != office:
        return False
    if age and each.is_old != (age == "old"):
        return False
    text = "\n".join((row.item.number, row.item.title, row.difficulties, row.next_steps)).casefold()
    return all(word in text for word in words)
