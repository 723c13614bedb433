"""What the history pages tell: who, when, from which page, before → after, why; newest first, constant queries."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import NOW, CastTestCase
from tracking.models import TaskReport
from tracking.reports.history import PER_PAGE, item_timeline, report_timeline
from tracking.reports.recording import record
from tracking.reports.workflow import perform
from workplans import lifecycle
from workplans.history import Origin, came_from, write_history
from workplans.models import Item


class HistoryPagesTest(CastTestCase):
    """An item and its report, changed in several ways."""

    def setUp(self):
        """A report with a task."""
        self.item = self.make_item(self.make_plan(), tasks=["高中"])
        self.report = self.make_report(self.item, self.make_period())

    def save(self, minutes=0, by=None, **changes):
        """Record changes of the report."""
        record(self.report, changes, by=by or self.reporter, now=NOW + timedelta(days=900, minutes=minutes))

    def entries(self, page=1):
        """Return the report's entries."""
        return report_timeline(self.report, page).object_list

    def test_who_when_where_before_and_after(self):
        self.save(1, completion_percent=40, progress="已开展两次调研。")
        with came_from(Origin.IMPORT):
            self.save(2, by=self.head, completion_percent=60, progress="已开展三次调研。")
        latest, former = self.entries()[:2]
        self.assertEqual((latest.who, latest.origin, latest.kind), ("科长", "导入", "修改"))
        self.assertEqual((former.who, former.origin), ("填报人", "后台命令"))
        told = {change.label: change.difference for change in latest.changes}
        self.assertEqual(told["完成率"], "<del>40%</del> → <ins>60%</ins>")
        self.assertEqual(told["目前进展情况"], "已开展<del>两</del><ins>三</ins>次调研。")
        self.assertEqual({change.label for change in former.changes}, {"完成率", "目前进展情况"})

    def test_a_step_tells_its_reason_and_the_labels_of_the_states(self):
        self.save(1, completion_percent=40, progress="甲")
        self.report = perform(self.report, "submit", by=self.head, now=NOW + timedelta(days=901))
        perform(self.report, "return", by=self.supervisor, note="缺少数据", now=NOW + timedelta(days=902))
        latest = self.entries()[0]
        self.assertEqual(latest.reason, "退回：缺少数据")
        self.assertIn("<del>待办公室审核</del> → <ins>已退回</ins>", [c.difference for c in latest.changes])

    def test_tasks_and_offices_stand_in_the_same_list(self):
        part = TaskReport.objects.get()
        record(
            self.report, {}, by=self.reporter, now=NOW + timedelta(days=900),
            task_texts={part.pk: {"progress": "完成初稿。"}},
        )  # fmt: skip
        self.assertIn("分项进展：高中", [entry.subject for entry in self.entries()])
        self.assertIn("责任分工：德育科", [entry.subject for entry in item_timeline(self.item, 1).object_list])

    def test_markup_in_a_text_is_text(self):
        self.save(1, progress="<script>x</script>")
        self.save(2, progress="<script>y</script>")
        page = self.page("report_history", self.report, self.supervisor)
        self.assertNotContains(page, "<script>x")
        self.assertContains(page, "&lt;script&gt;")

    def page(self, name, row, person, **query):
        """Open a page."""
        self.client.force_login(person)
        return self.client.get(reverse(f"tracking:{name}", args=[row.pk]), query)

    def test_the_item_s_page_tells_the_steps_of_its_life(self):
        lifecycle.suspend(self.item, "等待上级批复", by=self.supervisor, now=NOW + timedelta(days=900))
        page = self.page("item_history", self.item, self.reporter)
        self.assertContains(page, "暂缓：等待上级批复")
        self.assertContains(page, "<del>推进中</del> → <ins>暂缓</ins>")
        self.assertEqual(self.page("item_history", self.item, self.outsider).status_code, 404)

    def test_newest_first_in_pages_with_as_many_queries_for_two_as_for_hundred(self):
        def opened():
            with CaptureQueriesContext(connection) as queries:
                page = self.client.get(reverse("tracking:item_history", args=[self.item.pk]))
            return len(queries), page

        self.client.force_login(self.supervisor)
        rows = [self.item, *self.item.assignments.all()]
        for row in rows:
            write_history([row], by=self.supervisor, now=NOW)
        few, _ = opened()
        for minutes in range(100):
            for row in rows:
                write_history([row], by=self.supervisor, now=NOW + timedelta(days=900, minutes=minutes))
        many, page = opened()
        self.assertEqual(few, many)
        shown = page.context["page"]
        times = [entry.when for entry in shown.object_list]
        self.assertEqual((len(times), times), (PER_PAGE, sorted(times, reverse=True)))
        last = self.page("item_history", self.item, self.supervisor, page=shown.paginator.num_pages)
        self.assertContains(last, "建立工作事项")
        self.assertEqual(shown.paginator.count, Item.history.count() + rows[1].history.count())
