"""What stands in a person's calendar, and how it is written."""

from datetime import UTC, date, datetime, timedelta

from django.test import SimpleTestCase
from icalendar import Calendar

from tests.base import NOW, TODAY, CastTestCase
from tracking.calendar.entries import CalendarEntry, entries
from tracking.calendar.ics import as_ics
from tracking.models import Instruction, InstructionAnswer, InstructionOffice, Period
from workplans.models import Assignment, Item, Milestone, Plan

DAY = date(2024, 12, 20)


class EntriesTest(CastTestCase):
    """Everybody finds the days of what concerns them, and no others."""

    def keys(self, user, today=TODAY):
        """Return what stands in the calendar of a person."""
        return [entry.key for entry in entries(user, today)]

    def test_due_dates_of_periods_are_everybodys_of_the_bureau(self):
        period = self.make_period()
        self.make_period(label="2024年1-9月", due_on=date(2024, 10, 21), status=Period.Status.ARCHIVED)
        self.make_period(label="2024年1-6月", opens_on=date(2024, 7, 1), due_on=date(2024, 7, 9), status="closed")
        for name in ("reporter", "head", "other_reporter", "supervisor", "leader"):
            with self.subTest(name):
                self.assertEqual(self.keys(getattr(self, name)), [f"period-{period.pk}"])
        for name in ("outsider", "nobody", "admin"):
            with self.subTest(name):
                self.assertEqual(self.keys(getattr(self, name)), [])

    def test_deadlines_are_those_of_ones_own_items(self):
        """An office's: what it reports and what it is named for; all of them for who supervises or leads."""
        plan = self.make_plan()
        own = self.make_item(plan, deadline=DAY)
        named = self.make_item(plan, lead=self.finance, deadline=DAY)
        Assignment.objects.create(item=named, office=self.moral, role=Assignment.Role.SUPPORT, position=2)
        foreign = self.make_item(plan, lead=self.finance, deadline=DAY)
        self.make_item(plan, deadline=DAY, status=Item.Status.DONE)
        self.make_item(self.make_plan(status=Plan.Status.DRAFT), deadline=DAY)
        own, named, foreign = (f"item-{item.pk}" for item in (own, named, foreign))
        self.assertCountEqual(self.keys(self.reporter), [own, named])
        self.assertCountEqual(self.keys(self.other_reporter), [named, foreign])
        for user in (self.supervisor, self.leader):
            self.assertCountEqual(self.keys(user), [own, named, foreign])
        self.assertEqual(self.keys(self.outsider), [])

    def test_milestones_follow_their_items_and_remind_until_they_are_reached(self):
        item = self.make_item(self.make_plan())
        open_one = Milestone.objects.create(item=item, what="印发方案", due_on=DAY)
        done = Milestone.objects.create(item=item, what="开展调研", due_on=date(2024, 10, 1), done_on=date(2024, 9, 30))
        Milestone.objects.create(item=item, what="总结", words="年底")
        found = entries(self.reporter, TODAY)
        self.assertEqual([(entry.key, entry.is_done) for entry in found],
                         [(f"milestone-{done.pk}", True), (f"milestone-{open_one.pk}", False)])  # fmt: skip
        self.assertEqual(found[0].title, "里程碑（已完成）：开展调研")
        self.assertEqual(self.keys(self.other_reporter), [])

    def test_instructions_stand_there_until_they_are_answered_and_do_not_tell_their_text(self):
        item = self.make_item(self.make_plan())
        said = Instruction.objects.create(item=item, by=self.leader, at=NOW, text="请加快。", due_on=DAY)
        addressed = InstructionOffice.objects.create(instruction=said, office=self.moral, office_name="德育科")
        found = entries(self.reporter, TODAY)
        self.assertEqual([entry.key for entry in found], [f"instruction-{addressed.pk}"])
        self.assertNotIn("加快", f"{found[0]}")
        self.assertEqual(self.keys(self.other_reporter), [])
        InstructionAnswer.objects.create(addressed=addressed, by=self.reporter, at=NOW, text="已安排。")
        self.assertEqual(self.keys(self.reporter), [])

    def test_what_is_longer_past_than_sixty_days_is_left_out(self):
        self.make_item(self.make_plan(), deadline=DAY)
        self.assertEqual(len(self.keys(self.reporter, DAY + timedelta(days=60))), 1)
        self.assertEqual(self.keys(self.reporter, DAY + timedelta(days=61)), [])


class FileTest(SimpleTestCase):
    """The file is read back by a reader of calendars."""

    def event(self, **kw):
        """Return the one event of a calendar with one entry, read back."""
        values = {"key": "item-7", "day": DAY, "title": "完成时限：7 推进“双减”", "text": "要点", "path": "/items/7/"}
        self.written = as_ics([CalendarEntry(**(values | kw))], NOW.astimezone(UTC), lambda path: f"https://tz{path}")
        (event,) = Calendar.from_ical(self.written).events
        return event

    def test_a_day_is_a_plain_date_that_ends_at_the_next(self):
        event = self.event()
        self.assertEqual((event["dtstart"].dt, event["dtend"].dt), (DAY, DAY + timedelta(days=1)))
        self.assertIn(b"DTSTART;VALUE=DATE:20241220\r\n", self.written)

    def test_the_reminder_is_a_moment_in_utc_at_nine_the_day_before(self):
        (alarm,) = self.event().walk("VALARM")
        self.assertEqual(alarm["trigger"].dt, datetime(2024, 12, 19, 1, tzinfo=UTC))
        self.assertIn(b"TRIGGER;VALUE=DATE-TIME:20241219T010000Z\r\n", self.written)

    def test_of_what_is_done_nobody_is_reminded(self):
        self.assertEqual(self.event(is_done=True).walk("VALARM"), [])

    def test_words_come_back_as_they_were(self):
        """Marks that the format uses itself, two lines, and lines longer than 75 bytes; control characters do not."""
        title = "推进；落实,“三个\\一” " + "很长的标题" * 12
        event = self.event(title=title, text="第一行\n第二行\x0b\x00完")
        self.assertEqual((str(event["summary"]), str(event["description"])), (title, "第一行\n第二行完"))
        self.assertLessEqual(max(map(len, self.written.split(b"\r\n"))), 75)

    def test_the_same_entries_make_the_same_file(self):
        self.event()
        first = self.written
        self.event()
        self.assertEqual(self.written, first)
        self.assertNotIn(b"None", first)
