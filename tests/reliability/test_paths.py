"""Changes by every path there is, 2,000 in random order: as many history rows as rows that changed, each time."""

import random
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import tablib
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tests.base import CastTestCase, make_user
from tracking.models import Period, Report, TaskReport
from tracking.reports.recording import Conflict, record
from tracking.reports.workflow import TRANSITIONS, Impossible, Refused, perform_many
from tracking.resources import ReportResource
from workplans import lifecycle
from workplans.access import Role
from workplans.models import Assignment, Item, ItemRequest
from workplans.resources import ItemResource

OPERATIONS = 2000
KEPT = (Item, Assignment, Report, TaskReport)
PLAN = (
    "虹口区教育局2024年第{number}批专项工作要点\n\n一、重点工作\n\n1.推进第{number}项试点工作。（责任科室：德育科）\n"
)


def snapshot():
    """Return (model, id) → everything stored in that row."""
    return {
        (model, row[0]): row for model in (*KEPT, ItemRequest) for row in model.objects.order_by("pk").values_list()
    }


def history_rows():
    """Return how many history rows there are."""
    return sum(model.history.count() for model in KEPT)


def changed(before, after):
    """Return the records that differ; what becomes of a request is told in the history of its item."""
    rows = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    items = {(Item, after[key][1]) for key in rows if key[0] is ItemRequest}
    return {key for key in rows if key[0] is not ItemRequest} | items


class EveryPathTest(CastTestCase):
    """One bureau's data under random use."""

    def setUp(self):
        """Six items in an open period, two with tasks; people to act; dice that fall the same each time."""
        self.dice = random.Random(20241028)
        self.plan, self.period = self.make_plan(), self.make_period()
        self.later = self.make_plan(year=2025, start_on=date(2025, 1, 1), end_on=date(2025, 12, 31))
        for number in range(6):
            tasks = ("高中",) if number < 2 else ()
            item = self.make_item(self.plan, tasks=tasks, deadline=date(2030, 1, 1))
            self.make_report(item, self.period)
        self.second = make_user("second", self.bureau, Role.SUPERVISOR)
        self.paths = (
            (self.by_record, 1000), (self.by_page, 120), (self.by_admin, 100), (self.in_bulk, 400),
            (self.by_workbook, 80), (self.by_lifecycle, 270), (self.by_command, 30),
        )  # fmt: skip

    def report(self):
        """Return one report."""
        return self.dice.choice(self.reports())

    def reports(self):
        """Return the reports of the plan."""
        related = ("item__plan", "item__reporting_office", "period")
        return list(Report.objects.filter(item__plan=self.plan).select_related(*related).order_by("pk"))

    def texts(self):
        """Return changes, at times none."""
        return {
            "completion_percent": self.dice.choice((None, 10, 50, 100)),
            "progress": self.dice.choice(("", "甲", "乙", "丙")),
            "difficulties": self.dice.choice(("", "缺少师资。")),
        }

    def somebody(self):
        """Return somebody who may be allowed to."""
        return self.dice.choice((self.reporter, self.head, self.supervisor, self.other_reporter))

    # --- the paths -------------------------------------------------------------------------------------

    def by_record(self):
        report = self.report()
        parts = {part.pk: {"progress": self.dice.choice(("", "丁", "戊"))} for part in report.task_reports.all()}
        record(report, self.texts(), by=self.somebody(), now=timezone.now(), task_texts=parts)

    def form(self, report):
        """Return what a browser sends for a report."""
        data = {name: "" if value is None else value for name, value in self.texts().items()}
        data |= {"next_steps": report.next_steps, "seen_version": report.version - self.dice.choice((0, 0, 1))}
        parts = list(report.task_reports.order_by("pk"))
        data |= {"task_reports-TOTAL_FORMS": len(parts), "task_reports-INITIAL_FORMS": len(parts)}
        for place, part in enumerate(parts):
            data |= {f"task_reports-{place}-id": part.pk, f"task_reports-{place}-report": report.pk}
            data[f"task_reports-{place}-progress"] = self.dice.choice(("", "己"))
        return data

    def by_page(self):
        report = self.report()
        self.client.force_login(self.somebody())
        self.client.post(reverse("tracking:report_draft", args=[report.pk]), self.form(report))

    def by_admin(self):
        report = self.report()
        self.client.force_login(self.somebody())
        self.client.post(reverse("admin:tracking_report_change", args=[report.pk]), self.form(report))

    def in_bulk(self):
        chosen = self.dice.sample(self.reports(), self.dice.choice((1, 2, 3)))
        status = chosen[0].status
        chosen = [report for report in chosen if report.status == status]  # a mixed choice is refused at once
        possible = [name for name, step in TRANSITIONS.items() if status in step.sources]
        perform_many(
            Report.objects.filter(pk__in=[report.pk for report in chosen]), self.dice.choice(possible),
            by=self.dice.choice((self.reporter, self.head, self.supervisor, self.second)), now=timezone.now(),
            versions={report.pk: report.version for report in chosen}, note="缺少数据",
        )  # fmt: skip

    def by_workbook(self):
        resource = self.dice.choice((ReportResource, ItemResource))(user=self.supervisor, now=timezone.now())
        rows = resource.export(resource._meta.model.objects.filter(pk__in=self.some_ids(resource._meta.model)))
        heading = "目前进展情况" if isinstance(resource, ReportResource) else self.dice.choice(("标题", "配合科室"))
        place = rows.headers.index(heading)
        told = {"配合科室": ("", "计财科", "办公室"), "标题": ("壬", "癸")}.get(heading, ("庚", "辛"))
        table = tablib.Dataset(headers=rows.headers)
        for row in rows:
            table.append([*row[:place], self.dice.choice(told), *row[place + 1 :]])
        resource.import_data(table, raise_errors=False)

    def some_ids(self, model):
        """Return the ids of two records of the plan."""
        path = "plan" if model is Item else "item__plan"
        ids = list(model.objects.filter(**{path: self.plan}).order_by("pk").values_list("pk", flat=True))
        return self.dice.sample(ids, 2)

    def by_lifecycle(self):
        item = self.dice.choice(list(self.plan.items.order_by("pk")))
        now, waiting = timezone.now(), item.requests.filter(status="pending").first()
        acts = [
            lambda: lifecycle.request_closing(item, "已完成", by=self.reporter, now=now),
            lambda: lifecycle.request_extension(item, "等批复", date(2031, 1, 1), by=self.head, now=now),
            lambda: lifecycle.suspend(item, "上级调整", by=self.supervisor, now=now),
            lambda: lifecycle.cancel(item, "上级调整", by=self.supervisor, now=now),
            *[lambda: lifecycle.resume(item, "继续", by=self.supervisor, now=now)] * 4,
        ]
        if waiting:
            granted = self.dice.random() < 0.3
            acts += [
                lambda: lifecycle.decide(waiting, granted, "材料不足", by=self.supervisor, now=now),
                lambda: lifecycle.withdraw_request(waiting, by=waiting.requested_by, now=now),
            ]
        if self.dice.random() < 0.02 and self.later.items.count() < 2:
            acts = [lambda: lifecycle.carry_over(item, self.later, "跨年", by=self.supervisor, now=now)]
        self.dice.choice(acts)()

    def by_command(self):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "plan.txt"
            file.write_text(PLAN.format(number=self.dice.randrange(30)), encoding="utf-8")
            with open(Path(folder) / "out", "w", encoding="utf-8") as out:
                call_command("import_document", str(file), organization=self.bureau.name, stdout=out, stderr=out)

    # --- the count ---------------------------------------------------------------------------------------

    def attempt(self, path):
        """Take a path; what is refused on it changes nothing."""
        try:
            with transaction.atomic():
                path()
        except (PermissionDenied, Refused, Impossible, Conflict, lifecycle.ItemStepImpossible, SystemExit):
            pass

    def test_2000_operations_leave_a_history_row_for_each_row_they_changed(self):
        order = [path for path, times in self.paths for _ in range(times)]
        self.dice.shuffle(order)
        self.assertEqual(len(order), OPERATIONS)
        before, rows, effective = snapshot(), history_rows(), Counter()
        for number, path in enumerate(order):
            self.attempt(path)
            after, now = snapshot(), history_rows()
            difference = changed(before, after)
            effective[path.__name__] += len(difference)
            self.assertEqual(now - rows, len(difference), f"operation {number}, {path.__name__}: {difference}")
            before, rows = after, now
        print(f"\n{OPERATIONS} operations changed {sum(effective.values())} rows: {dict(effective)}", flush=True)
        self.assertEqual(Period.objects.get().status, "open")
        for path, _ in self.paths:
            self.assertGreater(effective[path.__name__], 10, f"{path.__name__} did nothing to speak of")
