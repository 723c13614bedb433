"""Other systems follow what changes: from a position on, of their organization alone."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.base import ApiTestCase
from tests.base import NOW
from tracking.reports.recording import record


class FeedTest(ApiTestCase):
    """GET /api/v1/changes."""

    def told(self, path="changes", who="reader"):
        """Return what an address of the feed answers with."""
        response = self.call(path, who)
        self.assertEqual(response.status_code, 200, response.content.decode())
        return response.json()

    def test_next_leads_on_to_what_is_new_and_to_nothing_else(self):
        first = self.told()
        positions = [change["position"] for change in first["data"]]
        self.assertEqual(positions, sorted(set(positions)))
        following = first["next"].removeprefix("/api/v1/")
        self.assertEqual(self.told(following), {"data": [], "next": first["next"]})
        record(self.report, {"progress": "印发了方案。"}, by=self.reporter, now=NOW)
        (new,) = self.told(following)["data"]
        self.assertEqual(
            (new["kind"], new["row_id"], new["change"], new["values"]["progress"]),
            ("report", self.report.pk, "changed", "印发了方案。"),
        )
        self.assertGreater(new["position"], positions[-1])

    def test_pages_together_are_the_whole_and_another_bureau_reads_none_of_it(self):
        whole, address, pages = self.told()["data"], "changes?limit=2", []
        while page := self.told(address):
            if not page["data"]:
                break
            pages += page["data"]
            address = page["next"].removeprefix("/api/v1/")
        self.assertEqual(pages, whole)
        self.assertTrue(whole)
        self.assertEqual(self.told(who="foreign")["data"], [])

    def test_what_is_not_a_position_is_refused_in_words(self):
        for path in ("changes?after=-1", "changes?limit=501", "changes?since=3"):
            with self.subTest(path):
                self.assert_problem(self.call(path), 422, "invalid")

    def test_queries_do_not_grow_with_the_changes(self):
        self.told()
        with CaptureQueriesContext(connection) as few:
            self.told("changes?limit=2")
        for n in range(20):
            record(self.report, {"progress": f"第{n}次。"}, by=self.reporter, now=NOW)
            self.report.refresh_from_db()
        self.told()
        with CaptureQueriesContext(connection) as many:
            self.told("changes?limit=40")
        self.assertLessEqual(len(many), len(few) + 4)  # one for each kind of row that is told of
