"""With 100,000 reports no page reads a whole table: every query of it is put to the planner of the database."""

import json
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.base import CastTestCase, make_user
from tracking.models import Period, Report
from tracking.search.search_index import extent as search_extent
from tracking.search.search_index import newest, postgresql_query
from workplans.access import Role
from workplans.models import Assignment, Item, Office, Organization, Plan, Section

ORGANIZATIONS, OFFICES, YEARS, ITEMS, MONTHS = 21, 5, 10, 40, 12
# PostgreSQL weighs costs, and may rightly read 8,400 items as a whole; SQLite reads one only where it knows no better.
WHOLE_TABLE = {
    "postgresql": re.compile(r"Seq Scan on tracking_report\b"),
    "sqlite": re.compile(r"SCAN (tracking_report|workplans_item|workplans_assignment)\b(?! USING)"),
}
# The first 1,001 rows there are, which the admin counts; the words of items, which are few here and read without an index.
ALLOWED = re.compile(
    r"SELECT COUNT\(\*\) FROM \(SELECT [^()]* FROM \S+ LIMIT 1001\)|SELECT .workplans_item.*LIKE .%双减"
)
# Table → number of rows, and for each column what stands in row i; other columns get the default of their field.
PLANS = ORGANIZATIONS * YEARS
ROWS = {
    Organization: (ORGANIZATIONS, {"id": "1000 + i", "name": "'第' || i || '区教育局'"}),
    Office: (
        ORGANIZATIONS * OFFICES,
        {"id": "1000 + i", "organization_id": f"1000 + i / {OFFICES}", "name": "'科室' || i", "position": "i"},
    ),
    Plan: (
        PLANS,
        {
            "id": "1000 + i", "organization_id": f"1000 + i % {ORGANIZATIONS}", "title": "'工作要点' || i",
            "year": "{year}", "start_on": "{first}", "end_on": "{last}", "status": "'issued'",
        },
    ),
    Section: (PLANS, {"id": "1000 + i", "plan_id": "1000 + i", "position": "1", "ordinal": "'一'"}),
    Item: (
        PLANS * ITEMS,
        {
            "id": "1000 + i", "plan_id": f"1000 + i / {ITEMS}", "section_id": f"1000 + i / {ITEMS}",
            "position": f"i % {ITEMS}", "title": "'事项' || i",
            "reporting_office_id": f"1000 + (i / {ITEMS} % {ORGANIZATIONS}) * {OFFICES} + i % {OFFICES}",
        },
    ),
    Assignment: (
        PLANS * ITEMS,
        {"item_id": "1000 + i", "office_id": f"1000 + (i / {ITEMS} % {ORGANIZATIONS}) * {OFFICES} + i % {OFFICES}"},
    ),
    Period: (
        PLANS * MONTHS,
        {
            "id": "1000 + i", "organization_id": f"1000 + i / {MONTHS} % {ORGANIZATIONS}", "label": "'填报期' || i",
            "year": "{year}", "start_on": "{first}", "as_of": "{month}", "opens_on": "{month}", "due_on": "{month}",
            "status": "'archived'",
        },
    ),
    Report: (
        PLANS * MONTHS * ITEMS,
        {
            "id": "1000 + i", "item_id": f"1000 + i / {ITEMS * MONTHS} * {ITEMS} + i % {ITEMS}",
            "period_id": f"1000 + i / {ITEMS}", "progress": "CASE WHEN i % 50 = 0 THEN '完成双减调研' ELSE '' END",
            "status": "CASE WHEN i % 97 = 0 THEN 'returned' ELSE 'approved' END",
        },
    ),
}  # fmt: skip
DATES = {
    "sqlite": {"first": "{year} || '-01-01'", "last": "{year} || '-12-31'", "month": "printf('%04d-%02d-28', {year}, 1 + i % 12)"},
    "postgresql": {"first": "make_date({year}, 1, 1)", "last": "make_date({year}, 12, 31)", "month": "make_date({year}, 1 + i % 12, 28)"},
}  # fmt: skip


def insert(cursor, model, count, values):
    """Store `count` rows by one INSERT … SELECT."""
    year = f"(2015 + i / {count // YEARS})"
    words = {name: text.format(year=year) for name, text in DATES[connection.vendor].items()} | {"year": year}
    columns = {name: text.format(**words) for name, text in values.items()}
    for each in model._meta.concrete_fields:
        if each.attname not in columns and not each.primary_key:
            columns[each.attname] = literal(each.get_default())
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {count - 1})"
    names = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({names}) {numbers} SELECT {', '.join(columns.values())} FROM n"
    )


def literal(value) -> str:
    """Write a default as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value).upper()
    return f"'{value if isinstance(value, str) else json.dumps(value)}'"


class PlannerTest(CastTestCase):
    """Ten years of 21 organizations."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        with connection.cursor() as cursor:
            for model, (count, values) in ROWS.items():
                insert(cursor, model, count, values)
            cursor.execute("UPDATE tracking_period SET status = 'closed' WHERE year = 2024")
            cursor.execute("UPDATE tracking_report SET status = 'bureau_review' WHERE id % 5 = 1 AND id > 100000")
            cursor.execute("ANALYZE")
        organization = Organization.objects.get(pk=1003)
        cls.plan = Plan.objects.get(organization=organization, year=2024)
        office = organization.offices.first()
        cls.people = {
            "supervisor": make_user("busy", organization, Role.SUPERVISOR),
            "head": make_user("chief", organization, Role.HEAD, office),
            "administrator": cls.admin,
        }
        cls.period = organization.periods.order_by("-as_of").first()

    @classmethod
    def pages(cls):
        """Return the addresses of what is opened every day."""
        for name in ("overview", "reporting_map", "difficulties", "comparison"):
            yield reverse(f"boards:{name}") + "?organization=1003"
        yield reverse("tracking:review")
        yield reverse("tracking:my_reports")
        yield reverse("boards:plan_board", args=[cls.plan.pk])
        yield reverse("boards:item_page", args=[cls.plan.items.first().pk])
        yield reverse("boards:search") + "?q=双减"
        listing = reverse("admin:tracking_report_changelist")
        for query in (
            "",
            "q=双减",
            "status__exact=returned",
            f"period__id__exact={cls.period.pk}",
            f"item__plan__id__exact={cls.plan.pk}",
        ):
            yield f"{listing}?{query}"

    def explained(self, sql, parameters=None):
        """Return what the planner would do."""
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}", parameters)
            return "\n".join(str(row[-1]) for row in cursor.fetchall())

    def test_there_are_as_many_rows_as_the_title_says(self):
        self.assertGreater(Report.objects.count(), 100_000)

    def test_no_page_reads_a_whole_table(self):
        for who, person in self.people.items():
            self.client.force_login(person)
            for page in self.pages():
                with CaptureQueriesContext(connection) as queries:
                    response = self.client.get(page)
                if response.status_code in (403, 404) and who != "supervisor":
                    continue
                self.assertEqual(response.status_code, 200, page)
                for query in queries:
                    if query["sql"].startswith(("SELECT", "(SELECT")) and not ALLOWED.match(query["sql"]):
                        with self.subTest(who=who, page=page, sql=query["sql"][:120]):
                            self.assertNotRegex(self.explained(query["sql"]), WHOLE_TABLE[connection.vendor])

    def test_the_indexes_made_for_a_purpose_serve_it(self):
        newest_first = Report.objects.order_by("-period_id", "item_id")[:51]
        waiting = Report.objects.filter(status="returned").order_by("-period_id", "item_id")[:51]
        for rows, index in ((newest_first, "report_newest_period"), (waiting, "report_in_state")):
            with self.subTest(index):
                self.assertIn(index, rows.explain())

    def test_words_are_looked_up_in_their_index(self):
        if connection.vendor == "postgresql":
            plan = self.explained(postgresql_query("tracking_report"), [["双减"], 0, 2**62, 250])
            self.assertIn("tracking_report_form_pairs", plan)
            return
        with CaptureQueriesContext(connection) as queries:
            newest(Report.objects.filter(progress="双减"), ["双减"], 10, search_extent("default", None))
        plans = [self.explained(query["sql"]) for query in queries if "MATCH" in query["sql"]]
        self.assertTrue(plans)
        for plan in plans:
            self.assertIn("SCAN tracking_report_search VIRTUAL TABLE", plan)
