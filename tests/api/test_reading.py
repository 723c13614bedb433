"""Other systems read: by token, within its organization, page by page, with the board's filters."""

import json
from datetime import timedelta

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api import exchange
from api.resources import RESOURCES
from tests.api.base import ApiTestCase
from tests.base import NOW
from tracking.models import Period
from tracking.reports.recording import record
from workplans.models import Assignment, Milestone, Office, Plan


class ReadingTest(ApiTestCase):
    """GET."""

    def ids(self, path, who="reader"):
        """Return the ids a list answers with."""
        response = self.call(path, who)
        self.assertEqual(response.status_code, 200, response.content.decode())
        return [row["id"] for row in response.json()["data"]]

    def test_every_resource_shows_the_rows_of_the_tokens_organization_and_no_others(self):
        Milestone.objects.create(item=self.item, position=1, what="印发方案", due_on=NOW.date(), expected_percent=30)
        theirs = self.make_plan(organization=self.other_bureau)
        their_item = self.make_item(theirs, lead=self.foreign_office)
        their_period = self.make_period(organization=self.other_bureau)
        self.make_report(their_item, their_period)
        Milestone.objects.create(item=their_item, position=1, what="印发方案", due_on=NOW.date())
        for resource in RESOURCES:
            with self.subTest(resource.name):
                everything = set(resource.model.objects.values_list("pk", flat=True))
                ours, others = set(self.ids(resource.name)), set(self.ids(resource.name, "foreign"))
                self.assertEqual((ours & others, ours | others), (set(), everything))
                self.assertTrue(ours and others)
                self.assertEqual(self.call(f"{resource.name}/{min(ours)}").json()["id"], min(ours))
                self.assert_problem(self.call(f"{resource.name}/{min(ours)}", "foreign"), 404, "not-found")

    def test_a_report_says_what_the_page_says(self):
        told = self.call(f"reports/{self.report.pk}")
        self.assertEqual(told.headers["ETag"], '"0"')
        found = told.json()
        self.assertEqual((found["completion_percent"], found["progress"]), (60.5, "已开展两次调研。"))
        self.assertEqual((found["office_id"], found["office_name"]), (self.moral.pk, "德育科"))
        part = self.report.task_reports.get()
        self.assertEqual([(task["id"], task["task_id"]) for task in found["tasks"]], [(part.pk, part.task_id)])
        self.assertEqual(found["saved_at"], "2024-10-28T01:30:00+00:00")

    def test_filters_choose_as_on_the_board(self):
        Assignment.objects.create(item=self.other_item, office=self.moral, role="support", position=2)
        record(self.other_report, {"difficulties": "经费不足"}, by=self.other_reporter, now=NOW)
        first, second, items = self.report.pk, self.other_report.pk, [self.item.pk, self.other_item.pk]
        for path, expected in {
            f"items?office={self.moral.pk}": items,
            f"items?office={self.finance.pk}": items[1:],
            "items?status=done": [],
            "items?q=第2项": items[1:],
            f"items?plan={self.plan.pk}&section={self.plan.only_section.pk}": items,
            f"reports?office={self.moral.pk}": [first],
            "reports?difficulties=true": [second],
            "reports?difficulties=false": [first],
            "reports?missing=true": [first, second],
            "reports?missing=false": [],
            "reports?q=调研": [first],
            f"reports?period={self.period.pk}&item={self.item.pk}": [first],
            "reports?status=approved": [],
            f"assignments?role=support&item={self.other_item.pk}": [self.other_item.assignments.get(role="support").pk],
            "plans?year=2023": [],
            f"plans?status={Plan.Status.ISSUED}": [self.plan.pk],
            f"periods?status={Period.Status.OPEN}": [self.period.pk],
            f"offices?kind={Office.Kind.COORDINATING}": [self.coordinating.pk],
        }.items():
            with self.subTest(path):
                self.assertEqual(self.ids(path), expected)

    def test_what_was_changed_since_is_told(self):
        begun = timezone.now()
        record(self.report, {"progress": "又开展一次。"}, by=self.reporter, now=begun + timedelta(seconds=1))
        since = begun.isoformat().replace("+", "%2B")
        self.assertEqual(self.ids(f"reports?updated_since={since}"), [self.report.pk])
        later = (begun + timedelta(minutes=1)).isoformat().replace("+", "%2B")
        self.assertEqual(self.ids(f"reports?updated_since={later}"), [])
        self.assert_problem(self.call("reports?updated_since=2024-10-28T09:30:00"), 422, "invalid")

    def test_pages_follow_each_other_to_the_end_and_lose_nothing(self):
        for _ in range(5):
            self.make_item(self.plan)
        path, found = f"items?plan={self.plan.pk}&limit=3", []
        while path:
            page = self.call(path).json()
            found += [row["id"] for row in page["data"]]
            path = page["next"] and page["next"].removeprefix("/api/v1/")
        self.assertEqual(found, sorted(self.plan.items.values_list("pk", flat=True)))

    def test_mistakes_are_told_in_chinese_with_where_they_are(self):
        for path, where in {
            "items?limit=0": "limit",
            "items?limit=viel": "limit",
            "items?status=foo": "status",
            "items?offcie=3": "offcie",
            "items?office=99999999999999999999": "office",
            "items?q=%00": "q",
        }.items():
            with self.subTest(path):
                mistakes = self.assert_problem(self.call(path), 422, "invalid")["errors"]
                self.assertEqual([mistake["where"] for mistake in mistakes], [where])
                self.assertRegex(mistakes[0]["message"], "[一-龥]")

    def test_queries_do_not_grow_with_the_rows(self):
        def queries():
            with CaptureQueriesContext(connection) as found:
                self.assertEqual(self.call("reports").status_code, 200)
            return len(found)

        queries()  # the first of a minute leaves an event
        few = queries()
        for _ in range(38):
            self.make_report(self.make_item(self.plan, tasks=["高中", "初中"]), self.period)
        self.assertEqual(queries(), few)

    def test_all_reports_come_line_by_line_as_the_pages_have_them(self):
        response = self.call("reports.jsonl")
        self.assertEqual(response.headers["Content-Type"], "application/jsonl")
        lines = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
        self.assertEqual(lines, self.call("reports").json()["data"])
        rest = self.call(f"reports.jsonl?after={self.report.pk}")
        self.assertEqual([json.loads(line)["id"] for line in rest.streaming_content], [self.other_report.pk])

    def test_the_stream_reads_on_where_a_batch_ends(self):
        whole = self.call("reports").json()["data"]
        self.addCleanup(setattr, exchange, "AT_ONCE", exchange.AT_ONCE)
        exchange.AT_ONCE = 1
        chunks = list(self.call("reports.jsonl").streaming_content)
        self.assertEqual([json.loads(chunk) for chunk in chunks], whole)


class OffTest(ApiTestCase):
    """Without API=1."""

    @override_settings(API=False)
    def test_nothing_answers(self):
        for path in ("", "openapi.json", "items", "items/1", "reports.jsonl", "nothing"):
            with self.subTest(path):
                self.assertEqual(self.call(path).status_code, 302 if not path else 404)
        self.client.force_login(self.admin)
        self.assertEqual(self.call("", None).status_code, 404)
        self.assertEqual(self.client.get("/admin/accounts/application/").status_code, 403)
