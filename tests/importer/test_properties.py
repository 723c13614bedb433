"""Whatever outline is written down in whatever style of numbering, the same outline is read back."""

import unittest
from dataclasses import dataclass

from django.test import tag
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from importer.files.readers import UnreadableDocument, is_ink
from importer.parse import parse_document
from importer.text.passages import account
from tests.importer.accounting import AccountingMixin

CN = "零一二三四五六七八九十"


def chinese(number):
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    return (CN[tens] if tens > 1 else "") + ("十" if tens else "") + (CN[ones] if ones or not tens else "")


# Ways to write a number in front of a section, a level-2 heading, an item, a point.
SECTION_STYLES = {
    "一、": lambda n: f"{chinese(n)}、",
    "一．": lambda n: f"{chinese(n)}．",
    "第一部分": lambda n: f"第{chinese(n)}部分 ",
}
HEADING_STYLES = {
    "（一）": lambda n: f"（{chinese(n)}）",
    "(一)": lambda n: f"({chinese(n)})",
    "（一）、": lambda n: f"（{chinese(n)}）、",
}
DIGIT_STYLES = {
    "1.": lambda n: f"{n}.",
    "1. ": lambda n: f"{n}. ",
    "1、": lambda n: f"{n}、",
    "１．": lambda n: "".join(chr(ord(digit) + 0xFEE0) for digit in str(n)) + "．",
    "1 .": lambda n: f"{n} ．",
}
ITEM_STYLES = {
    **DIGIT_STYLES,
    "（一）": HEADING_STYLES["（一）"],
    "（1）": lambda n: f"（{n}）",
    "①": lambda n: chr(0x2460 + n - 1) if n <= 20 else f"（{n}）",
    "第一条": lambda n: f"第{chinese(n)}条 ",
}
POINT_STYLES = {"（1）": lambda n: f"（{n}）", "①": lambda n: chr(0x2460 + n - 1), "▲": lambda n: "▲"}
JOINTS = {"lines": "\n", "blank lines": "\n\n", "crlf": "\r\n", "indented": "\n　　"}

WORDS = (
    "加强",
    "推进",
    "深化",
    "德育",
    "体育",
    "课程",
    "改革",
    "“双减”",
    "2.0平台",
    "5所学校",
    "教师队伍",
    "校园（含幼儿园）安全",
    "一体化",
    "2024年预算",
    "1+N",
)
OFFICES = ("德育科", "中教科", "教育学院", "各科室", "人事科（教师工作科）", "未保中心")


@st.composite
def phrases(draw):
    """Words a heading or sentence is made of; they begin with a verb, as headings do."""
    return draw(st.sampled_from(("加强", "推进", "做好"))) + "".join(
        draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
    )


@st.composite
def sentences(draw):
    """One to three sentences."""
    return "".join(draw(phrases()) + "，" + draw(phrases()) + "。" for _ in range(draw(st.integers(1, 3))))


@dataclass
class Item:
    title: str
    body: str
    points: list
    offices: list


@st.composite
def items(draw):
    points = draw(st.lists(sentences(), max_size=2))
    return Item(
        draw(phrases()), draw(sentences()), points, draw(st.lists(st.sampled_from(OFFICES), max_size=3, unique=True))
    )


groups = st.lists(st.lists(items(), min_size=1, max_size=4), min_size=2, max_size=4)


def item_lines(item, number, point_style):
    """An item as lines; its offices stand at the end of its first paragraph."""
    offices = f"（责任科室：{'、'.join(item.offices)}）" if item.offices else ""
    yield f"{number}{item.title}。{item.body}{offices}"
    for index, point in enumerate(item.points, start=1):
        yield POINT_STYLES[point_style](index) + point


def as_read(item, point_style):
    """What an item is read back as."""
    points = [POINT_STYLES[point_style](index) + point for index, point in enumerate(item.points, start=1)]
    return item.title, "\n".join([item.body, *points]), item.offices


@tag("slow")
class RoundTripTests(AccountingMixin, unittest.TestCase):
    def read_back(self, lines, joint):
        text = JOINTS[joint].join(["东湖区教育局2024年工作要点", *lines]) + "\n"
        drafts = parse_document("a.txt", text.encode())
        self.assertEqual(len(drafts), 1)
        self.assert_accounted(text, drafts)
        self.assertEqual(sum(account(drafts[0]).values()), len("".join(text.split())))
        return drafts[0]

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        groups,
        st.sampled_from(sorted(SECTION_STYLES)),
        st.sampled_from(sorted(ITEM_STYLES)),
        st.sampled_from(sorted(POINT_STYLES)),
        st.sampled_from(sorted(JOINTS)),
        st.booleans(),
    )
    @example(
        [[Item("加强德育", "加强德育，加强德育。", [], [])], [Item("加强德育", "加强德育，加强德育。", [], [])]],
        "一、",
        "1.",
        "①",
        "lines",
        True,
    )
    def test_sections_and_items(self, sections, section_style, item_style, point_style, joint, runs_on):
        if point_style == item_style:
            point_style = "▲"
        lines, number = [], 0
        for index, section in enumerate(sections, start=1):
            lines.append(f"{SECTION_STYLES[section_style](index)}抓好第{index}方面工作")
            number = number if runs_on or item_style == "第一条" else 0
            for item in section:
                number += 1
                lines.extend(item_lines(item, ITEM_STYLES[item_style](number), point_style))
        draft = self.read_back(lines, joint)
        self.assertEqual(
            [[(item.title, item.body, item.offices) for item in section.items] for section in draft.sections],
            [[as_read(item, point_style) for item in section] for section in sections],
        )

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(groups, min_size=2, max_size=3),
        st.sampled_from(sorted(HEADING_STYLES)),
        st.sampled_from(sorted(DIGIT_STYLES)),
        st.sampled_from(sorted(POINT_STYLES)),
        st.sampled_from(sorted(JOINTS)),
    )
    def test_three_levels(self, sections, heading_style, item_style, point_style, joint):
        lines, expected = [], []
        for number, section in enumerate(sections, start=1):
            lines.append(f"{chinese(number)}、抓好第{number}方面工作")
            for place, group in enumerate(section, start=1):
                lines.append(f"{HEADING_STYLES[heading_style](place)}做好第{place}类事项")
                for index, item in enumerate(group, start=1):
                    lines.extend(item_lines(item, DIGIT_STYLES[item_style](index), point_style))
                    expected.append((f"做好第{place}类事项", *as_read(item, point_style)))
        draft = self.read_back(lines, joint)
        self.assertEqual([(item.level2, item.title, item.body, item.offices) for item in draft.items], expected)
        self.assertEqual(
            [section.ordinal for section in draft.sections], [chinese(number + 1) for number in range(len(sections))]
        )

    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(items(), min_size=2, max_size=12),
        st.sampled_from(sorted(ITEM_STYLES)),
        st.sampled_from(sorted(JOINTS)),
    )
    def test_items_alone(self, alone, item_style, joint):
        point_style = "▲"
        lines = [
            line
            for number, item in enumerate(alone, start=1)
            for line in item_lines(item, ITEM_STYLES[item_style](number), point_style)
        ]
        draft = self.read_back(lines, joint)
        self.assertEqual(
            [(item.title, item.body, item.offices) for item in draft.items],
            [as_read(item, point_style) for item in alone],
        )

    @settings(max_examples=20, deadline=None)
    @given(st.text(alphabet="一二、（）()1.２①▲。：，科室责任附件要点2024年\n\r \u3000\u200b\x0c*教育局", max_size=120))
    def test_any_text_is_accounted_for(self, text):
        self.assert_any(text)

    @settings(max_examples=20, deadline=None)
    @given(st.text(max_size=80))
    def test_any_unicode_text_is_accounted_for(self, text):
        self.assert_any(text)

    def assert_any(self, text):
        """A text is refused with a sentence or cut into pieces that give it back."""
        try:
            drafts = parse_document("a.txt", text.encode("utf-8", "ignore"))
        except UnreadableDocument:
            return
        pieces = "".join(piece.text for draft in drafts for piece in draft.pieces)
        self.assertEqual(
            "".join(filter(is_ink, pieces)), "".join(filter(is_ink, text.encode("utf-8", "ignore").decode("utf-8-sig")))
        )
