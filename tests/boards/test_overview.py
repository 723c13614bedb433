"""总览: its numbers against plain Python, the rows behind each of them, and the page."""

from collections import Counter
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import parse_qs, urlencode

from django.urls import reverse

from boards.overview import CHANGES, overview
from boards.scope import vantage
from boards.totals import STANDINGS
from tests.base import TODAY
from tracking.models import Report
from tracking.periods.missing import office_counts

from .pages import PageCase
from .random_rows import COUNTED, SETS, RandomYear

EDITABLE = ("draft", "returned")


def mean(values):
    return (sum(values) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP) if values else None


class RandomOverviewTest(RandomYear):
    """Every number over fifty random years."""

    def test_every_number_agrees_with_plain_python(self):
        for seed in range(SETS):
            rows = self.shuffle(seed)
            today = date(2024, 10, 20) + timedelta(days=seed % 30)
            place = vantage({"period": str(self.periods[10].pk)}, self.supervisor, today)
            found = overview(place.plans, place.items(), place.period, place.previous, today)
            with self.subTest(seed=seed):
                self.totals(found, rows)
                self.bars(found, rows)
                self.changes(found, rows)
                self.lists(found, rows, today)

    def totals(self, found, rows):
        counted = [row for row in rows if row.status in COUNTED]
        standing = Counter(self.standing(row) for row in counted)
        totals = found.totals
        self.assertEqual(
            (totals.items, totals.done, totals.on_track, totals.behind, totals.unreported, totals.left_out),
            (len(counted), *(standing[name] for name in STANDINGS), len(rows) - len(counted)),
        )
        filled = [Decimal(row.percent(10)) for row in counted if row.percent(10) is not None]
        self.assertEqual(totals.average_completion, mean(filled))
        self.assertEqual(totals.expected, mean([row.expected(10) for row in counted]))

    def standing(self, row):
        value = row.percent(10)
        if row.finished(10):
            return "done"
        if value is None:
            return "unreported"
        return "on_track" if row.expected(10) - value < 10 else "behind"

    def bars(self, found, rows):
        for plan, sections in found.bars:
            for bar in (plan, *sections):
                members = [row for row in rows if row.plan == plan.plan.pk and row.status in COUNTED]
                filled = [Decimal(row.percent(10)) for row in members if row.percent(10) is not None]
                self.assertEqual((bar.items, bar.average_completion), (len(members), mean(filled)))
                lagging = [row for row in members if self.is_lagging(row)]
                self.assertEqual(bar.behind, len(lagging))

    def is_lagging(self, row):
        value = row.percent(10)
        return row.status == "active" and value is not None and row.expected(10) - value > 30

    def changes(self, found, rows):
        expected = {kind: set() for kind in CHANGES}
        for row in rows:
            if row.status not in COUNTED or 8 not in row.said:
                continue
            before, now = row.said[8], row.said[10]
            if before.percent is not None and now.percent is not None:
                kind = "moved" if now.percent > before.percent else "fell" if now.percent < before.percent else "still"
                if kind != "still" or not row.finished(10):
                    expected[kind].add(row.pk)
            if now.troubled and not before.troubled:
                expected["troubled"].add(row.pk)
            if before.troubled and not now.troubled and now.saved_at:
                expected["eased"].add(row.pk)
        self.assertEqual({kind: {one.row.item.pk for one in ones} for kind, _label, ones in found.changes}, expected)

    def lists(self, found, rows, today):
        owed = [row for row in rows if row.status == "active" and row.said[10].status in EDITABLE]
        self.assertEqual({debt.office.pk: debt.missing for debt in found.missing}, Counter(r.office for r in owed))
        overdue = [row for row in owed if row.said[10].status == "draft" and today > date(2024, 11, 8)]
        self.assertEqual(found.overdue_total, len(overdue))
        counts = office_counts(self.periods[10], today)
        self.assertEqual(found.missing_total, sum(count.missing for count in counts))
        told = {row.pk for row in rows if row.status in COUNTED and row.said[10].troubled}
        self.assertEqual({row.item.pk for row in found.difficulties}, told)
        near = [
            row.pk for row in rows
            if row.deadline and today <= row.deadline <= today + timedelta(days=30)
            and row.status == "active" and not row.finished(10)
        ]  # fmt: skip
        self.assertEqual({row.item.pk for row in found.deadlines}, set(near))

    def test_behind_each_number_stand_as_many_rows(self):
        for seed in range(5):
            self.shuffle(seed)
            place = vantage({"period": str(self.periods[10].pk)}, self.supervisor, TODAY)
            found = overview(place.plans, place.items(), place.period, place.previous, TODAY)
            totals = found.totals
            cases = [({"standing": name}, getattr(totals, name)) for name in STANDINGS]
            cases += [({"change": kind}, len(ones)) for kind, _label, ones in found.changes]
            cases += [({c.kind.value: c.color.value}, c.count) for c in totals.progress_counts]
            cases += [({c.kind.value: c.color.value}, c.count) for c in totals.reporting_counts]
            cases += [({c.kind.value: c.color.value}, c.count) for c in totals.deadline_counts]
            cases += [({"due": "soon"}, len(found.deadlines)), ({"left_out": "1"}, totals.left_out), ({}, 13)]
            for plan, sections in found.bars:
                cases += [({"section": str(b.section.pk), "progress": "red"}, b.behind) for b in sections]
                cases += [({"plan": str(plan.plan.pk), "standing": "unreported"}, plan.unreported)]
            for asked, count in cases:
                with self.subTest(seed=seed, asked=asked):
                    self.assertEqual(len(found.behind(asked)[0]), count)


class OverviewPageTest(PageCase):
    """The page."""

    url = reverse("boards:overview")
    rows_url = reverse("boards:overview_rows")

    def test_queries_and_bytes(self):
        self.assert_in_budget(self.url)

    def test_queries_and_bytes_of_the_rows(self):
        self.assert_in_budget(self.rows_url)

    def test_the_sentence_the_lamps_and_the_rules_are_printed(self):
        self.fill(2)
        response = self.client.get(self.url)
        for text in ("达序时进度", "滞后事项", "未报送科室", "编制紧缺", "报送灯：", "进度灯：", "时限灯："):
            with self.subTest(text):
                self.assertContains(response, text)

    def test_without_period_or_plan_it_says_what_to_do(self):
        self.client.force_login(self.outsider)
        self.assertContains(self.client.get(self.url), "还没有开放的填报期")
        Report.objects.all().delete()
        self.client.force_login(self.supervisor)
        self.plan.status = "draft"
        self.plan.save()
        self.assertContains(self.client.get(self.url), "没有已下达的工作计划")
        self.client.force_login(self.nobody)
        self.assertContains(self.client.get(self.url), "您还没有可以查看的单位")

    def test_another_bureau_period_or_year_is_not_found(self):
        foreign = self.make_period(organization=self.other_bureau)
        for asked in (
            {"organization": self.other_bureau.pk}, {"period": foreign.pk}, {"year": "1999"}, {"year": "x"},
            {"organization": "x"}, {"period": "x"},
        ):  # fmt: skip
            with self.subTest(asked):
                self.assertEqual(self.client.get(self.url, asked).status_code, 404)

    def test_the_year_leads_to_its_latest_period_and_the_choice_is_kept_in_links(self):
        self.fill(2)
        place = self.client.get(self.url, {"year": 2024}).context["place"]
        self.assertEqual(place.period.year, 2024)
        self.assertEqual(parse_qs(place.query)["period"], [str(place.period.pk)])
        again = self.client.get(f"{self.url}?{place.query}").context["place"]
        self.assertEqual(again.period, place.period)

    def test_the_administrator_chooses_among_bureaus(self):
        self.client.force_login(self.admin)
        self.assertContains(self.client.get(self.url), "id_organization")
        chosen = self.client.get(f"{self.url}?{urlencode({'organization': self.bureau.pk})}").context["place"]
        self.assertEqual(chosen.organization, self.bureau)

    def test_an_empty_selection_leads_back(self):
        self.fill(2)
        self.assertContains(self.client.get(self.rows_url, {"progress": "blue"}), "没有这样的事项")
