"""科室页 against plain Python, and the comparison that a setting turns on."""

from django.test import override_settings
from django.urls import reverse

from boards.offices import office_rows, office_year
from boards.scope import vantage
from tests.base import TODAY
from workplans.models import Assignment

from .pages import PageCase
from .random_rows import COUNTED, SETS, RandomYear


class RandomOfficeTest(RandomYear):
    """Both offices over fifty random years."""

    def test_every_number_agrees_with_plain_python(self):
        for seed in range(SETS):
            rows = self.shuffle(seed)
            place = vantage({"period": str(self.periods[10].pk)}, self.supervisor, TODAY)
            numbers = {row.office: row for row in self.rows_of(place)}
            for office in (self.moral, self.finance):
                own = [row for row in rows if row.office == office.pk]
                said = [(row, one) for row in own for one in row.said.values()]
                owed = [(r, one) for r, one in said if r.status == "active" or one.status not in ("draft", "returned")]
                found = office_year(office, place.plans, place.items(), place.period, place.periods, TODAY)
                with self.subTest(seed=seed, office=office):
                    self.assertEqual({row.item.pk for row in found.reports_on}, {row.pk for row in own})
                    self.assertEqual(found.totals.items, sum(row.status in COUNTED for row in own))
                    self.assertEqual(found.line.sums[0], len(owed))
                    self.assertEqual(numbers[office].owed, len(owed))
                    self.assertEqual(numbers[office].average_completion, found.totals.average_completion)

    def rows_of(self, place):
        return office_rows(place.plans, place.items(), place.period, place.periods, TODAY)


class OfficePageTest(PageCase):
    """The pages."""

    comparison = reverse("boards:office_comparison")

    def test_queries_and_bytes(self):
        self.assert_in_budget(reverse("boards:office_page", args=[self.moral.pk]))

    def test_what_an_office_supports_stands_by_its_role(self):
        self.fill(2)
        Assignment.objects.create(item=self.plan.items.first(), office=self.finance, role="support", position=2)
        page = self.client.get(reverse("boards:office_page", args=[self.finance.pk]))
        self.assertEqual([role for _row, role in page.context["others"]], ["配合"])
        self.assertContains(page, "没有由本科室填报的事项")

    def test_an_office_of_another_bureau_is_not_found(self):
        url = reverse("boards:office_page", args=[self.foreign_office.pk])
        self.assertEqual(self.client.get(url).status_code, 404)

    def test_offices_are_compared_only_where_a_setting_says_so_and_never_ranked(self):
        self.fill(2)
        self.assertEqual(self.client.get(self.comparison).status_code, 404)
        self.make_report(self.make_item(self.plan, lead=self.finance), self.periods[-1], completion_percent=100)
        with override_settings(OFFICE_COMPARISON=True):
            page = self.client.get(self.comparison)
            self.assertEqual([row.office for row in page.context["rows"]], [self.moral, self.finance])
            self.assert_in_budget(self.comparison)
