"""Deactivating an office: it says what hangs on it, asks where that goes, and wants a confirmation."""

from datetime import date

from django.urls import reverse

from tests.base import NOW, CastTestCase
from tests.page_forms import sent_by_browser
from tracking.models import Period, Report
from tracking.periods.periods import make_slots, owed_items
from tracking.periods.retiring import hanging_on
from workplans.models import Item, Office


class RetiringTest(CastTestCase):
    """The 德育科, with two items, an open period and a closed one."""

    def setUp(self):
        """Open the form as the supervisor."""
        plan = self.make_plan()
        for status in ("active", "active", "done"):
            self.make_item(plan, status=status)
        self.past = self.make_period(
            label="2024年1-3月", as_of=date(2024, 3, 31), opens_on=date(2024, 3, 20), due_on=date(2024, 4, 5)
        )
        self.period = self.make_period()
        for period in (self.past, self.period):
            make_slots(period, owed_items(period), by=self.supervisor, now=NOW)
        Period.objects.filter(pk=self.past.pk).update(status="closed")
        self.url = reverse("admin:workplans_office_change", args=[self.moral.pk])
        self.client.force_login(self.supervisor)
        self.data = sent_by_browser(self.client.get(self.url), "office_form")

    def deactivate(self, **kw):
        """Take the tick away and press 保存."""
        data = {name: value for name, value in self.data.items() if name != "is_active"}
        return self.client.post(self.url, data | {name: [value] for name, value in kw.items()})

    def office(self):
        """The office as stored."""
        return Office.objects.get(pk=self.moral.pk)

    def test_the_counts(self):
        hanging = hanging_on(self.moral)
        self.assertEqual((hanging.items, hanging.reports, hanging.closed, hanging.people), (2, 2, 2, 2))
        self.assertFalse(hanging_on(self.coordinating))

    def test_it_says_what_hangs_on_it_and_stores_nothing(self):
        response = self.deactivate()
        self.assertContains(
            response,
            "还有2 个未办结的事项由它填报、2 份进展报告的填报期还没有截止、2 份已截止填报期的进展报告还没有通过、2 名任职人员",
        )
        self.assertTrue(self.office().is_active)

    def test_everything_goes_to_the_successor_but_what_has_closed(self):
        response = self.deactivate(is_confirmed="on", successor=self.finance.pk)
        self.assertEqual(response.status_code, 302)
        self.assertFalse(self.office().is_active)
        self.assertEqual(
            set(Item.objects.filter(status="active").values_list("reporting_office", flat=True)), {self.finance.pk}
        )
        self.assertEqual(
            set(Report.objects.filter(period=self.period).values_list("office", flat=True)), {self.finance.pk}
        )
        self.assertEqual(set(Report.objects.filter(period=self.past).values_list("office", flat=True)), {self.moral.pk})
        self.assertIn("停用", Item.objects.filter(status="active").first().history.first().history_change_reason)

    def test_it_can_be_kept_where_it_is(self):
        response = self.deactivate(is_confirmed="on")
        self.assertEqual(response.status_code, 302)
        self.assertContains(self.client.get(response.url), "仍留在它名下")
        self.assertEqual(Item.objects.filter(reporting_office=self.moral).count(), 3)

    def test_an_office_on_which_nothing_hangs_is_asked_nothing(self):
        url = reverse("admin:workplans_office_change", args=[self.coordinating.pk])
        page = self.client.get(url)
        self.assertNotContains(page, "is_confirmed")
        data = sent_by_browser(page, "office_form")
        data.pop("is_active")
        self.assertEqual(self.client.post(url, data).status_code, 302)
        self.assertFalse(Office.objects.get(pk=self.coordinating.pk).is_active)

    def test_another_change_asks_nothing(self):
        self.assertEqual(self.client.post(self.url, self.data | {"position": ["9"]}).status_code, 302)
        self.assertTrue(self.office().is_active)

    def test_an_office_out_of_use_is_not_offered_for_other_items(self):
        Office.objects.filter(pk=self.finance.pk).update(is_active=False)
        page = self.client.get(reverse("admin:workplans_item_change", args=[Item.objects.first().pk]))
        offered = page.context["adminform"].form.fields["reporting_office"].queryset
        self.assertNotIn(self.finance, offered)
        self.assertIn(self.moral, offered)
