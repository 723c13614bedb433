"""A bureau whose board has something to say in every sheet, and a way to ask for any of them."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import openpyxl
from django.urls import reverse

from tests.base import NOW, CastTestCase
from tracking.models import Urge
from tracking.reports.instructing import instruct
from workplans.models import Assignment, Item, ItemRequest, Milestone, Section

SHANGHAI = ZoneInfo("Asia/Shanghai")


class SheetsCase(CastTestCase):
    """One plan with two sections and four items, two periods, urges, an extension, difficulties that stay."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan = cls.make_plan(issued_on=date(2024, 2, 18), document_number="虹教办〔2024〕5号")
        Section.objects.create(plan=cls.plan, position=2, ordinal="二", title="深化教育改革")
        cls.before = cls.make_period(
            label="2024年1-7月", as_of=date(2024, 7, 31), opens_on=date(2024, 7, 20), due_on=date(2024, 8, 5),
            status="closed",
        )  # fmt: skip
        cls.period = cls.make_period()
        cls.first = cls.make_item(cls.plan, tasks=["高中", "初中"], deadline=date(2024, 12, 31), leader="王局长")
        Assignment.objects.create(item=cls.first, office=cls.finance, role="responsible", position=2)
        Assignment.objects.create(item=cls.first, office=cls.coordinating, role="support", position=3)
        Milestone.objects.create(item=cls.first, what="印发方案", due_on=date(2024, 11, 20))
        cls.silent = cls.make_item(cls.plan, cls.finance)
        cls.done = cls.make_item(
            cls.plan, section=cls.second_section(), status=Item.Status.DONE, closed_on=date(2024, 9, 30)
        )
        cls.late = cls.make_item(cls.plan, section=cls.second_section())
        cls.make_reports()

    @classmethod
    def second_section(cls):
        """Return 二、深化教育改革."""
        return cls.plan.sections.get(position=2)

    @classmethod
    def make_reports(cls):
        """Report on the items in both periods, all but `silent`."""
        saved = {"saved_at": datetime(2024, 8, 1, 10, tzinfo=SHANGHAI)}
        same = {"difficulties": "场地不足"}
        cls.make_report(cls.first, cls.before, completion_percent=30, progress="已立项。", **same, **saved)
        cls.report = cls.make_report(
            cls.first, cls.period, completion_percent="40.5", progress="已开工。", next_steps="每周调度。", **same
        )
        cls.report.task_reports.filter(task__title="高中").update(progress="高中已试点。")
        cls.missing = cls.make_report(cls.silent, cls.period)
        cls.make_report(cls.late, cls.before, completion_percent=60, progress="推进顺利。", **saved)
        cls.make_report(cls.late, cls.period, completion_percent=60, progress="推进顺利。", status="approved")
        for day in (1, 2):
            Urge.objects.create(report=cls.missing, by=cls.supervisor, at=NOW.replace(day=day))
        instruct(cls.first, [cls.moral], text="请加快进度。", by=cls.leader, now=NOW)
        ItemRequest.objects.create(
            item=cls.first, kind="extend", reason="工期", new_deadline=date(2025, 3, 31), status="granted",
            requested_by=cls.reporter, requested_at=NOW, decided_by=cls.supervisor, decided_at=NOW,
        )  # fmt: skip

    def get(self, page="plan", user=None, **query):
        """Return the response to an export's address."""
        self.client.force_login(user or self.supervisor)
        query = {"of": self.plan.pk} | query if page == "plan" else query
        return self.client.get(reverse("sheets:export_file", args=[page]), query)

    def book(self, page="plan", **query):
        """Return the workbook an export sends."""
        response = self.get(page, **query)
        self.assertEqual(response.status_code, 200, response)
        return openpyxl.load_workbook(BytesIO(response.content))

    def csv(self, page="plan", **query):
        """Return the CSV file an export sends, as lists of cells."""
        content = self.get(page, format="csv", **query).content.decode("utf-8-sig")
        return list(csv.reader(StringIO(content)))

    def rows(self, book):
        """Return the entries of the first worksheet as heading → value, without the lines around the table."""
        return entries(book.worksheets[0])

    def words(self, book):
        """Return all texts of the first worksheet, a line each."""
        return "\n".join(str(c.value) for row in book.worksheets[0].iter_rows() for c in row if c.value is not None)


def head_of(sheet):
    """Return the number of the heading row: the one that is repeated on each page."""
    return int(sheet.print_title_rows.split(":")[0].strip("$"))


def entries(sheet):
    """Return the entries of a worksheet as heading → value: the rows that carry a hidden id."""
    head = head_of(sheet)
    rows = list(sheet.iter_rows(min_row=head, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if isinstance(row[-1], int)]
