"""时间轴 of a plan: bars, milestones, today's line, what moved; filtered as the board, within its budget."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from boards.board import plan_board
from boards.timeline import Axis, before_of, timeline
from tests.base import TODAY
from tests.boards.pages import PageCase
from workplans.history import write_history
from workplans.models import Item, Milestone

SHANGHAI = ZoneInfo("Asia/Shanghai")


class TimelineCase(PageCase):
    """A plan with two periods, the later of which is shown."""

    def setUp(self):
        super().setUp()
        self.url = reverse("boards:plan_timeline", args=[self.plan.pk])
        self.item = self.make_item(self.plan, title="场地开放", deadline=date(2024, 9, 30))

    def milestone(self, **kw):
        """Add a milestone of the item."""
        return Milestone.objects.create(item=self.item, **({"what": "印发方案", "due_on": date(2024, 6, 30)} | kw))

    def wrote(self, row, day, **values):
        """Leave a history row as if `row` had held `values` on `day`."""
        former = type(row)(**{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields} | values)
        write_history([former], by=self.supervisor, now=datetime(*day, 9, tzinfo=SHANGHAI))

    def drawn(self):
        """Return the timeline and how the item is drawn on it."""
        rows = plan_board(self.plan, self.periods[-1], Item.objects.filter(plan=self.plan), TODAY).rows
        made = timeline(self.plan, rows, self.periods[-1], self.periods, TODAY)
        return made, made.drawn(rows)[0]


class AxisTest(TimelineCase):
    """Days become places."""

    def test_a_year_begins_at_the_left_and_ends_at_the_right(self):
        axis = Axis(date(2024, 1, 1), date(2024, 12, 31))
        self.assertEqual(
            [axis.at(date(2024, 1, 1)), axis.at(date(2024, 7, 1)), axis.at(date(2025, 1, 1))], [0, 49.7, 100]
        )
        self.assertEqual([name for _x, name in axis.months], [f"{n}月" for n in range(1, 13)])

    def test_a_long_stretch_names_fewer_months(self):
        names = [name for _x, name in Axis(date(2024, 1, 1), date(2026, 12, 31)).months]
        self.assertEqual(names[:5], ["1月", "4月", "7月", "10月", "2025年1月"])

    def test_it_has_room_for_what_lies_outside_the_plan(self):
        self.milestone(due_on=date(2025, 2, 10))
        made, row = self.drawn()
        self.assertEqual((made.axis.start, made.axis.end), (date(2024, 1, 1), date(2025, 2, 28)))
        self.assertGreater(row.diamonds[0].at, row.bar)

    def test_what_lies_far_away_stands_at_the_edge(self):
        self.milestone(due_on=date(2027, 2, 10))
        made, row = self.drawn()
        self.assertEqual((made.axis.end, row.diamonds[0].at), (date(2024, 12, 31), 100.0))

    def test_bar_and_rate(self):
        self.make_report(self.item, self.periods[-1], completion_percent=50, progress="甲")
        made, row = self.drawn()
        self.assertEqual((made.begin, row.bar, row.done), (0.0, 74.9, 37.5))


class MovedTest(TimelineCase):
    """What moved since the period before ended (2024-11-28), told by history."""

    def test_a_milestone_and_a_deadline_that_moved(self):
        milestone = self.milestone(due_on=date(2024, 7, 30))
        self.wrote(milestone, (2024, 5, 1), due_on=date(2024, 5, 31))
        self.wrote(milestone, (2024, 11, 28), due_on=date(2024, 6, 30))
        self.wrote(self.item, (2024, 11, 1), deadline=date(2024, 10, 10))
        self.wrote(milestone, (2024, 11, 29), due_on=date(2024, 7, 30))
        _made, row = self.drawn()
        self.assertEqual(row.moved, ("印发方案推迟30天（原6月30日）", "完成时限提前10天（原10月10日）"))
        self.assertIsNotNone(row.diamonds[0].was)
        page = self.client.get(self.url).text
        self.assertIn("印发方案推迟30天（原6月30日）", page)
        self.assertIn("way-was", page)

    def test_what_was_not_there_yet_did_not_move(self):
        milestone = self.milestone()
        self.wrote(milestone, (2024, 12, 5), due_on=date(2024, 5, 31))
        _made, row = self.drawn()
        self.assertEqual(row.moved, ())

    def test_the_first_period_has_none_before_it(self):
        self.assertIsNone(before_of(self.plan, self.periods[0], self.periods).period)


class TimelinePageTest(TimelineCase):
    """The page."""

    def test_pictures_say_in_a_sentence_what_they_show_and_numbers_are_printed(self):
        self.make_report(self.item, self.periods[-1], completion_percent=50, progress="甲")
        self.milestone(expected_percent=40)
        page = self.client.get(self.url)
        self.assertContains(page, 'role="img" aria-label="完成率50%；完成时限2024-09-30；6月30日 印发方案（逾期')
        self.assertContains(page, ">50%</b>")
        self.assertContains(page, "6月30日 印发方案")
        self.assertContains(page, 'aria-current="page">时间轴')

    def test_it_is_filtered_as_the_board(self):
        self.make_item(self.plan, title="劳动教育", lead=self.finance)
        page = self.client.get(self.url, {"office": self.finance.pk}).text
        self.assertIn("劳动教育", page)
        self.assertNotIn("场地开放", page)
        self.assertContains(self.client.get(self.url, {"q": "没有的"}), "没有符合条件的事项")

    def test_a_plan_without_milestones_says_how_they_come(self):
        self.assertContains(self.client.get(self.url), "这些事项还没有里程碑")

    def test_queries_and_bytes(self):
        for item in self.plan.items.all():
            self.mark(item)
        self.fill(2)
        self.assert_in_budget(self.url)
        for item in self.plan.items.all():
            self.mark(item)
        self.assert_in_budget(self.url)

    def mark(self, item):
        """Give an item four milestones, as quarters have them."""
        for n, (month, day) in enumerate(((3, 31), (6, 30), (9, 30), (12, 31)), start=1):
            Milestone.objects.create(
                item=item, position=n, what=f"第{n}季度完成专题调研并形成工作方案", due_on=date(2024, month, day), expected_percent=n * 25
            )  # fmt: skip

    def test_a_board_of_another_bureau_is_not_there(self):
        self.client.force_login(self.outsider)
        self.assertEqual(self.client.get(self.url).status_code, 404)
