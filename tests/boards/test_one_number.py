"""One definition a word: every page, sheet and letter of one bureau prints the same number for the same thing."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import openpyxl
from django.urls import reverse
from django.utils import timezone

from papers.compiling import compile_feedback, letter_of
from tests.base import NOW, CastTestCase
from tracking.lamps import SHAPES, Color
from tracking.models import Feedback, PaperKind
from workplans.models import Office

# Completion, state of the report, deadline in days from today, state of the item.
ROWS = (
    (100, "approved", 3, "active"), (83.3, "approved", None, "active"), (80, "bureau_review", 5, "active"), (75, "draft", 20, "active"),
    (74, "returned", -4, "active"), (60, "draft", 5, "active"), (50, "office_review", None, "active"), (20, "approved", -1, "active"),
    (0, "draft", 40, "active"), (None, "draft", 2, "active"), (None, "draft", None, "active"), (40, "draft", 9, "done"),
    (30, "draft", None, "suspended"), (10, "returned", None, "cancelled"),
)  # fmt: skip


def plain(response) -> str:
    """The text of a page, blanks left out."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def number(pattern, text) -> int:
    """The number a pattern finds, which must be there."""
    found = re.search(pattern, text)
    assert found, f"{pattern} not in {text[:3000]}"
    return int(found[1])


class OneNumberTest(CastTestCase):
    """A bureau of two plans in a period that is over, with reports in every state."""

    def setUp(self):
        """Make it, and read 总览 as the supervisor."""
        today = timezone.localdate()
        self.period = self.make_period(
            status="closed", due_on=today - timedelta(days=9), opens_on=today - timedelta(days=30), grace_days=2
        )
        offices = (self.moral, self.finance, self.coordinating)
        self.plans = [self.make_plan(), self.make_plan(title="专项计划")]
        for place, (percent, state, days, status) in enumerate(ROWS):
            deadline = None if days is None else today + timedelta(days=days)
            item = self.make_item(self.plans[place % 2], lead=offices[place % 3], status=status, deadline=deadline)
            told = {"difficulties": ("缺少师资。", "无", "")[place % 3]}
            self.make_report(
                item,
                self.period,
                status=state,
                completion_percent=percent,
                submitted_at=None if state == "draft" else NOW,
                **told,
            )
        self.client.force_login(self.supervisor)
        self.query = f"?organization={self.bureau.pk}&year=2024&period={self.period.pk}"
        self.page = self.client.get(reverse("boards:overview") + self.query)
        self.text = plain(self.page)

    def lamps(self, fact, text=None):
        """The counts of one lamp on a page of totals, by shape."""
        block = re.search(rf"{fact}((?:[■▲●◆○][^■▲●◆○]*?\d+)+)", text or self.text)[1]
        return {shape: int(count) for shape, count in re.findall(r"([■▲●◆○])[^■▲●◆○\d]*?(\d+)", block)}

    def sentence(self, text):
        """Items, done, on track, behind, unfilled."""
        found = re.search(r"共(\d+)项：已完成(\d+)，达序时进度(\d+)，未达序时进度(\d+)，未填(\d+)", text)
        return tuple(map(int, found.groups()))

    def test_the_sentence_and_the_lamps_say_the_same(self):
        pages = {"overview": self.text}
        for plan in self.plans:
            pages[plan.title] = plain(
                self.client.get(reverse("boards:plan_board", args=[plan.pk]) + f"?period={self.period.pk}")
            )
        for name, text in pages.items():
            items, done, on_track, behind, unfilled = self.sentence(text)
            lamps = self.lamps("进度", text)
            with self.subTest(name):
                self.assertEqual((done, on_track, unfilled), (lamps["◆"], lamps["●"], lamps["○"]))
                self.assertEqual(behind, lamps["▲"] + lamps["■"])
                self.assertEqual(items, done + on_track + behind + unfilled)
        sums = [
            sum(numbers) for numbers in zip(*(self.sentence(pages[plan.title]) for plan in self.plans), strict=True)
        ]
        self.assertEqual(tuple(sums), self.sentence(self.text))
        self.assertEqual(self.sentence(self.text), (12, 2, 4, 4, 2))

    def test_each_number_leads_to_as_many_rows(self):
        rows = reverse("boards:overview_rows") + self.query
        _items, done, on_track, behind, unfilled = self.sentence(self.text)
        for asked, count in (("done", done), ("on_track", on_track), ("behind", behind), ("unreported", unfilled)):
            with self.subTest(asked):
                self.assertEqual(self.client.get(f"{rows}&standing={asked}").context["page"].paginator.count, count)
        for fact, label in (("progress", "进度"), ("reporting", "报送"), ("deadline", "时限")):
            for color, shape in SHAPES.items():
                if shape in (lamps := self.lamps(label)):
                    with self.subTest(fact, color=color):
                        self.assertEqual(
                            self.client.get(f"{rows}&{fact}={color.value}").context["page"].paginator.count,
                            lamps[shape],
                        )

    def test_what_is_not_handed_in_is_one_number_everywhere(self):
        missing = number(r"未报送科室\d+个科室(\d+)项", self.text)
        overdue = number(r"其中逾期未报(\d+)", self.text)
        list_page = self.client.get(reverse("tracking:missing_reports", args=[self.period.pk]))
        self.assertEqual(number(r"共\d+个科室(\d+)项", plain(list_page)), missing)
        rows = [row for group in list_page.context["groups"] for row in group.rows]
        self.assertEqual(sum(row.lamp.color == Color.RED for row in rows), overdue)
        self.assertEqual(self.lamps("报送")["■"], overdue)
        period_page = self.client.get(reverse("tracking:period_page", args=[self.period.pk]))
        self.assertEqual(period_page.context["missing"], missing)
        [period] = self.client.get(reverse("tracking:period_list")).context["periods"]
        self.assertEqual(period.missing, missing)
        found = self.client.get(reverse("boards:reporting_map") + self.query).context["map"]
        [count] = found.totals.counts
        self.assertEqual((count.missing, count.overdue), (missing, overdue))
        self.assertEqual(sum(line.counts[0].missing for line in found.offices), missing)
        sheet = self.sheet("missing", "of", self.period.pk)
        self.assertIn(f"{missing} 项未报，其中逾期 {overdue} 项", sheet)
        self.assertEqual(number(r"未报(\d+)份", self.bulletin()), missing)
        for office in Office.objects.filter(organization=self.bureau):
            own = sum(len(group.rows) for group in list_page.context["groups"] if group.office == office)
            page = plain(
                self.client.get(reverse("tracking:missing_reports", args=[self.period.pk]) + f"?office={office.pk}")
            )
            self.assertEqual(number(r"共\d+个科室(\d+)项", page), own)

    def test_what_lags_is_one_number_everywhere(self):
        lagging = number(r"滞后事项(\d+)项", self.text)
        self.assertEqual(self.lamps("进度")["■"], lagging)
        self.assertEqual(sum(bar.behind for bar, _sections in self.page.context["overview"].bars), lagging)
        self.assertEqual(self.sheet("overview", "period", self.period.pk).split("\n").count("■滞后"), lagging)

    def test_difficulties_are_one_number_everywhere(self):
        told = number(r"最新困难(\d+)项", self.text)
        page = self.client.get(reverse("boards:difficulties") + self.query)
        self.assertEqual(len(page.context["every"]), told)
        self.assertEqual(sum(row.has_difficulties for row in self.page.context["overview"].counted), told)

    def test_the_totals_of_the_notice_are_those_of_the_page(self):
        self.assertEqual(self.sentence(self.bulletin()), self.sentence(self.text))

    def test_an_item_wears_the_same_lamp_wherever_it_is_named(self):
        """And where a sign stands on 总览, the fact it is of stands before it."""
        board = {}
        for plan in self.plans:
            page = self.client.get(reverse("boards:plan_board", args=[plan.pk]) + f"?period={self.period.pk}")
            board |= {row.item.pk: (row.progress, row.reporting, row.deadline) for row in page.context["board"].rows}
        for row in self.page.context["overview"].rows:
            self.assertEqual((row.progress, row.reporting, row.deadline), board[row.item.pk])
        for shape in re.finditer(r"[■▲]", self.text.partition("未报送科室")[2].partition("比上期")[0]):
            before = self.text.partition("未报送科室")[2][: shape.start()]
            self.assertRegex(before[-2:], "进度|时限|报送")

    def sheet(self, export, name, value) -> str:
        """All cells of an export."""
        if export == "overview":
            address = reverse("sheets:export_file", args=["overview"]) + self.query + "&sheet=progress"
        else:
            address = reverse("sheets:export_file", args=[export]) + f"?{name}={value}"
        book = openpyxl.load_workbook(BytesIO(self.client.get(address).content))
        return "\n".join(
            str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell is not None
        )

    def bulletin(self) -> str:
        """The text of the 通报."""
        paper = Feedback(
            organization=self.bureau, kind=PaperKind.BULLETIN, period=self.period, title="通报", recipient="各科室", basis="现通报如下：",
            dated_on=timezone.localdate(),
        )  # fmt: skip
        return letter_of(compile_feedback(paper, None, by=self.supervisor, now=timezone.now())).text
