"""What saving a draft asks of the database: no more than is written down here, on both databases."""

from datetime import date

from django.db import connection
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import Cast
from tracking.models import Report

AT_MOST = 11  # session, user, posts; report, the one before, texts of tasks; begin, lock, update, history, commit


class DraftStatementsTest(Cast, TransactionTestCase):
    """In transactions as they are, where beginning and committing count."""

    def setUp(self):
        """Make a report without tasks, and one before it."""
        self.cast()
        item = self.make_item(self.make_plan())
        before = self.make_period(label="2024年1-9月", as_of=date(2024, 9, 30))
        self.make_report(item, before, completion_percent=30, progress="已启动。")
        self.report = self.make_report(item, self.make_period())
        self.client.force_login(self.reporter)
        self.save("先存一次。")  # what is read once a process is read

    def save(self, progress):
        """Send the page's form as a draft; return the statements and the answer."""
        version = Report.objects.get(pk=self.report.pk).version
        form = {
            "seen_version": version, "completion_percent": "40", "progress": progress, "difficulties": "",
            "next_steps": "", "task_reports-TOTAL_FORMS": 0, "task_reports-INITIAL_FORMS": 0,
        }  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            answer = self.client.post(reverse("tracking:report_draft", args=[self.report.pk]), form).json()
        return [statement["sql"] for statement in asked.captured_queries], answer

    def test_a_draft_is_saved_in_few_statements(self):
        asked, answer = self.save("已开展培训两次，覆盖学校十二所。")
        self.assertLessEqual(len(asked), AT_MOST, "\n".join(sql[:120] for sql in asked))
        self.assertEqual((answer["errors"], answer["version"]), ({}, 2))
        self.report.refresh_from_db()
        self.assertEqual(self.report.progress, "已开展培训两次，覆盖学校十二所。")
        self.assertEqual([row.version for row in self.report.history.order_by("history_id")][-2:], [1, 2])
