"""放假安排 come: due dates made before are listed with the new proposal, moved with one confirmation, people told."""

from datetime import date, timedelta
from unittest.mock import patch

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.base import NOW, CastTestCase
from tests.page_forms import sent_by_browser
from tests.tracking.test_holiday_notice import OF_2027
from tracking.models import Digest, DueDateChange, HolidayNotice, Period
from tracking.notices.digests import make_digests
from tracking.periods.due_dates import current_calendar, movable_periods, move_due_dates, new_due_dates
from tracking.periods.series import MONTHS, Rhythm, propose, store
from tracking.periods.workdays import parse_rule

IN_NOVEMBER = date(2026, 11, 20)
NOTICES = reverse("admin:tracking_holidaynotice_add")
DATES = reverse("tracking:period_dates")


class DueDateCase(CastTestCase):
    """The periods of 2027, made in November 2026."""

    rule = "每月第10个工作日"

    def setUp(self):
        """Twelve periods by rule, and one whose date was typed by hand; the clock stands in November 2026."""
        on = timezone.localdate
        clock = patch(
            "django.utils.timezone.localdate", lambda value=None, tz=None: on(value, tz) if value else IN_NOVEMBER
        )
        self.enterContext(clock)
        proposals = propose(
            date(2027, 1, 1),
            MONTHS[Rhythm.MONTHLY],
            parse_rule(self.rule),
            open_days=10,
            grace_days=0,
            today=IN_NOVEMBER,
        )
        self.remarks = {p.remark for p in proposals}
        store(self.bureau, proposals, by=self.supervisor)
        self.by_hand = self.make_period(
            label="2027年专项", year=2027, start_on=date(2027, 1, 1), as_of=date(2027, 9, 30), opens_on=date(2027, 9, 20),
            due_on=date(2027, 10, 6), status="upcoming",
        )  # fmt: skip

    def announce(self):
        """The administrator pastes the notice."""
        self.client.force_login(self.admin)
        return self.client.post(NOTICES, {"text": OF_2027}, follow=True)

    def proposals(self):
        """What is proposed to the supervisor."""
        return new_due_dates(movable_periods(self.supervisor, IN_NOVEMBER), current_calendar())


class ProposalTest(DueDateCase):
    """What is proposed."""

    def test_nothing_is_proposed_before_the_notice_and_dates_say_that_they_are_reckoned(self):
        self.assertEqual(self.proposals(), [])
        self.assertEqual(self.remarks, {"暂按法定节假日推算"})
        self.client.force_login(self.supervisor)
        for page in (
            reverse("tracking:period_list"),
            reverse("tracking:period_page", args=[Period.objects.get(label="2027年1月").pk]),
        ):
            self.assertContains(self.client.get(page), "暂按法定节假日推算")

    def test_the_first_working_day_is_no_holiday(self):
        rows = propose(
            date(2027, 1, 1), (1, 10), parse_rule("每月第1个工作日"), open_days=10, grace_days=0, today=IN_NOVEMBER
        )
        self.assertEqual([row.due_on for row in rows], [date(2027, 1, 4), date(2027, 10, 6)])

    def test_what_the_notice_makes_another_day(self):
        self.announce()
        found = {each.period.label: (each.period.due_on, each.due_on) for each in self.proposals()}
        # 5 May and 6, 7 October are off in exchange; 31 January is worked, so January has a day more at its end.
        expected = {
            "2027年1-2月": (date(2027, 2, 18), date(2027, 2, 18)), "2027年1-5月": (date(2027, 5, 18), date(2027, 5, 19)),
            "2027年1-10月": (date(2027, 10, 19), date(2027, 10, 20)), "2027年专项": (date(2027, 10, 6), date(2027, 10, 8)),
        }  # fmt: skip
        for label in ("2027年1-5月", "2027年专项"):
            self.assertEqual(found[label], expected[label])
        calendar = current_calendar()
        for each in self.proposals():
            self.assertTrue(calendar.is_workday(each.due_on))
            self.assertNotEqual(each.due_on, each.period.due_on)

    def test_closed_past_and_foreign_periods_are_left_alone(self):
        self.announce()
        Period.objects.filter(label="2027年1-5月").update(status="closed")
        self.assertNotIn("2027年1-5月", {each.period.label for each in self.proposals()})
        self.assertEqual(new_due_dates(movable_periods(self.supervisor, date(2028, 1, 1)), current_calendar()), [])
        self.assertEqual(list(movable_periods(self.outsider, IN_NOVEMBER)), [])

    def test_a_date_typed_over_in_the_preview_follows_no_rule(self):
        self.client.force_login(self.supervisor)
        ask = {
            "organization": self.bureau.pk,
            "rhythm": "once",
            "year": 2028,
            "month": 3,
            "rule": "每月第1个工作日",
            "open_days": 5,
            "grace_days": 0,
        }
        page = self.client.get(reverse("tracking:period_new"), ask)
        row = page.context["rows"][0].initial
        data = {"organization": self.bureau.pk, "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1}
        data |= {f"form-0-{name}": value for name, value in row.items()}
        for label, due_on, rule in (
            ("照建", row["due_on"], "每月第1个工作日"),
            ("手改", row["due_on"] + timedelta(days=1), ""),
        ):
            self.client.post(reverse("tracking:period_new"), data | {"form-0-label": label, "form-0-due_on": due_on})
            self.assertEqual(Period.objects.get(label=label).due_rule, rule)

    def test_a_date_typed_in_the_admin_follows_no_rule(self):
        period = Period.objects.get(label="2027年1-5月")
        url = reverse("admin:tracking_period_change", args=[period.pk])
        self.client.force_login(self.supervisor)
        data = sent_by_browser(self.client.get(url), "period_form")
        self.assertEqual(self.client.post(url, data | {"due_on": ["2027-05-25"]}).status_code, 302)
        self.assertEqual(Period.objects.get(pk=period.pk).due_rule, "")


class MovingTest(DueDateCase):
    """One confirmation, and people told."""

    def test_the_page_lists_and_moves_them_and_people_are_told(self):
        self.announce()
        self.client.force_login(self.supervisor)
        count = len(self.proposals())
        self.assertContains(self.client.get(reverse("tracking:period_list")), f"有 {count} 个填报期的报送截止")
        page = self.client.get(DATES)
        self.assertContains(page, "2027年1-5月")
        self.assertContains(page, "2027-05-19")
        keys = [each.key for each in page.context["found"]]
        response = self.client.post(DATES, {"dates": keys}, follow=True)
        self.assertContains(response, f"已调整 {count} 个填报期")
        moved = Period.objects.get(label="2027年1-5月")
        self.assertEqual((moved.due_on, moved.opens_on), (date(2027, 5, 19), date(2027, 5, 9)))
        self.assertEqual(self.proposals(), [])
        DueDateChange.objects.update(at=NOW)
        make_digests(NOW.date() + timedelta(days=1))
        for person in (self.reporter, self.supervisor):
            self.assertIn("“2027年1-5月”的报送截止由5月18日改为5月19日", Digest.objects.get(user=person).body)
        self.assertFalse(Digest.objects.filter(user=self.outsider).exists())

    def test_what_is_not_ticked_stays(self):
        self.announce()
        self.client.force_login(self.supervisor)
        first, *_others = self.proposals()
        self.client.post(DATES, {"dates": [first.key]})
        self.assertEqual(DueDateChange.objects.get().period, first.period)

    def test_a_date_changed_meanwhile_is_not_overwritten(self):
        self.announce()
        self.client.force_login(self.supervisor)
        found = self.proposals()
        Period.objects.filter(pk=found[0].period.pk).update(due_on=date(2027, 6, 30))
        self.assertEqual(len(move_due_dates(found, by=self.supervisor, now=NOW)), len(found) - 1)
        self.assertEqual(Period.objects.get(pk=found[0].period.pk).due_on, date(2027, 6, 30))

    def test_only_the_supervisor_moves(self):
        self.announce()
        found = self.proposals()
        for person in (self.reporter, self.leader, self.outsider, self.admin):
            with self.subTest(person=person), self.assertRaises(PermissionDenied):
                move_due_dates(found, by=person, now=NOW)


class NoticeAdminTest(DueDateCase):
    """数据管理 → 放假安排."""

    def test_pasted_it_says_what_it_was_read_as(self):
        response = self.announce()
        self.assertContains(response, "2027年放假安排：放假 27 天，调休上班 5 天")
        self.assertContains(response, "个填报期的截止日期因此不同")
        self.assertIn("2027-02-05", HolidayNotice.objects.get().off)

    def test_from_a_file(self):
        self.client.force_login(self.admin)
        file = SimpleUploadedFile("通知.txt", OF_2027.encode("gb18030"))
        self.client.post(NOTICES, {"text": "", "file": file})
        self.assertEqual(HolidayNotice.objects.get().worked[0], "2027-01-31")

    def test_what_contradicts_itself_is_not_stored_and_nothing_typed_is_lost(self):
        self.client.force_login(self.admin)
        response = self.client.post(NOTICES, {"text": OF_2027.replace("10月1日（周五）", "10月1日（周六）")})
        self.assertContains(response, "第 10 行：2027年10月1日是星期五")
        self.assertContains(response, "10月1日（周六）")
        self.assertFalse(HolidayNotice.objects.exists())
        self.assertContains(self.client.post(NOTICES, {"text": ""}), "请粘贴通知全文")

    def test_a_year_is_kept_once(self):
        self.announce()
        self.assertContains(self.client.post(NOTICES, {"text": OF_2027}), "2027年的放假安排已经录入")

    def test_only_the_administrator_keeps_them(self):
        for name, status in (("supervisor", 403), ("reporter", 403), ("leader", 403)):
            self.client.force_login(getattr(self, name))
            with self.subTest(name):
                self.assertEqual(self.client.post(NOTICES, {"text": OF_2027}).status_code, status)
