"""An office's own system fills in and submits its reports: by the rules, the forms and the versions of the pages."""

from tests.api.base import ApiTestCase
from tests.base import NOW
from tracking.models import Period, Report
from tracking.reports.recording import record


class WritingTest(ApiTestCase):
    """PATCH and submit."""

    def save(self, body, version=0, who="moral", report=None):
        """Return the answer to a save."""
        path = f"reports/{(report or self.report).pk}"
        return self.call(path, who, "patch", body, if_match=f'"{version}"')

    def submit(self, version, who="moral"):
        """Return the answer to a submission."""
        return self.call(f"reports/{self.report.pk}/submit", who, "post", if_match=f'"{version}"')

    def test_a_save_is_stored_as_one_on_the_page(self):
        part = self.report.task_reports.get()
        body = {
            "completion_percent": 72.5,
            "progress": "印发方案。",
            "tasks": [{"id": part.pk, "progress": "高中已完成。"}],
        }
        answer = self.save(body)
        self.assertEqual((answer.status_code, answer.headers["ETag"]), (200, '"1"'), answer.content.decode())
        told = answer.json()
        self.assertEqual((told["completion_percent"], told["progress"], told["version"]), (72.5, "印发方案。", 1))
        self.assertEqual(told["tasks"][0]["progress"], "高中已完成。")
        stored = Report.objects.get(pk=self.report.pk)
        self.assertEqual((stored.saved_by.first_name, stored.on_behalf), ("德育系统", False))
        self.assertEqual(stored.history.first().history_change_reason, "数据接口")
        self.assertEqual(stored.history.first().history_user, stored.saved_by)

    def test_what_is_not_sent_stays(self):
        self.save({"difficulties": "经费不足。"})
        stored = Report.objects.get(pk=self.report.pk)
        self.assertEqual((stored.progress, stored.difficulties), ("已开展两次调研。", "经费不足。"))
        self.assertEqual(float(stored.completion_percent), 60.5)
        self.save({"completion_percent": None}, version=1)
        self.assertIsNone(Report.objects.get(pk=self.report.pk).completion_percent)

    def test_only_its_office_writes_a_report(self):
        for who, status, code in (
            ("reader", 403, "forbidden"),
            ("finance", 403, "forbidden"),
            ("foreign", 404, "not-found"),
        ):
            with self.subTest(who):
                self.assert_problem(self.save({"progress": "冒名"}, who=who), status, code)
                self.assert_problem(self.submit(0, who), status, code)
        self.assertEqual(Report.objects.get(pk=self.report.pk).version, 0)

    def test_the_loser_of_a_race_gets_both_texts(self):
        record(self.report, {"progress": "填报人先写。"}, by=self.reporter, now=NOW)
        told = self.assert_problem(self.save({"progress": "系统后写。"}), 409, "conflict")
        self.assertEqual((told["stored"]["progress"], told["sent"]), ("填报人先写。", {"progress": "系统后写。"}))
        self.assertIn("填报人", told["detail"])
        self.assertEqual(self.save({"progress": "系统后写。"}, version=told["stored"]["version"]).status_code, 200)
        told = self.assert_problem(self.submit(0), 409, "conflict")
        self.assertEqual(told["stored"]["progress"], "系统后写。")

    def test_a_version_must_be_named(self):
        self.assert_problem(self.call(f"reports/{self.report.pk}", "moral", "patch", {}), 428, "version-required")
        self.assert_problem(self.call(f"reports/{self.report.pk}/submit", "moral", "post"), 428, "version-required")
        self.assert_problem(self.save({}, version="abc"), 422, "invalid")

    def test_contents_are_checked_as_on_the_page(self):
        part = self.other_report.pk + 1000
        for body, where in (
            ({"completion_percent": 101}, "completion_percent"),
            ({"completion_percent": 50.55}, "completion_percent"),
            ({"completion_percent": "many"}, "completion_percent"),
            ({"unchanged": True}, "unchanged_reason"),
            ({"progress": "a\x00b"}, "progress"),
            ({"status": "approved"}, "status"),
            ({"tasks": [{"id": part, "progress": "x"}]}, "tasks.0.id"),
        ):
            with self.subTest(body=body):
                mistakes = self.assert_problem(self.save(body), 422, "invalid")["errors"]
                self.assertEqual([mistake["where"] for mistake in mistakes], [where])
                self.assertRegex(mistakes[0]["message"], "[一-龥]")
        self.assertEqual(Report.objects.get(pk=self.report.pk).version, 0)

    def test_a_body_that_is_no_json_is_told(self):
        sent = {"Authorization": f"Bearer {self.tokens['moral']}", "If-Match": '"0"'}
        answer = self.client.patch(
            f"/api/v1/reports/{self.report.pk}", "{", content_type="application/json", headers=sent
        )
        self.assert_problem(answer, 400, "bad-request")

    def test_submitting_goes_the_way_of_the_office(self):
        answer = self.submit(0)
        self.assertEqual((answer.status_code, answer.json()["status"]), (200, "office_review"), answer.content.decode())
        event = self.report.events.get()
        self.assertEqual((event.action, event.actor.first_name), ("submit", "德育系统"))
        self.assert_problem(self.save({"progress": "再改"}, version=1), 409, "not-now")
        self.assert_problem(self.submit(1), 409, "not-now")

    def test_what_is_missing_or_closed_is_told(self):
        self.save({"completion_percent": None})
        self.assertIn("完成率", self.assert_problem(self.submit(1), 409, "not-now")["detail"])
        Period.objects.update(status=Period.Status.CLOSED)
        self.assert_problem(self.save({"progress": "晚了"}, version=1), 409, "not-now")
