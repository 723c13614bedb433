"""The 推进情况表 of a whole plan on paper: few pages, nothing cut off, and the same before it is downloaded."""

from datetime import date
from io import StringIO
from pathlib import Path

import pypdfium2
from django.conf import settings
from django.core.management import call_command
from django.test import tag
from django.urls import reverse

from sheets.fitting import fitted
from tests.base import CastTestCase
from tests.office import resaved
from tracking.models import Report
from tracking.reports.columns import Column
from workplans.models import Plan

SEED = Path(settings.BASE_DIR, "seeds", "hongkou-2022-annual-plan.txt")
PROGRESS = "已召开专题协调会两次，印发实施方案和任务清单，完成第{0}批共{0}所学校的现场核查，发现的问题已列入整改台账，逐校销号。"
NEXT = "十一月底前完成其余学校的核查，十二月上旬汇总第{0}项结果报局长办公会。"


@tag("slow")
class PaperTest(CastTestCase):
    """36 items of a district's plan, each reported on in two or three lines."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        call_command("import_document", str(SEED), organization=cls.bureau.name, stdout=StringIO(), stderr=StringIO())
        cls.plan = Plan.objects.get(year=2022)
        Plan.objects.filter(pk=cls.plan.pk).update(status=Plan.Status.ISSUED)
        cls.plan.refresh_from_db()
        for item in cls.plan.items.filter(reporting_office=None):
            item.reporting_office = cls.moral
            item.save()
        cls.period = cls.make_period(
            label="2022年1-10月", year=2022, start_on=date(2022, 1, 1), as_of=date(2022, 10, 31),
            opens_on=date(2022, 10, 20), due_on=date(2022, 11, 5),
        )  # fmt: skip
        for number, item in enumerate(cls.plan.items.order_by("position"), start=1):
            Report.objects.create(
                item=item, period=cls.period, office=cls.moral, completion_percent=60 + number % 30,
                progress=PROGRESS.format(number), next_steps=NEXT.format(number),
                difficulties="经费尚未到位，影响进度。" if number % 3 == 0 else "",
            )  # fmt: skip

    def content(self, **query):
        """The workbook the export sends."""
        self.client.force_login(self.supervisor)
        query = {"of": self.plan.pk, "period": self.period.pk, "sheet": "progress"} | query
        return self.client.get(reverse("sheets:export_file", args=["plan"]), query).content

    def pages(self, content):
        """The text of each page LibreOffice prints, without white space."""
        document = pypdfium2.PdfDocument(resaved(content, "pdf"))
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]

    def test_thirty_six_items_print_on_six_pages_with_every_word(self):
        pages = self.pages(self.content())
        self.assertEqual(self.plan.items.count(), 36)
        self.assertLessEqual(len(pages), 6)
        self.assertTrue(all("重点工作任务" in page for page in pages[:-1]))
        whole = "".join(pages)
        for number in range(1, 37):
            with self.subTest(number=number):
                self.assertIn(f"十二月上旬汇总第{number}项结果报局长办公会。", whole)

    def test_in_short_it_takes_fewer_pages(self):
        self.assertLess(len(self.pages(self.content(short="on"))), len(self.pages(self.content())))

    def test_the_preview_says_what_the_workbook_says(self):
        self.client.force_login(self.supervisor)
        query = {"of": self.plan.pk, "period": self.period.pk, "sheet": "progress"}
        page = self.client.get(reverse("sheets:export_preview", args=["plan"]), query)
        for number in (1, 36):
            self.assertContains(page, NEXT.format(number))
        self.assertContains(page, self.plan.title)
        self.assertNotContains(page, 'style="')


class FittingTest(CastTestCase):
    """Room goes where it saves lines."""

    def columns(self, *names):
        return tuple(Column(name, name, lambda row, name=name: row[name], width=20) for name in names)

    def test_the_column_of_long_texts_becomes_wide_and_an_empty_one_narrow(self):
        rows = [{"a": "进展" * 60, "b": "", "c": "措施" * 10} for _ in range(5)]
        widths = {column.name: column.width for column in fitted(self.columns("a", "b", "c"), rows)}
        self.assertGreater(widths["a"], widths["c"])
        self.assertEqual(widths["b"], 10)

    def test_narrow_columns_and_tables_without_rows_stay(self):
        columns = (Column("n", "序号", lambda row: row["n"], width=5), *self.columns("a", "b"))
        self.assertEqual(fitted(columns, []), columns)
        rows = [{"n": 1, "a": "进展" * 40, "b": "措施" * 20}]
        self.assertEqual(fitted(columns, rows)[0].width, 5)
