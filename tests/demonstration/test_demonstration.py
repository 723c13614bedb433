"""The demonstration shows a bureau in the middle of its year, by the rules everybody keeps."""

from datetime import date, datetime, time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from boards.overview import overview
from boards.scope import vantage
from demonstration.playing import TOLD, play
from importer.files.readers import read_document
from importer.parse import parse_source
from intake.feedback import load
from tracking.lamps import Color, LampKind
from tracking.models import Feedback, Period, Report, ReportEvent, Urge
from workplans.loading import Upload

TODAY = date(2025, 3, 3)
SEED = Path(settings.BASE_DIR, "seeds", "hongkou-2022-annual-plan.txt")


class DemonstrationTest(TestCase):
    """The year of 虹口, played once."""

    @classmethod
    def setUpTestData(cls):
        call_command("loaddata", "demonstration", verbosity=0)
        source = read_document(SEED.name, SEED.read_bytes())
        now = timezone.make_aware(datetime.combine(TODAY, time(9)))
        load(parse_source(source)[0], Upload(SEED.name, SEED.read_bytes(), source.text, source.encoding), now=now)
        cls.said = []
        play(TODAY, cls.said.append)
        cls.supervisor = get_user_model().objects.get(username="hk_supervisor")

    def overview(self):
        """Return the overview as the supervisor opens it."""
        place = vantage({}, self.supervisor, TODAY)
        return overview(place.plans, place.items(), place.period, place.previous, TODAY)

    def test_periods_stand_at_every_point_of_their_way(self):
        statuses = Period.objects.order_by("as_of").values_list("status", flat=True)
        self.assertEqual(list(statuses), ["archived", "archived", "closed", "open"])
        self.assertEqual(len(self.said), 1)
        self.assertIn(TOLD, self.said[0])

    def test_every_number_of_the_overview_has_something_behind_it(self):
        found = self.overview()
        for name in ("done", "on_track", "behind", "unreported", "left_out"):
            self.assertGreater(getattr(found.totals, name), 0, name)
        for kind, colors in (
            (LampKind.PROGRESS, ("red", "amber", "green")),
            (LampKind.REPORTING, ("red", "green")),
            (LampKind.DEADLINE, ("red", "amber")),
        ):
            for color in colors:
                self.assertGreater(found.totals.lamps[kind].get(Color(color), 0), 0, f"{kind} {color}")
        self.assertGreater(found.overdue_total, 0)
        for name, _label, rows in found.changes:
            self.assertTrue(rows, name)
        for name in ("lagging", "missing", "difficulties", "deadlines"):
            self.assertTrue(getattr(found, name), name)

    def test_reports_stand_in_every_state(self):
        last = Report.objects.filter(period__status="open")
        self.assertEqual(set(last.values_list("status", flat=True)), set(Report.Status.values))
        self.assertTrue(last.filter(status="draft", saved_at__isnull=False).exists())

    def test_nothing_happened_after_today(self):
        end = timezone.make_aware(datetime.combine(TODAY, time(23, 59)))
        for rows in (
            ReportEvent.objects.filter(at__gt=end),
            Urge.objects.filter(at__gt=end),
            Report.objects.filter(saved_at__gt=end),
        ):
            self.assertFalse(rows.exists())

    def test_nobody_approved_what_they_wrote(self):
        for report in Report.objects.filter(status="approved"):
            approval = report.events.filter(action="approve").latest("at")
            self.assertNotIn(approval.actor_id, (report.saved_by_id, report.submitted_by_id))

    def test_a_letter_waits_for_its_signature(self):
        letter = Feedback.objects.get()
        self.assertEqual(letter.status, Feedback.Status.DRAFT)
        self.assertIn("区政府办公室", letter.recipient)
