"""填报情况, 困难清单, 两期对比: numbers against plain Python over random years, and the pages."""

from datetime import date, timedelta

from django.urls import reverse

from boards.difficulties import difficulties
from boards.reporting_map import reporting_map
from boards.rows import board_rows
from boards.scope import vantage
from boards.two_periods import COPIED, compare
from tests.base import TODAY
from tests.boards.pages import DIFFICULTIES, PageCase
from tests.boards.random_rows import COUNTED, MONTHS, SETS, RandomYear
from tracking.models import Report
from tracking.periods.missing import office_counts
from workplans.models import Item

EDITABLE = ("draft", "returned")


class RandomPeriodsTest(RandomYear):
    """All three over fifty random years."""

    def test_the_map_agrees_with_plain_python_and_with_the_list_of_the_missing(self):
        for seed in range(SETS):
            rows = self.shuffle(seed)
            today = date(2024, 10, 1) + timedelta(days=seed)
            found = reporting_map(Item.objects.all(), list(self.periods.values()), today)
            for number, (month, period) in enumerate(self.periods.items()):
                said = [(row, row.said[month]) for row in rows if month in row.said]
                owed = [(row, one) for row, one in said if row.status == "active" or one.status not in EDITABLE]
                in_time = [one for _row, one in owed if one.status not in EDITABLE and one.sent <= period.due_on]
                late = [
                    r for r, one in owed if r.status == "active" and one.status == "draft" and today > period.last_day
                ]
                count = found.totals.counts[number]
                with self.subTest(seed=seed, month=month):
                    self.assertEqual(count.owed, len(owed))
                    self.assertEqual(count.missing, sum(one.status in EDITABLE for _row, one in owed))
                    self.assertEqual((count.on_time, count.overdue), (len(in_time), len(late)))
                    self.assertEqual(sum(line.counts[number].owed for line in found.offices), count.owed)
            by_office = {line.office.pk: line.counts[-1].missing for line in found.offices}
            for one in office_counts(self.periods[10], today):
                self.assertEqual(by_office[one.office.pk], one.missing)

    def test_the_age_of_difficulties_agrees_with_plain_python(self):
        for seed in range(SETS):
            rows = {row.pk: row for row in self.shuffle(seed)}
            plans = {plan.pk: plan for plan in (self.plan, self.half)}
            board = board_rows(plans, self.periods[10], Item.objects.all(), TODAY)
            found = difficulties(board, self.periods[10], list(self.periods.values()))
            expected = {}
            for row in rows.values():
                told = [row.said[month].troubled for month in sorted(row.said)]
                if row.status in COUNTED and told[-1]:
                    expected[row.pk] = next((n for n, one in enumerate(reversed(told)) if not one), len(told))
            with self.subTest(seed=seed):
                self.assertEqual({each.row.item.pk: each.age for each in found}, expected)
                for each in found:
                    texts = [one.difficulties.strip() for _m, one in sorted(rows[each.row.item.pk].said.items())]
                    same = each.age > 1 and texts[-1] != "" and texts[-1] == texts[-2]
                    self.assertEqual(each.is_repeated, same)

    def test_the_comparison_of_any_two_periods_agrees_with_plain_python(self):
        months = list(MONTHS)
        for seed in range(SETS):
            rows = self.shuffle(seed)
            one, other = months[seed % 3], months[seed % 3 + 1]
            place = vantage({"period": str(self.periods[other].pk)}, self.supervisor, TODAY)
            found = compare(place.plans, place.items(), self.periods[one], self.periods[other], place.every, 2, TODAY)
            expected = {
                row.pk for row in rows
                if {one, other} <= set(row.said)
                and row.said[one].progress == row.said[other].progress != ""
                and row.plan in place.plans
            }  # fmt: skip
            steps = {
                row.pk: row.said[other].percent - row.said[one].percent
                for row in rows
                if row.plan in place.plans and {one, other} <= set(row.said)
                and None not in (row.said[one].percent, row.said[other].percent)
            }  # fmt: skip
            with self.subTest(seed=seed):
                # The item with tasks compares its task's (empty) progress too, which changes nothing.
                self.assertEqual({pair.row.item.pk for pair in found.only(COPIED)}, expected)
                got = {p.row.item.pk: p.changed.step for p in found.pairs if p.changed.step is not None}
                self.assertEqual(got, steps)
                for kind, _label, count in found.counts:
                    self.assertEqual(len(found.only(kind)), count)


class PeriodPagesTest(PageCase):
    """The pages."""

    periods_wanted = 11
    map_url = reverse("boards:reporting_map")
    difficulties_url = reverse("boards:difficulties")
    comparison_url = reverse("boards:comparison")

    def test_queries_and_bytes_of_40_items_and_twelve_periods(self):
        for url, queries in ((self.map_url, 8), (self.difficulties_url, 9), (self.comparison_url, 9)):
            with self.subTest(url):
                self.assert_in_budget(url, queries)

    def test_the_map_tells_by_shape_and_word_and_leads_to_the_missing(self):
        self.fill(2)
        response = self.client.get(self.map_url)
        self.assertContains(response, "■逾期")
        missing = reverse("tracking:missing_reports", args=[self.periods[0].pk])
        self.assertContains(response, f"{missing}?office={self.moral.pk}")

    def test_difficulties_are_found_by_words_office_and_age(self):
        self.fill(2)
        item = self.make_item(self.plan, lead=self.finance, title="新事")
        self.make_report(item, self.periods[-1], completion_percent=1, difficulties="场地不足", next_steps="租用")
        cases = [
            ({}, 3), ({"q": "场地"}, 1), ({"q": "租用 新事"}, 1), ({"age": "old"}, 2), ({"age": "new"}, 1),
            ({"office": self.finance.pk}, 1), ({"q": "没有这样的"}, 0),
        ]  # fmt: skip
        for asked, count in cases:
            response = self.client.get(self.difficulties_url, asked)
            with self.subTest(asked):
                self.assertEqual(len(response.context["page"] or ()), count)
        self.assertContains(response, "查看这一期的全部 3 项困难")
        first = self.client.get(self.difficulties_url).context["page"][0]
        self.assertEqual((first.age, first.is_repeated), (11, True))
        self.assertEqual(first.row.difficulties, DIFFICULTIES)

    def test_the_comparison_marks_what_changed_and_what_was_copied(self):
        self.fill(2)
        report = Report.objects.filter(period=self.periods[-1]).first()
        report.progress = report.progress.replace("专题调研", "实地调研")
        report.save()
        response = self.client.get(self.comparison_url)
        self.assertContains(response, "<ins>实地</ins>")
        self.assertContains(response, "照抄")
        self.assertEqual(len(self.client.get(self.comparison_url, {"kind": "copied"}).context["page"]), 1)
        first = self.client.get(self.comparison_url, {"before": self.periods[0].pk}).context["found"]
        self.assertEqual(first.before, self.periods[0])

    def test_empty_states_say_what_to_do(self):
        self.client.force_login(self.outsider)
        for url in (self.map_url, self.difficulties_url, self.comparison_url):
            self.assertContains(self.client.get(url), "还没有开放的填报期")
        self.client.force_login(self.supervisor)
        self.assertContains(self.client.get(self.map_url), "还没有进展报告")
        self.assertContains(self.client.get(self.difficulties_url), "没有科室报告困难")
        self.assertContains(self.client.get(self.comparison_url, {"period": self.periods[0].pk}), "没有上一期可比")

    def test_a_foreign_period_is_not_found(self):
        foreign = self.make_period(organization=self.other_bureau)
        self.assertEqual(self.client.get(self.comparison_url, {"before": foreign.pk}).status_code, 404)
