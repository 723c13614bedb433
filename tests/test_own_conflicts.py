"""Pages of our own that change what is stored: the second save undoes nothing in silence, whatever page it is.

Every address that takes something in stands in HELD with what holds it. `tests/workplans/test_conflicts.py` says the same
of the admin's forms.
"""

from collections import Counter
from importlib import import_module

from django.test import tag
from django.urls import reverse

from papers.compiling import compile_feedback
from papers.kinds.feedback import compilable
from papers.signing import send_back
from sheets.layouts.keeping import keep_layout
from tests.base import NOW, Cast, CastTestCase, make_user
from tests.every_url import EveryUrl, url_names
from tests.page_forms import sent_by_browser
from tests.reliability.live import AtOnceTestCase
from tracking.models import Feedback, Report, SheetLayout
from workplans.access import Role
from workplans.models import Office, ScanReading

REFUSED = "您的修改还没有保存"
# What holds an address that takes something in: a test of two people at it, or why there are no two.
ADDS, STEP, OWN = "adds rows and writes over none", "a step, taken from a known state", "only the sender's own rows"
TWO, DRAFT = "tests.test_own_conflicts.TwoPeopleTest", "tests.intake.test_import_page.CorrectTest"
OLD_DRAFT = f"{DRAFT}.test_who_saw_an_older_version_changes_nothing"
REPORT = "tests.tracking.test_second_click.SecondClickTest.test_other_words_are_a_conflict_as_before"
HELD = {
    "sheets:layout_change": f"{TWO}.test_layouts",
    "papers:feedback_change": f"{TWO}.test_papers",
    "intake:scan_order": f"{TWO}.test_order_of_pictures",
    "boards:plan_predecessors": "tests.boards.test_predecessors.PredecessorsPageTest.test_taking_back_an_answer_that_somebody_changed_meanwhile",
    "boards:plan_offices": "tests.boards.test_assigning.AssignTest.test_what_somebody_else_changed_stops_all_of_it",
    "people_confirm": "tests.accounts.test_people.ImportTest.test_what_changed_since_the_preview_is_shown_again",
    "workplans:milestone_done": "tests.workplans.test_milestones.RulesTest.test_the_same_again_is_no_change_and_another_day_is_refused",
    **dict.fromkeys(("tracking:report_page", "tracking:report_draft", "tracking:report_step", "tracking:my_table"), REPORT),
    **dict.fromkeys(
        ("intake:import_correct", "intake:import_offices", "intake:import_reading", "intake:import_undo",
         "intake:import_drop", "intake:import_confirm", "intake:import_revision"), OLD_DRAFT,
    ),
    "tracking:period_dates": STEP,  # what is ticked names the day that was shown
    "sheets:fill_preview": STEP,  # a preview names the versions of the reports it was made from
    **dict.fromkeys(
        ("workplans:request_decide", "workplans:request_withdraw", "workplans:item_suspend", "workplans:item_resume",
         "workplans:item_cancel", "workplans:item_carry_over", "intake:scan_resume", "intake:scan_drop", "tracking:review",
         "tracking:period_open", "tracking:period_close", "tracking:period_archive", "tracking:period_reopen",
         "tracking:setup_skip", "tracking:evidence_delete", "sheets:layout_delete", "papers:feedback_sign",
         "papers:feedback_sign_all", "papers:feedback_return", "papers:feedback_delete", "papers:template_reset",
         "people_passwords", "second_factor_reset", "application_token_revoke", "directory_unlink"), STEP,
    ),
    **dict.fromkeys(
        ("people", "workplans:item_request", "intake:import_list", "tracking:item_instruct", "tracking:instruction_answer",
         "tracking:report_remark", "tracking:report_evidence", "tracking:period_new", "tracking:urge_reports",
         "tracking:setup_organization", "tracking:setup_offices", "tracking:setup_supervise", "sheets:layout_new",
         "sheets:fill_upload", "papers:feedback_new", "papers:template_page", "application_token_issue", "tracking:channel_try"), ADDS,
    ),
    **dict.fromkeys(
        ("sign_in_code", "calendar_link", "oidc_begin", "logout", "second_factor", "workplans:upload_drop", "tracking:notices", "boards:plan_view_save",
         "boards:saved_view_delete", "sheets:table_export_list", "sheets:table_export_delete"), OWN,
    ),
}  # fmt: skip


class EveryAddressTest(EveryUrl, CastTestCase):
    """The table is complete, and what it names is there."""

    def takes_in(self, name):
        """Say whether an address takes a POST: asked for in a way there is none, it tells what there is."""
        for person in (self.supervisor, self.admin, self.leader, self.reporter):
            self.client.force_login(person)
            if (answer := self.client.put(self.path(name))).status_code == 405:
                return "POST" in answer.headers["Allow"]
        return False

    def test_every_address_that_takes_something_in_says_what_holds_it(self):
        self.make_rows()
        own = [name for name in url_names() if not name.startswith("admin:")]
        self.assertEqual({name for name in own if self.takes_in(name)}, set(HELD))

    def test_every_test_named_is_there(self):
        for held in set(HELD.values()) - {ADDS, STEP, OWN}:
            module, case, test = held.rsplit(".", 2)
            with self.subTest(held):
                self.assertTrue(callable(getattr(getattr(import_module(module), case), test, None)))


class Records(Cast):
    """A layout and a letter that two supervisors can open."""

    def make_layout(self):
        """A layout of two columns."""
        columns = [{"name": name, "heading": name, "width": 12.0} for name in ("title", "number")]
        layout = SheetLayout(organization=self.bureau, sheet="progress", name="报区政府", columns=columns)
        keep_layout(layout, by=self.supervisor)
        return layout

    def make_letter(self, plan, period):
        """A letter on one approved report, not signed."""
        contents = {"status": "approved", "completion_percent": 60, "progress": "已动工。", "submitted_at": NOW}
        self.make_report(self.make_item(plan), period, **contents)
        paper = Feedback(
            organization=self.bureau,
            period=period,
            title="反馈",
            recipient="区府办",
            basis="如下：",
            dated_on=NOW.date(),
        )
        return compile_feedback(paper, compilable(period, self.supervisor), by=self.supervisor, now=NOW)


class TwoPeopleTest(Records, EveryUrl, CastTestCase):
    """Both have the form open; both save."""

    def setUp(self):
        """Two supervisors."""
        self.second = make_user("second", self.bureau, Role.SUPERVISOR, first_name="王督办")

    def opened(self, by, url, form):
        """What the browser of `by` holds of the form, just opened."""
        self.client.force_login(by)
        return sent_by_browser(self.client.get(url), form)

    def post(self, by, url, data):
        """Press the button."""
        self.client.force_login(by)
        return self.client.post(url, data)

    def both_texts(self, url, form, name, beside, value):
        """The second sees what the first wrote, then saves knowingly; what he left alone stays the first one's."""
        mine, theirs = self.opened(self.supervisor, url, form), self.opened(self.second, url, form)
        self.assertEqual(self.post(self.second, url, theirs | {name: ["甲的话"], beside: [value]}).status_code, 302)
        shown = self.post(self.supervisor, url, mine | {name: ["乙的话"]})
        for words in (REFUSED, "甲的话", "乙的话"):
            self.assertContains(shown, words, status_code=409)
        again = sent_by_browser(shown, form)
        self.assertEqual((again[name], again[beside]), (["乙的话"], [value]))
        self.assertEqual(self.post(self.supervisor, url, again).status_code, 302)

    def test_layouts(self):
        layout = self.make_layout()
        url = reverse("sheets:layout_change", args=[layout.pk])
        self.both_texts(url, "layout_form", "name", "columns-1-heading", "编码")
        layout.refresh_from_db()
        self.assertEqual((layout.name, layout.columns[1]["heading"]), ("乙的话", "编码"))

    def test_columns_of_a_layout_are_known_by_name_wherever_they_stand(self):
        layout = self.make_layout()
        url = reverse("sheets:layout_change", args=[layout.pk])
        mine, theirs = (self.opened(who, url, "layout_form") for who in (self.supervisor, self.second))
        self.post(self.second, url, theirs | {"columns-0-position": ["2"], "columns-1-position": ["1"]})
        shown = self.post(self.supervisor, url, mine | {"columns-0-heading": ["重点工作"]})
        self.assertContains(shown, REFUSED, status_code=409)
        self.post(self.supervisor, url, sent_by_browser(shown, "layout_form"))
        layout.refresh_from_db()
        self.assertEqual([each["heading"] for each in layout.columns], ["number", "重点工作"])

    def test_papers(self):
        letter = self.make_letter(self.make_plan(), self.make_period())
        url = reverse("papers:feedback_change", args=[letter.pk])
        self.both_texts(url, "letter_form", "basis", "contacts", "张三")
        letter.refresh_from_db()
        self.assertEqual((letter.basis, letter.contacts), ("乙的话", "张三"))

    def test_a_paper_sent_back_meanwhile_tells_the_reason_before_it_is_compiled_anew(self):
        letter = self.make_letter(self.make_plan(), self.make_period())
        url = reverse("papers:feedback_change", args=[letter.pk])
        mine = self.opened(self.supervisor, url, "letter_form")
        send_back(letter, by=self.leader, now=NOW, digest=letter.digest, reason="请写明缺少的编制数")
        shown = self.post(self.supervisor, url, mine)
        self.assertContains(shown, "请写明缺少的编制数", status_code=409)
        self.assertEqual(Feedback.objects.get(pk=letter.pk).returned_reason, "请写明缺少的编制数")
        self.assertEqual(self.post(self.supervisor, url, sent_by_browser(shown, "letter_form")).status_code, 302)

    def test_the_second_click_is_no_conflict(self):
        layout, letter = self.make_layout(), self.make_letter(self.make_plan(), self.make_period())
        for name, row, form, box in (
            ("sheets:layout_change", layout, "layout_form", "name"),
            ("papers:feedback_change", letter, "letter_form", "basis"),
        ):
            url = reverse(name, args=[row.pk])
            data = self.opened(self.supervisor, url, form) | {box: ["新的话"]}
            for _ in range(3):
                with self.subTest(name):
                    self.assertEqual(self.post(self.supervisor, url, data).status_code, 302)

    def test_order_of_pictures(self):
        reading, *_ = self.make_scan()
        url, files = reverse("intake:scan_order", args=[reading.pk]), [each.pk for each in reading.files.all()]
        moved = {"seen": files, "move": f"down-{files[0]}"}
        self.post(self.second, url, moved)
        self.post(self.second, url, moved)  # his second click
        stale = {"seen": files, f"order-{files[0]}": 1, f"order-{files[1]}": 2}  # 次序正确，开始识别
        self.post(self.supervisor, url, stale)
        self.assertEqual([each.pk for each in reading.files.order_by("position")], files[::-1])
        self.assertEqual(ScanReading.objects.get(pk=reading.pk).status, "ordering")


@tag("postgres")
class EightAtOnceTest(Records, AtOnceTestCase):
    """Eight supervisors save at the same moment what they all made of the same: one wins, seven are shown both texts."""

    def one_wins(self, url, form, name, stored, page=200):
        """Post eight different texts at once."""
        self.client.force_login(self.supervisor)
        data = sent_by_browser(self.client.get(url), form)
        people = [self.person(make_user(f"s{n}", self.bureau, Role.SUPERVISOR)) for n in range(8)]
        words = {id(person): f"第{n}人的话" for n, person in enumerate(people)}

        def act(person):
            fields = {key: value[0] for key, value in data.items() if key != "csrfmiddlewaretoken"}
            return person.post(url, **fields | {name: words[id(person)]})[0]

        answers = self.at_once(people, act)
        self.assertEqual(Counter(answers), Counter({302: 1, page: 7}))
        self.assertEqual(stored(), words[id(people[answers.index(302)])])

    def test_a_layout(self):
        layout = self.make_layout()
        url = reverse("sheets:layout_change", args=[layout.pk])
        self.one_wins(url, "layout_form", "name", lambda: SheetLayout.objects.get(pk=layout.pk).name, 409)

    def test_a_letter(self):
        Report.objects.all().delete()
        letter = self.make_letter(self.report.item.plan, self.period)
        url = reverse("papers:feedback_change", args=[letter.pk])
        self.one_wins(url, "letter_form", "basis", lambda: Feedback.objects.get(pk=letter.pk).basis, 409)

    def test_a_form_of_the_admin(self):
        url = reverse("admin:workplans_office_change", args=[self.finance.pk])
        self.one_wins(url, "office_form", "name", lambda: Office.objects.get(pk=self.finance.pk).name)
