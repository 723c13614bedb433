"""Two people never overwrite each other, and a step is taken once: shown over HTTP with real threads."""

from collections import Counter

from django.db import connection
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.test import override_settings
from django.urls import include, path, reverse
from django.utils import timezone

from tests.base import NOW, make_user
from tests.reliability.live import AtOnceTestCase
from tracking.models import Report, ReportEvent
from tracking.reports.recording import Conflict, record
from tracking.reports.views.reports import report_draft
from workplans.access import Role

CLIENTS = 8
SAVES = 500  # a client, through the shortest view there can be: 4,000 pages would take minutes
PAGE_SAVES = 25  # a client, through the page's own draft
BLIND_SAVES = 50
APPROVERS = 20


def short_save(request, pk):
    """Save through all middleware and the one verb, without the page's forms around it."""
    reports = Report.objects.visible_to(request.user).select_related("item__plan", "item__reporting_office", "period")
    report = get_object_or_404(reports, pk=pk)
    changes = {"progress": request.POST["progress"]}
    seen = int(request.POST["seen_version"])
    try:
        record(report, changes, by=request.user, now=timezone.now(), expected_version=seen)
    except Conflict:
        return JsonResponse({"conflict": True})
    return JsonResponse({"saved_at": True})


def blind_save(request, pk):
    """Save with the version check taken out: whatever is stored is called seen."""
    data = request.POST.copy()
    data["seen_version"] = Report.objects.values_list("version", flat=True).get(pk=pk)
    request.POST = data
    return report_draft(request, pk)


urlpatterns = [
    path("short/<int:pk>/", short_save, name="short_save"),
    path("blind/<int:pk>/", blind_save, name="blind_save"),
    path("", include("config.urls")),
]


@override_settings(ROOT_URLCONF=__name__)
class SavesAtOnceTest(AtOnceTestCase):
    """Everybody counts in one report's text: reads the number, sends it plus one. A lost save is a number too low."""

    def counting(self, url, saves):
        """Return what a client does: `saves` times read and send; it returns how often each answer came."""

        def act(person):
            answers = Counter()
            for _ in range(saves):
                version, text = Report.objects.values_list("version", "progress").get(pk=self.report.pk)
                form = {"progress": int(text or 0) + 1, "seen_version": version}
                form |= {"task_reports-TOTAL_FORMS": 0, "task_reports-INITIAL_FORMS": 0}
                status, answer = person.post(url, **form)
                answers["conflict" if "conflict" in answer else "saved" if "saved_at" in answer else status] += 1
            return answers

        return act

    def count(self, name, saves):
        """Let everybody count; return the answers, the number reached, and what the database says."""
        url = reverse(name, args=[self.report.pk])
        people = [self.person(make_user(f"writer{n}", self.bureau, Role.REPORTER, self.moral)) for n in range(CLIENTS)]
        rows = self.report.history.count()
        answers = sum(self.at_once(people, self.counting(url, saves)), Counter())
        stored = Report.objects.get(pk=self.report.pk)
        return answers, int(stored.progress), stored.version, self.report.history.count() - rows

    def none_is_lost(self, name, saves):
        """Assert that what was called saved is stored, and everything else was told as a conflict."""
        answers, number, versions, rows = self.count(name, saves)
        print(f"\n{connection.vendor}, {name}: {dict(answers)}, version {versions}, {rows} history rows", flush=True)
        self.assertEqual(set(answers), {"saved", "conflict"})
        self.assertEqual(sum(answers.values()), CLIENTS * saves)
        self.assertEqual((number, versions, rows), (answers["saved"],) * 3)

    def test_of_4000_saves_by_8_clients_none_is_lost_and_each_answer_is_true(self):
        self.none_is_lost("short_save", SAVES)

    def test_the_page_s_own_drafts_neither(self):
        self.none_is_lost("tracking:report_draft", PAGE_SAVES)

    def test_without_the_version_check_saves_are_lost(self):
        answers, number, _, _ = self.count("blind_save", BLIND_SAVES)
        print(f"\n{connection.vendor}, check taken out: {dict(answers)}, {number} kept", flush=True)
        self.assertLess(number, answers["saved"])


class ApproveAtOnceTest(AtOnceTestCase):
    """Twenty supervisors press 通过 at the same moment."""

    def test_one_transition_and_one_event(self):
        Report.objects.filter(pk=self.report.pk).update(
            status="bureau_review", completion_percent=60, progress="甲", version=3,
            saved_by=self.reporter, saved_at=NOW, submitted_by=self.reporter, submitted_at=NOW,
        )  # fmt: skip
        rows = self.report.history.count()
        url = reverse("tracking:report_step", args=[self.report.pk, "approve"])
        people = [self.person(make_user(f"s{n}", self.bureau, Role.SUPERVISOR)) for n in range(APPROVERS)]
        statuses = Counter(self.at_once(people, lambda person: person.post(url, seen_version=3)[0]))
        stored = Report.objects.get(pk=self.report.pk)
        self.assertEqual((stored.status, stored.version), ("approved", 4))
        self.assertEqual(ReportEvent.objects.filter(report=self.report).count(), 1)
        self.assertEqual(self.report.history.count(), rows + 1)
        self.assertEqual(statuses[302], 1, statuses)
        self.assertEqual(statuses[200] + statuses[409], APPROVERS - 1, statuses)
