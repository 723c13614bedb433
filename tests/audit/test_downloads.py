"""Every file that leaves the application leaves exactly one event, and so does one that was refused."""

from django.urls import reverse

from audit.models import SecurityEvent
from tests.base import CastTestCase
from tests.every_url import EveryUrl
from tests.test_access_matrix import read_table


class EveryDownloadTest(EveryUrl, CastTestCase):
    """All URLs of the table are asked for; whatever answers with a file is looked at."""

    @classmethod
    def setUpTestData(cls):
        """One row of everything."""
        super().setUpTestData()
        cls.make_rows()

    def events(self):
        """Return the events from the oldest on."""
        return list(
            SecurityEvent.objects.exclude(username="")
            .order_by("pk")
            .values_list("kind", "username", "target", "success")
        )

    def test_each_leaves_exactly_one_event(self):
        self.client.force_login(self.supervisor)
        people, table = read_table()
        column, files = people.index("supervisor"), []
        for (name, method), answers in table.items():
            if method != "GET" or answers[column] != "200":
                continue
            before = SecurityEvent.objects.count()
            response = self.client.get(self.path(name))
            is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
            with self.subTest(url=name):
                self.assertEqual(SecurityEvent.objects.count() - before, int(is_file))
                files += [name] * is_file
        self.assertGreaterEqual(
            set(files),
            {
                "sheets:plan_progress_xlsx", "papers:feedback_docx", "papers:feedback_pdf", "tracking:evidence_download",
                "workplans:source_download", "intake:import_file",
            },
        )  # fmt: skip

    def test_it_says_who_what_and_from_where(self):
        self.client.force_login(self.reporter)
        address = reverse("sheets:plan_progress_xlsx", args=[self.rows["plan"].pk])
        self.client.get(address, REMOTE_ADDR="10.1.2.3")
        event = SecurityEvent.objects.get(username="reporter")
        self.assertEqual(
            (event.kind, event.username, event.user_key, event.address, event.target, event.success),
            ("export", "reporter", self.reporter.pk, "10.1.2.3", address, True),
        )
        self.assertRegex(event.detail, r"推进情况表.*\.xlsx$")

    def test_a_refused_one_is_told_apart(self):
        self.client.force_login(self.outsider)
        address = reverse("tracking:evidence_download", args=[self.rows["evidence"].pk])
        self.client.get(address)
        self.assertEqual(self.events(), [("download", "outsider", address, False)])

    def test_an_export_of_the_admin_leaves_one_event(self):
        self.client.force_login(self.supervisor)
        address = reverse("admin:tracking_report_export")
        page = self.client.get(address)
        fields = {box.name: "on" for box in page.context["form"] if box.name.startswith("sheetresource")}
        response = self.client.post(address, {"format": "0", "resource": "", **fields})
        self.assertTrue(response.headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(self.events(), [("export", "supervisor", address, True)])
