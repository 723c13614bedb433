"""A document twice as long takes twice the work: counted in calls, which are the same every time, and by the clock."""

import sys
import time
import unittest

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.parse import parse_document
from importer.plan.offices import places

CHINESE = "一二三四五六七八九十"
TAILS = (
    "",
    "（责任科室：德育科、中教科）",
    "（德育科牵头，中教科、云溪海关等按职责分工负责，6月底前完成）",
    "（张三负责）",
    "。责任单位：规划科牵头、财务科配合",
)
FORMS = ("lines", "one line", "report")
MOST = 2.3  # times the calls for twice the document
SLOWEST = 3.2  # times the seconds


def document(form, count, tail):
    """A document of `count` numbered parts."""
    body = "".join(
        (f"\n{CHINESE[n // 10 % 10]}、抓好第{n // 10 + 1}方面工作\n" if n % 10 == 0 and form != "one line" else "")
        + f"{n + 1}.推进第{n + 1}项改革。深入推进改革，建设{n + 1}所学校，年底前完成。{TAILS[(n * tail) % len(TAILS)]}{'' if form == 'one line' else chr(10)}"
        for n in range(count)
    )
    if form == "report":
        return f"东湖区教育局2024年工作总结\n一、工作情况\n{body}\n二、存在问题\n{body}\n三、下一步打算\n{body}"
    return f"东湖区教育局2024年工作要点{'为做好工作，制定本要点。' if form == 'one line' else ''}{body}"


def calls(text):
    """How many calls reading a text takes."""
    counted = 0

    def count(_frame, event, _argument):
        nonlocal counted
        counted += event in ("call", "c_call")

    places.cache_clear()
    sys.setprofile(count)
    try:
        parse_document("a.txt", text.encode())
    finally:
        sys.setprofile(None)
    return counted


def seconds(text):
    """The least computing time of three readings."""
    taken = []
    for _ in range(3):
        places.cache_clear()
        begun = time.process_time()
        parse_document("a.txt", text.encode())
        taken.append(time.process_time() - begun)
    return min(taken)


class GrowthTests(unittest.TestCase):
    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(FORMS), st.integers(30, 60), st.integers(0, 4))
    def test_twice_the_document_takes_twice_the_calls(self, form, count, tail):
        once, twice = (calls(document(form, count * times, tail)) for times in (1, 2))
        self.assertLessEqual(twice, MOST * once)

    def test_twice_the_document_takes_twice_the_time(self):
        for form in FORMS:
            with self.subTest(form):
                once, twice = (seconds(document(form, 250 * times, 1)) for times in (1, 2))
                self.assertLessEqual(twice, SLOWEST * once + 0.02)

    def test_one_long_paragraph_and_many_brackets_take_no_longer(self):
        for name, part in (
            ("sentence", "推进改革，"),
            ("brackets", "（德育科、"),
            ("closers", "德育科）、"),
            ("names", "德育科和"),
            ("dates", "6月底前、"),
            ("numbers", "一、（一）1."),
        ):
            with self.subTest(name):
                once, twice = (
                    seconds(f"东湖区教育局2024年工作要点\n一、工作\n1.推进改革。{part * count}\n2.抓好落实。\n")
                    for count in (1500, 3000)
                )
                self.assertLessEqual(twice, SLOWEST * once + 0.02)
