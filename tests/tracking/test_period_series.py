"""A year's periods in one step: proposed, looked at, stored."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.test import SimpleTestCase
from django.urls import reverse

from tests.base import CastTestCase
from tracking.models import Period
from tracking.periods.series import MONTHS, Rhythm, existing_labels, propose, store
from tracking.periods.workdays import parse_rule

TODAY = date(2024, 1, 2)


def proposed(rhythm=Rhythm.MONTHLY, start_on=date(2024, 1, 1), rule="每月倒数第5个工作日", today=TODAY, **kw):
    """Propose a series as the form would."""
    values = {"open_days": 10, "grace_days": 2} | kw
    return propose(start_on, MONTHS[rhythm], parse_rule(rule) if rule else None, today=today, **values)


class ProposalTest(SimpleTestCase):
    """What a series would make."""

    def test_labels_are_cumulative_as_in_the_letters(self):
        self.assertEqual([p.label for p in proposed()][:3], ["2024年1月", "2024年1-2月", "2024年1-3月"])
        quarters = ["2024年1-3月", "2024年1-6月", "2024年1-9月", "2024年1-12月"]
        self.assertEqual([p.label for p in proposed(Rhythm.QUARTERLY)], quarters)
        self.assertEqual([p.label for p in proposed(Rhythm.HALF_YEARLY)], ["2024年1-6月", "2024年1-12月"])

    def test_dates_of_a_row(self):
        row = proposed()[9]
        self.assertEqual((row.start_on, row.as_of), (date(2024, 1, 1), date(2024, 10, 31)))
        self.assertEqual((row.due_on, row.opens_on, row.grace_days), (date(2024, 10, 25), date(2024, 10, 15), 2))

    def test_a_series_that_starts_in_july_leaves_out_what_ended_before(self):
        rows = proposed(Rhythm.QUARTERLY, start_on=date(2024, 7, 1))
        self.assertEqual([p.label for p in rows], ["2024年7-9月", "2024年7-12月"])

    def test_what_is_past_and_what_the_month_does_not_have_is_told(self):
        rows = proposed(today=date(2024, 6, 1))
        self.assertEqual([p.is_due_past for p in rows], [True] * 5 + [False] * 7)
        self.assertIn("已过", rows[0].remark)
        self.assertIn("2024年2月只有 18 个工作日", proposed(rule="每月第19个工作日")[1].remark)

    def test_without_a_rule_the_due_date_is_the_last_day_to_be_typed_over(self):
        self.assertEqual(proposed(rule="")[1].due_on, date(2024, 2, 29))


class StoreTest(CastTestCase):
    """What is stored."""

    def test_existing_labels_are_left_as_they_are_and_said(self):
        kept = self.make_period(label="2024年1-10月", grace_days=9)
        made, skipped = store(self.bureau, proposed(), by=self.supervisor)
        self.assertEqual((len(made), skipped), (11, ["2024年1-10月"]))
        kept.refresh_from_db()
        self.assertEqual(kept.grace_days, 9)
        self.assertEqual(store(self.bureau, proposed(), by=self.supervisor)[0], [])
        self.assertEqual(len(existing_labels(self.bureau)), 12)

    def test_only_the_supervisor_of_the_bureau_stores(self):
        for name, person in self.people().items():
            if name != "supervisor":
                with self.subTest(person=name), self.assertRaises(PermissionDenied):
                    store(self.bureau, proposed(), by=person)
        self.assertEqual(Period.objects.count(), 0)


class SeriesPageTest(CastTestCase):
    """建立填报期, the page."""

    def setUp(self):
        """The supervisor is signed in."""
        self.client.force_login(self.supervisor)
        self.url = reverse("tracking:period_new")

    def ask(self, **kw):
        """Ask for a preview."""
        values = {
            "organization": self.bureau.pk, "rhythm": "quarterly", "year": 2090, "month": 10,
            "rule": "次月第5个工作日", "open_days": 10, "grace_days": 0,
        }  # fmt: skip
        return self.client.get(self.url, values | kw)

    def rows(self, response, **changes):
        """Return the preview's rows as the browser would send them; `changes` by row and field (`r0_label`)."""
        rows = response.context["rows"]
        sent = {"organization": self.bureau.pk, "form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows)}
        for number, form in enumerate(rows):
            for name, value in form.initial.items():
                if value is not False:
                    sent[f"form-{number}-{name}"] = "on" if value is True else value
        for place, value in changes.items():
            row, _, name = place.partition("_")
            sent[f"form-{row[1:]}-{name}"] = value
        return sent

    def test_a_preview_stores_nothing_and_says_what_would_be_made(self):
        response = self.ask()
        for label in ("2090年1-3月", "2090年1-12月"):
            self.assertContains(response, label)
        self.assertContains(response, "2090年、2091年的放假安排尚未收入")
        self.assertEqual(Period.objects.count(), 0)

    def test_a_date_is_asked_for_and_the_other_periods_follow_its_day(self):
        page = self.client.get(self.url)
        self.assertContains(page, '<input type="date" name="due_on"')
        self.assertNotContains(page, '<select name="rule"')
        cases = [
            ({"due_on": "2024-04-08"}, ["2024-04-08", "2024-07-08", "2024-10-08", "2025-01-08"]),
            ({"due_on": "2024-03-25", "rule": ""}, ["2024-03-25", "2024-06-25", "2024-09-25", "2024-12-25"]),
            ({"due_on": "2024-04-06"}, ["2024-04-07", "2024-07-08", "2024-10-08", "2025-01-06"]),  # a Saturday
            ({"rule": " 次月第1个工作日"}, ["2024-04-01", "2024-07-01", "2024-10-08", "2025-01-02"]),
        ]
        for asked, days in cases:
            with self.subTest(asked):
                rows = self.ask(**({"year": 2024} | asked)).context["rows"]
                self.assertEqual([str(form.initial["due_on"]) for form in rows], days)

    def test_a_date_or_rule_nothing_follows_from_says_so_and_stays(self):
        for asked, sentence in (
            ({"due_on": "2090-09-01"}, "第一期截至3月31日，报送截止应在3月或次月"),
            ({"due_on": "2090-03-32"}, "请写成 2024-12-31 这样的日期"),
            ({"rule": "月底"}, "看不懂“月底”"),
        ):
            with self.subTest(asked):
                response = self.ask(**asked)
                self.assertContains(response, sentence)
                self.assertContains(response, next(iter(asked.values())))
                self.assertNotIn("rows", response.context)

    def test_what_was_seen_is_what_is_stored_with_dates_typed_over_and_rows_unticked(self):
        sent = self.rows(self.ask(), r0_due_on="2090-04-20", r1_create="", r1_label="")
        response = self.client.post(self.url, sent, follow=True)
        self.assertContains(response, "已建立 3 个填报期")
        first = Period.objects.get(label="2090年1-3月")
        self.assertEqual((first.due_on, first.status, first.year), (date(2090, 4, 20), "upcoming", 2090))

    def test_existing_labels_are_skipped_in_the_preview(self):
        self.make_period(label="2090年1-3月")
        response = self.ask()
        self.assertContains(response, "已有同名的填报期，不再建立：2090年1-3月")
        self.assertEqual(len(response.context["rows"]), 3)

    def test_wrong_rows_come_back_with_their_sentence_and_store_nothing(self):
        table = [
            ({"r0_due_on": "2090-01-01"}, "报送截止不能早于开放日期"),
            ({"r0_as_of": "2089-12-31"}, "截至日期不能早于起始日期"),
            ({"r0_label": "2090年1-6月"}, "名称相同"),
            ({f"r{n}_create": "" for n in range(4)}, "请至少勾选一个"),
            ({"r0_label": ""}, "请填写这一项"),
        ]
        for changes, sentence in table:
            with self.subTest(sentence=sentence):
                response = self.client.post(self.url, self.rows(self.ask(), **changes))
                self.assertContains(response, sentence)
                self.assertEqual(Period.objects.count(), 0)

    def test_wrong_questions_are_told_at_their_field(self):
        self.assertContains(self.ask(start_on="2089-05-01"), "起始日期应在2090年内")
        self.assertNotContains(self.ask(organization=self.other_bureau.pk), "将在")

    def test_rows_for_another_bureau_are_not_stored(self):
        sent = self.rows(self.ask()) | {"organization": self.other_bureau.pk}
        self.client.post(self.url, sent)
        self.assertEqual(Period.objects.count(), 0)

    def test_one_period_alone(self):
        response = self.ask(rhythm="once", month=10, start_on="2090-07-01")
        self.assertEqual([form.initial["label"] for form in response.context["rows"]], ["2090年7-10月"])
