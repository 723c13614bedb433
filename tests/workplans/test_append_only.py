"""History is append-only in the database itself, keeps who did it, and is written or nothing is."""

from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.db.models.deletion import ProtectedError
from django.test import TransactionTestCase, tag
from django.urls import reverse

from audit import append_only
from tests.base import NOW, Cast, CastTestCase, make_user
from tracking.models import LetterTemplate, Report, ReportEvent, SheetLayout
from tracking.periods.periods import make_slots
from tracking.reports.instructing import answer, instruct, remark
from tracking.reports.recording import record
from tracking.reports.workflow import perform
from workplans.history import Origin, came_from, write_history
from workplans.models import Item, Milestone


class AppendOnlyTest(CastTestCase):
    """UPDATE, DELETE and what amounts to them are refused, whoever asks."""

    def setUp(self):
        """A row in every protected table."""
        item = self.make_item(self.make_plan(), tasks=["高中"])
        Milestone.objects.create(item=item, what="印发方案", due_on=NOW.date())
        self.report = self.make_report(item, self.make_period(), completion_percent=60, progress="甲")
        ReportEvent.objects.create(
            report=self.report, actor=self.reporter, at=NOW, action="submit", from_status="draft", to_status="draft"
        )
        LetterTemplate.objects.create(
            organization=self.bureau, kind="feedback", uploaded_by=self.supervisor, uploaded_at=NOW
        )
        said = instruct(item, [self.moral], text="请加快进度。", by=self.leader, now=NOW)
        answer(said.addressed.get(), text="已安排。", by=self.reporter, now=NOW)
        remark(self.report, text="数据何时核实？", by=self.supervisor, now=NOW)
        SheetLayout.objects.create(
            organization=self.bureau, sheet="ledger", name="报区政府", columns=[{"name": "title"}]
        )

    def refused(self, statement):
        """Run a statement that the database must refuse."""
        with (
            self.subTest(statement=statement),
            self.assertRaisesMessage(DatabaseError, append_only.REFUSAL),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_the_protected_tables_are_all_histories_and_the_events(self):
        names = {model._meta.model_name for model in append_only.protected_models()}
        self.assertEqual(
            names,
            {
                "historicalitem",
                "historicalassignment",
                "historicalmilestone",
                "historicalreport",
                "historicaltaskreport",
                "historicalsheetlayout",
                "instruction",
                "instructionoffice",
                "instructionanswer",
                "remark",
                "reportevent",
                "lettertemplate",
            },
        )

    def test_update_and_delete_are_refused(self):
        for model in append_only.protected_models():
            table, key = model._meta.db_table, model._meta.pk.column
            self.assertTrue(model.objects.exists(), table)
            self.refused(f"UPDATE {table} SET {key} = {key}")
            self.refused(f"DELETE FROM {table}")

    def test_the_orm_is_refused_too(self):
        for act in (
            lambda: self.report.history.all().delete(),
            lambda: self.report.history.update(progress="乙"),
            lambda: self.report.history.first().save(),
            lambda: ReportEvent.objects.get().delete(),
        ):
            with self.assertRaisesMessage(DatabaseError, append_only.REFUSAL), transaction.atomic():
                act()

    @tag("postgres")
    def test_truncate_is_refused_even_to_replication(self):
        connection.check_constraints()  # what is still to be checked would stop TRUNCATE first
        for model in append_only.protected_models():
            self.refused(f"TRUNCATE {model._meta.db_table} CASCADE")
            self.refused(f"SET LOCAL session_replication_role = replica; DELETE FROM {model._meta.db_table}")
            self.refused(f"SET LOCAL session_replication_role = replica; TRUNCATE {model._meta.db_table} CASCADE")

    @tag("sqlite")
    def test_replacing_a_row_by_inserting_it_again_is_refused(self):
        for model in append_only.protected_models():
            self.refused(f"INSERT OR REPLACE INTO {model._meta.db_table} SELECT * FROM {model._meta.db_table}")

    def test_the_protection_comes_back_after_it_was_lost(self):
        """As when a migration rebuilds a table on SQLite."""
        connection.check_constraints()
        append_only.unprotect_all()
        self.report.history.update(progress="乙")
        append_only.protect_all()
        self.refused("UPDATE tracking_historicalreport SET progress = ''")

    def test_deleting_an_item_leaves_its_history_and_adds_to_it(self):
        item = self.make_item(self.make_plan())
        key = item.pk
        item.delete()
        rows = Item.history.filter(id=key).order_by("history_id")
        self.assertEqual([row.history_type for row in rows], ["+", "-"])


class FlushTest(Cast, TransactionTestCase):
    """`manage.py flush`, which empties every table, stops at the history."""

    def test_flush_is_refused_and_leaves_everything(self):
        self.cast()
        self.make_report(self.make_item(self.make_plan()), self.make_period())
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        from django.core.management.color import no_style

        statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=False)
        # Which table is met first is chance: the names of tables come as a set.
        with self.assertRaisesRegex(DatabaseError, f"{append_only.REFUSAL}|{append_only.FROZEN_REFUSAL}"):
            connection.ops.execute_sql_flush(statements)
        self.assertEqual(Report.objects.count(), 1)


class PeopleStayTest(CastTestCase):
    """Who stands in a history row is not deleted but put out of use."""

    def setUp(self):
        """A row written by somebody who then leaves."""
        self.leaver = make_user("leaver")
        item = self.make_item(self.make_plan())
        write_history([item], by=self.leaver, now=NOW)
        self.client.force_login(self.admin)

    def test_the_orm_refuses(self):
        with self.assertRaises(ProtectedError):
            self.leaver.delete()

    def test_the_admin_says_what_to_do_instead(self):
        url = reverse("admin:auth_user_delete", args=[self.leaver.pk])
        for page in (self.client.get(url), self.client.post(url, {"post": "yes"})):
            self.assertContains(page, "已有填报或历史记录，不能删除")
            self.assertContains(page, "“有效”")
            self.assertTrue(get_user_model().objects.filter(pk=self.leaver.pk).exists())

    def test_somebody_without_a_trace_can_be_deleted(self):
        stranger = make_user("stranger")
        self.client.post(reverse("admin:auth_user_delete", args=[stranger.pk]), {"post": "yes"})
        self.assertFalse(get_user_model().objects.filter(pk=stranger.pk).exists())

    def test_the_history_of_a_person_out_of_use_still_names_him(self):
        self.leaver.is_active = False
        self.leaver.save()
        self.assertEqual(Item.history.latest("history_id").history_user, self.leaver)


class AllOrNothingTest(CastTestCase):
    """Where the history row cannot be written, the change does not happen."""

    def setUp(self):
        """A report in the supervisor's hands and one still being written."""
        self.plan, self.period = self.make_plan(), self.make_period()
        self.item = self.make_item(self.plan)
        self.draft = self.make_report(self.item, self.period)
        self.sent = self.make_report(
            self.make_item(self.plan), self.period, status="bureau_review", completion_percent=60,
            progress="甲", saved_by=self.reporter, submitted_by=self.reporter,
        )  # fmt: skip

    def break_history(self, model):
        """Make the database refuse every further row of a history."""
        table = model.history.model._meta.db_table
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    f"CREATE TRIGGER broken_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
                )
                return
            cursor.execute(
                "CREATE OR REPLACE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'full'; END $$"
            )
            cursor.execute(f"CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()")

    def fails(self, act, model, read):
        """Run `act` with a broken history of `model`; nothing that `read` returns may change."""
        before = read()
        with self.assertRaisesMessage(DatabaseError, "full"), transaction.atomic():
            self.break_history(model)
            act()
        self.assertEqual(read(), before)

    def reports(self):
        """Return all that reports hold."""
        return list(Report.objects.order_by("pk").values()), ReportEvent.objects.count()

    def test_a_save(self):
        def act():
            record(self.draft, {"progress": "乙"}, by=self.reporter, now=NOW)

        self.fails(act, Report, self.reports)

    def test_a_step(self):
        self.fails(lambda: perform(self.sent, "approve", by=self.supervisor, now=NOW), Report, self.reports)

    def test_the_slots_of_a_period(self):
        self.make_item(self.plan)
        items = self.plan.items.all()
        self.fails(lambda: make_slots(self.period, items, by=self.supervisor, now=NOW), Report, self.reports)

    def test_an_item_in_the_admin(self):
        self.client.force_login(self.supervisor)
        url = reverse("admin:workplans_item_change", args=[self.item.pk])
        form = self.client.get(url).context["adminform"].form
        data = {name: value for name, value in form.initial.items() if value is not None}
        for prefix in ("assignments", "tasks", "targets", "milestones"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        data["title"] = "改过的标题"
        self.fails(lambda: self.client.post(url, data), Item, lambda: list(Item.objects.values()))


class OriginTest(CastTestCase):
    """Each history row says from which kind of page the change came."""

    def setUp(self):
        """One item."""
        self.item = self.make_item(self.make_plan())

    def origin(self):
        """Return what the latest row says."""
        return Item.history.latest("history_id").history_origin

    def test_without_a_page_it_is_a_command(self):
        self.assertEqual(self.origin(), "command")

    def test_what_is_said_counts_first(self):
        with came_from(Origin.IMPORT):
            self.item.save()
        self.assertEqual(self.origin(), "import")
        write_history([self.item], by=self.supervisor, now=NOW, origin=Origin.FORM)
        self.assertEqual(self.origin(), "form")

    def test_the_admin_is_told_from_our_pages(self):
        self.client.force_login(self.supervisor)
        url = reverse("admin:workplans_item_change", args=[self.item.pk])
        form = self.client.get(url).context["adminform"].form
        data = {name: value for name, value in form.initial.items() if value is not None}
        for prefix in ("assignments", "tasks", "targets", "milestones"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        self.client.post(url, data | {"title": "改过的标题"})
        self.assertEqual((self.origin(), Item.history.first().history_user), ("admin", self.supervisor))
