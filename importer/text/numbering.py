"""The forms of numbers before headings, items and points, from the outermost to the innermost: one row a form.

A new form is a row here and a pattern in `patterns.MARKERS` (with its example) or `DECIMALS`; who reads what of a form
is said by the columns, and the tables below them are made from the rows.
"""

import re
from dataclasses import dataclass

ANYTHING = "anything"


@dataclass(frozen=True)
class NumberingForm:
    """One form. `starts`: the characters it can begin with, as in a character class; "" where another row has them.

    `is_section`: it numbers sections, never points. `is_heading`: a line with it may be a heading that was broken.
    `begins_documents`: a file of several documents may begin a new one with it. `is_printed_whole`: its brackets belong
    to the number as it is printed. `over_decimals`: 1.1 can stand below it. `heads`: what must stand below a level-2
    heading of this form, ANYTHING, or "" where it heads none.
    """

    name: str
    starts: str = ""
    is_section: bool = False
    is_heading: bool = False
    begins_documents: bool = False
    is_printed_whole: bool = False
    over_decimals: bool = False
    heads: str = ""


NUMBERING = (
    NumberingForm("part", "第", is_section=True, is_heading=True, begins_documents=True, is_printed_whole=True, over_decimals=True),
    NumberingForm("chinese", "一二三四五六七八九十百零〇", is_section=True, is_heading=True, begins_documents=True, over_decimals=True),
    NumberingForm("article", "第", begins_documents=True, is_printed_whole=True, over_decimals=True),
    NumberingForm("named", "重民项任事实专行工举", begins_documents=True, is_printed_whole=True, over_decimals=True),
    NumberingForm("chinese_bracket", "(〔㈠-㈩", is_heading=True, begins_documents=True, is_printed_whole=True, over_decimals=True, heads=ANYTHING),
    NumberingForm("digit", r"\d⒈-⒛", over_decimals=True, heads="decimal"),
    NumberingForm("decimal", r"\d", is_printed_whole=True, heads="third_decimal"),
    NumberingForm("third_decimal", r"\d", is_printed_whole=True),
    NumberingForm("digit_bracket", "(⑴-⒇", is_printed_whole=True),
    NumberingForm("half_bracket", r"\d", is_printed_whole=True),
    NumberingForm("circled", "①-⑳㉑-㉟❶-❿", is_printed_whole=True),
    NumberingForm("bullet", "▲△●■◆★◇□▪►➢✓✔–—·•*○-"),
)  # fmt: skip

RANK = tuple(form.name for form in NUMBERING)
SECTION_KINDS = tuple(form.name for form in NUMBERING if form.is_section)
HEADING_KINDS = tuple(form.name for form in NUMBERING if form.is_heading)
OUTER_KINDS = tuple(form.name for form in NUMBERING if form.begins_documents)
PRINTED_WHOLE = tuple(form.name for form in NUMBERING if form.is_printed_whole)
OVER_DECIMALS = tuple(form.name for form in NUMBERING if form.over_decimals)
HEADS = {form.name: form.heads for form in NUMBERING if form.heads}
# What every marker begins with: lines of words are passed over at once. The hyphen of the bullets stands last.
MARKER_START = re.compile(f"[{''.join(form.starts for form in NUMBERING)}]")
