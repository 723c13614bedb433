"""A workbook of many changed reports: one change, as many questions to the database for 40 rows as for 2."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.base import CastTestCase
from tests.workbooks import WorkbookSteps, workbook
from tracking.models import Report
from workplans.models import Item, Office
from workplans.sheet_resources import LISTED


class ManyRowsTest(WorkbookSteps, CastTestCase):
    """Imports of the supervisor, who writes on the offices' behalf."""

    model = "tracking_report"

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.plan, cls.period = cls.make_plan(), cls.make_period()
        cls.first = cls.make_item(cls.plan)

    def make_many(self, count, offices=()):
        """Make reports without their histories, which do not matter here, each of one of `offices`; return their ids."""
        values = {f.attname: getattr(self.first, f.attname) for f in Item._meta.concrete_fields if not f.primary_key}
        start = self.plan.items.count()
        items = [Item(**values | {"position": start + n}) for n in range(1, count + 1)]
        for item, office in zip(items, offices, strict=False):
            item.reporting_office = office
        Item.objects.bulk_create(items)
        return [report.pk for report in Report.objects.bulk_create(Report(item=i, period=self.period) for i in items)]

    def sheet(self, ids, text):
        """Return a workbook that gives each report a text and a rate."""
        return workbook(
            [["系统编号", "完成率", "目前进展情况", "版本"], *([pk, 40, f"{text}{pk}", None] for pk in ids)]
        )

    def test_2_rows_and_40_cost_the_same_queries_in_preview_and_confirmation(self):
        self.confirm(self.upload(self.supervisor, self.sheet(self.make_many(1), "一")))  # the first sign-in asks more
        counted = []
        for count in (2, 40):
            content = self.sheet(self.make_many(count), "一")
            with CaptureQueriesContext(connection) as preview:
                page = self.upload(self.supervisor, content)
            with CaptureQueriesContext(connection) as confirmation:
                answer = self.confirm(page)
            self.assertContains(answer, f"修改 {count}，没有变化 0，不能导入 0。")
            counted.append((len(preview), len(confirmation)))
        self.assertEqual(counted[0], counted[1])

    def test_more_rows_than_are_listed_are_imported_and_the_preview_says_so(self):
        ids = self.make_many(LISTED + 3)
        page = self.upload(self.supervisor, self.sheet(ids, "新的进展"))
        self.assertContains(page, f"修改 {LISTED + 3}，没有变化 0")
        self.assertContains(page, "另有 3 行没有列出")
        self.assertEqual(page.text.count("<ins>新的进展"), LISTED)
        self.assertFalse(Report.objects.exclude(progress="").exists(), "a preview stores nothing")
        self.confirm(page)
        stored = Report.objects.filter(
            pk__in=ids, version=1, completion_percent=40, saved_by=self.supervisor, on_behalf=True
        )
        self.assertEqual({report.pk: report.progress for report in stored}, {pk: f"新的进展{pk}" for pk in ids})
        history = Report.history.filter(
            id__in=ids, history_user=self.supervisor, history_type="~", history_origin="import"
        )
        self.assertEqual(history.count(), LISTED + 3)

    def test_rows_of_more_offices_than_one_question_holds(self):
        """A city's workbook: SQLite refuses a question about more than a thousand objects."""
        offices = Office.objects.bulk_create(
            Office(organization=self.plan.organization, name=f"第{number}科") for number in range(1, 1051)
        )
        ids = self.make_many(len(offices), offices)
        self.confirm(self.upload(self.supervisor, self.sheet(ids, "一")))
        self.assertEqual(Report.objects.filter(pk__in=ids, version=1).count(), len(offices))

    def test_one_row_refused_behind_many_keeps_all_from_being_stored(self):
        ids = self.make_many(10)
        page = self.upload(self.supervisor, self.sheet(ids, "一"))
        Report.objects.filter(pk=ids[-1]).update(status=Report.Status.APPROVED)
        answer = self.confirm(page)
        self.assertContains(answer, "预览之后数据有了变化，什么也没有导入。")
        self.assertFalse(Report.objects.exclude(progress="").exists())
