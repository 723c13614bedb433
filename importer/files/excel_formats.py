"""A number format of a workbook, taken apart: its sections, their conditions, and the signs each section is made of.

The language is that of ECMA-376 part 1, 18.8.31, with what Chinese Excel and WPS add: `!` escapes as `\\` does, `e` is the
year, `aaa` and `aaaa` the day of the week, `上午/下午` the half of the day, `[DBNum1]` Chinese numerals, `G/通用格式` General.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne

# Formats that are known by number alone, as Chinese Excel shows them (ECMA-376 18.8.30, zh-cn).
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: "¥#,##0;¥-#,##0", 6: "¥#,##0;¥-#,##0", 7: "¥#,##0.00;¥-#,##0.00", 8: "¥#,##0.00;¥-#,##0.00",
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"', 42: '¥#,##0;¥-#,##0;¥"-"', 43: '#,##0.00;-#,##0.00;"-"', 44: '¥#,##0.00;¥-#,##0.00;¥"-"',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
SYSTEM_DATE, SYSTEM_TIME = 'yyyy"年"m"月"d"日"', "h:mm:ss"  # what [$-F800] and [$-F400] ask the system for
LONGEST = 500  # characters of a format; Excel allows 255

# One sign of a format: (what it is, its form), the first that fits.
SIGNS = (
    ("literal", re.compile(r'"([^"]*)"?')),
    ("literal", re.compile(r"[\\!](.)")),
    ("nothing", re.compile(r"[_*].")),
    ("bracket", re.compile(r"\[([^\]]*)\]")),
    ("general", re.compile(r"(?i)General|G/通用格式")),
    ("half", re.compile(r"(?i)AM/PM|A/P|上午/下午")),
    ("exponent", re.compile(r"E([+-])")),
    ("day", re.compile(r"(?i)y+|e+|m+|d+|a{3,}|h+|s+(?:\.0+)?|b{2,}|g+")),
    ("digit", re.compile(r"[0#?]")),
    ("point", re.compile(r"\.")),
    ("comma", re.compile(r",")),
    ("percent", re.compile(r"%")),
    ("text", re.compile(r"@")),
    ("slash", re.compile(r"/")),
    ("literal", re.compile(r"(?s)(.)")),
)
CONDITION = re.compile(r"(>=|<=|<>|=|>|<)\s*(-?\d+(?:\.\d+)?)")
COMPARE = {">=": ge, "<=": le, "<>": ne, "=": eq, ">": gt, "<": lt}
ELAPSED = re.compile(r"(?i)h+|m+|s+")
NUMERALS = re.compile(r"(?i)DBNum([123])")
LOCALE = re.compile(r"\$([^-]*)(?:-([0-9A-Fa-f]*))?")
CHINESE_LOCALES = ("804", "404", "C04", "1004", "1404")


@dataclass(frozen=True)
class Sign:
    """One sign of a section: what it is and its words (`literal` "年", `day` "yyyy", `digit` "0")."""

    kind: str
    text: str


@dataclass(frozen=True)
class FormatSection:
    """One section: its signs, the condition it holds for, the numerals it writes, whether its words are Chinese."""

    signs: tuple[Sign, ...]
    condition: tuple[str, Decimal] | None = None
    numerals: int = 0  # of [DBNum1] to [DBNum3]; 0 for plain digits
    is_chinese: bool = False

    def has(self, kind: str) -> bool:
        """Whether a sign of this kind is in it."""
        return any(sign.kind == kind for sign in self.signs)

    def holds(self, number: Decimal) -> bool:
        """Whether its condition is true of a number."""
        return self.condition is None or COMPARE[self.condition[0]](number, self.condition[1])

    @property
    def form(self) -> str:
        """What it shows: a day (or time), General, text, a number, or nothing but its own words."""
        kinds = {"day": "day", "half": "day", "elapsed": "day", "general": "general", "digit": "number", "text": "text"}
        return next((form for kind, form in kinds.items() if self.has(kind)), "words")


@dataclass(frozen=True)
class NumberFormat:
    """A format: its sections for numbers, and the one for text where it has one."""

    sections: tuple[FormatSection, ...]
    text: FormatSection | None = None

    def section_for(self, number: Decimal) -> tuple[FormatSection, bool]:
        """The section that shows a number, and whether it shows it without its minus sign."""
        first, *rest = self.sections
        if first.condition or (rest and rest[0].condition):
            chosen = next((s for s in self.sections[:2] if s.condition and s.holds(number)), None)
            plain = next((s for s in self.sections if not s.condition), None)
            section = chosen or plain or self.sections[-1]
            return section, bool(
                section.condition and section.condition[0] in ("<", "<=") and section.condition[1] <= 0
            )
        if number < 0 and rest:
            return rest[0], True
        return (rest[1], False) if number == 0 and len(rest) > 1 else (first, False)


def signs_of(code: str) -> list[Sign]:
    """The signs of one section."""
    found, place = [], 0
    while place < len(code):
        for kind, pattern in SIGNS:
            if match := pattern.match(code, place):
                words = match[match.lastindex] if match.lastindex else match[0]
                found.append(Sign(kind, words or ""))
                place = match.end()
                break
    return found


def section_of(signs: list[Sign]) -> FormatSection:
    """A section of its signs: what its brackets say is taken out of them."""
    kept: list[Sign] = []
    condition, numerals, is_chinese = None, 0, False
    for sign in signs:
        if sign.kind == "half" and sign.text.startswith("上"):
            is_chinese = True
        if sign.kind == "nothing":
            continue
        if sign.kind != "bracket":
            kept.append(sign)
        elif match := CONDITION.fullmatch(sign.text):
            condition = (match[1], Decimal(match[2]))
        elif match := NUMERALS.fullmatch(sign.text):
            numerals = int(match[1])
        elif ELAPSED.fullmatch(sign.text):
            kept.append(Sign("elapsed", sign.text.lower()))
        elif match := LOCALE.fullmatch(sign.text):
            place = (match[2] or "").upper().lstrip("0")
            if place in ("F800", "F400"):
                return section_of(signs_of(SYSTEM_DATE if place == "F800" else SYSTEM_TIME))
            is_chinese = is_chinese or place[-4:].endswith(CHINESE_LOCALES)
            if match[1]:
                kept.append(Sign("literal", match[1]))
    return FormatSection(tuple(minutes_told(kept)), condition, numerals, is_chinese)


def minutes_told(signs: list[Sign]) -> list[Sign]:
    """The signs with `m` beside hours or seconds told from the months."""
    days = [index for index, sign in enumerate(signs) if sign.kind in ("day", "elapsed")]
    found = list(signs)
    for place, index in enumerate(days):
        text = signs[index].text.lower()
        before = signs[days[place - 1]].text.lower() if place else ""
        after = signs[days[place + 1]].text.lower() if place + 1 < len(days) else ""
        if signs[index].kind == "day" and text in ("m", "mm") and (before.startswith("h") or after.startswith("s")):
            text = text.replace("m", "n")
        found[index] = Sign(signs[index].kind, text)
    return found


@lru_cache(maxsize=2000)
def format_of(code: str) -> NumberFormat:
    """A format code taken apart; what is no format shows a number as it is."""
    parts: list[list[Sign]] = [[]]
    for sign in signs_of(code[:LONGEST]):
        if sign == Sign("literal", ";"):
            parts.append([])
        else:
            parts[-1].append(sign)
    sections = [section_of(part) for part in parts]
    text = sections.pop(3) if len(sections) > 3 else None
    if text is None and sections[-1].form == "text":  # the last of fewer than four may be the one for text
        text = sections.pop()
    general = section_of([Sign("general", "General")])
    return NumberFormat(tuple(sections[:3]) or (general,), text)


def known_format(number: int) -> str:
    """The code of a format known by its number; General for one that is not."""
    return BUILT_IN.get(number, "General")
