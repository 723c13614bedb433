"""Work on reports in a process of its own: `python -m tests.reliability.work make 4 | write REPORT | facts | release`.

Each save changes a report and its task in one transaction, so that half a save shows: both texts are the number of
the save, and the version counts the history rows.
"""

import json
import os
import sys

import django

TEXT = "第{}次保存。" + "深化思政课改革创新，统筹推进“思政课一体化”建设。" * 20


def main():
    """Run one of the commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    name, *arguments = sys.argv[1:]
    commands = {"make": make, "write": write, "facts": facts, "release": release}
    commands[name](*map(int, arguments))


def make(number):
    """Make the cast and `number` reports with a task each; print ids, and the session of who writes them."""
    from tests.base import Cast
    from tests.reliability.world import session_of

    Cast.cast()
    plan, period = Cast.make_plan(), Cast.make_period()
    made = [Cast.make_report(Cast.make_item(plan, tasks=["高中"]), period) for _ in range(number)]
    reports = [(report.pk, report.task_reports.get().pk) for report in made]
    session = session_of(Cast.reporter)
    print(json.dumps({"plan": plan.pk, "reports": reports, "session": session}))


def write(report_id, saves=10**9):
    """Save one report again and again; print each version as soon as it is stored for good."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from tracking.models import Report
    from tracking.reports.recording import record

    by = get_user_model().objects.get(username="reporter")
    for _ in range(saves):
        report = Report.objects.select_related("item__plan", "item__reporting_office", "period").get(pk=report_id)
        text, part = TEXT.format(report.version + 1), report.task_reports.get()
        record(report, {"progress": text}, by=by, now=timezone.now(), task_texts={part.pk: {"progress": text}})
        print(report.version, flush=True)


def facts():
    """Print what is stored: report id → version, history rows, number in the text, number in the task's text."""
    from tracking.models import Report

    found = {}
    for report in Report.objects.all():
        texts = report.progress, report.task_reports.get().progress
        found[report.pk] = [report.version, report.history.count(), *map(number_in, texts)]
    print(json.dumps(found))


def release():
    """Print how many migrations are applied, and the rows of what the first release had."""
    from django.db import connection

    from tests.reliability.tables import digest, tables
    from tests.upgrades.stored import columns_of
    from tests.upgrades.test_upgrades import BOOKKEEPING

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
        applied = cursor.fetchone()[0]
    had = columns_of("0.1.0")
    rows = {table: digest(connection, table, names) for table, names in had.items() if table not in BOOKKEEPING}
    print(json.dumps({"applied": applied, "rows": rows, "tables": tables(connection)}))


def number_in(text):
    """Return which save wrote a text."""
    return int(text.partition("次")[0][1:]) if text else None


def is_whole(fact):
    """Say whether a report's facts are those of whole saves: made with one history row, one more for each save."""
    version, rows, text, part = fact
    return text == part and (text or 0) == version and rows == version + 1


if __name__ == "__main__":
    main()
