"""Much at once: a workbook of 20,000 changed reports, a plan of 2,000 items, a period opened for 2,000 items.

What writes does so in a transaction that is rolled back, so the database stays as it was made.
"""

import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document
from openpyxl import Workbook
from psycopg2.extras import execute_values

from bench.alone import alone
from bench.registry import Case, Reach, measurement
from bench.stage import Stage
from importer.files.file_kinds import open_document_file
from importer.parse import parse_document
from intake.feedback import load
from tracking.models import Period, Report
from tracking.periods.periods import make_slots
from tracking.resources import ReportResource
from workplans.admin.formats import XlsxFormat
from workplans.loading import Upload
from workplans.models import Item, Membership, Organization

ROWS = 20_000
ITEMS = 2000
TEXT = "进一步完善工作机制，组织专题培训两次，走访学校十二所，梳理问题并逐项整改。" * 10


@contextmanager
def undone():
    """A transaction that is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def timed(work) -> float:
    """Return how many seconds `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


# --- a workbook of changed reports ------------------------------------------------------------------------


def workbook(path) -> list[int]:
    """Write a workbook that gives each of ROWS reports a new text and rate; return their ids."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("进展报告")
    sheet.append(["系统编号", "完成率", "目前进展情况", "存在的困难", "下一步工作措施"])
    ids = list(Report.objects.order_by("pk").values_list("pk", flat=True)[:ROWS])
    for pk in ids:
        sheet.append([pk, pk % 101, f"{TEXT}{pk}", "人手不足。", "下月继续推进。"])
    book.save(path)
    return ids


def writable(ids, user):
    """Let `user` write these reports."""
    Report.objects.filter(pk__in=ids).update(status=Report.Status.DRAFT)
    Period.objects.filter(reports__pk__in=ids).update(status=Period.Status.OPEN)
    held = set(user.memberships.filter(role="supervisor").values_list("organization_id", flat=True))
    Membership.objects.bulk_create(
        Membership(user=user, organization=one, role="supervisor") for one in Organization.objects.exclude(pk__in=held)
    )


@measurement(
    title=f"workbook of {ROWS:,} changed reports (or all there are): preview, then import with history",
    floor="reading the file twice, and one bulk UPDATE",
    reach=Reach(times_floor=4, limits={"peak MB": 300}),
)
def import_reports(stage: Stage) -> Case:
    """What the two steps of the admin's import do, but for the pages around them."""
    path = Path(stage.folder) / "import.xlsx"
    ids, content = workbook(path), path.read_bytes()

    def subject():
        with undone():
            user = stage.user()
            writable(ids, user)
            return timed(lambda: both_steps(content, user))

    def floor():
        with undone():
            return timed(
                lambda: [XlsxFormat().create_dataset(content), bare_update(XlsxFormat().create_dataset(content))]
            )

    def figures():
        told = alone(import_alone, path, stage.user().pk)
        return {"rows": told["rows"], "peak MB": told["peak MB"]}

    return Case(subject, floor, figures=figures, rounds=3)


def import_alone(path, user_pk) -> int:
    """Preview and import the workbook in a transaction that is rolled back; return how many rows it has."""
    ids = list(Report.objects.order_by("pk").values_list("pk", flat=True)[:ROWS])
    user = get_user_model().objects.get(pk=user_pk)
    with undone():
        writable(ids, user)
        both_steps(Path(path).read_bytes(), user)
    return len(ids)


def both_steps(content, user):
    """Preview and import."""
    for dry_run in (True, False):
        sheet = ReportResource(user=user, now=timezone.now())
        told = sheet.import_data(
            XlsxFormat().create_dataset(content), dry_run=dry_run, rollback_on_validation_errors=True
        )
        if told.totals["update"] != told.total_rows:
            raise RuntimeError(f"{told.sentence()} {[str(problem) for problem in told.problems[:3]]}")


def bare_update(dataset):
    """Store the same values by hand."""
    rows = [(row[1], row[2], row[3], row[4], int(row[0])) for row in dataset]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                "UPDATE tracking_report SET completion_percent=%s, progress=%s, difficulties=%s, next_steps=%s WHERE id=%s",
                rows,
            )
        else:
            execute_values(
                cursor.cursor,
                "UPDATE tracking_report r SET completion_percent=v.c::numeric, progress=v.p, difficulties=v.d, next_steps=v.n "
                "FROM (VALUES %s) AS v (c, p, d, n, id) WHERE r.id=v.id",
                rows,
                page_size=1000,
            )


# --- a plan -----------------------------------------------------------------------------------------------


def plan_text(items) -> str:
    """Return a plan as issued, of so many items."""
    lines = [
        "某某区教育局2031年工作要点",
        "",
        "今年工作的总体要求是：落实立德树人根本任务。",
        "一、落实立德树人根本任务",
    ]
    for number in range(1, items + 1):
        lines.append(
            f"{number}.推进第{number}项重点工作。组织专题培训{number % 9 + 1}次，走访学校。（责任科室：德育科、计财科）"
        )
    return "\n".join([*lines, "", "某某区教育局", "2031年1月10日"])


def as_docx(text, path) -> bytes:
    """Return the text as a Word file."""
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.save(path)
    return Path(path).read_bytes()


def plan_case(stage, items, ending) -> Case:
    """Parse a plan of so many items; figures tell what storing it takes."""
    text = plan_text(items)
    name = f"plan-{items}.{ending}"
    content = text.encode() if ending == "txt" else as_docx(text, Path(stage.folder) / name)

    def figures():
        [draft] = parse_document(name, content)
        source = open_document_file(name, content)
        upload = Upload(name, content, source.text, source.encoding)
        with undone(), CaptureQueriesContext(connection) as queries:
            begun = time.perf_counter()
            stored = load(draft, upload, now=timezone.now())
            took = time.perf_counter() - begun
            count = stored.plan.items.count()
        if count != items:
            raise RuntimeError(f"{count} items of {items}")
        asked = [query for query in queries.captured_queries[:-1] if "SAVEPOINT" not in query["sql"]]
        return {"items": count, "statements to store": len(asked), "ms to store": round(took * 1000, 1)}

    def parse():
        parse_document(name, content)

    def read():
        open_document_file(name, content)

    return Case(parse, read, figures=figures)


def _register_plans():
    for ending in ("txt", "docx"):
        for items, reach in (
            (40, Reach(milliseconds=50, limits={"statements to store": 12})),
            (400, Reach()),
            (ITEMS, Reach()),
        ):
            measurement(
                name=f"plan_{items}_{ending}",
                title=f"parsing a plan of {items:,} items, .{ending}",
                floor="reading the file into lines",
                reach=reach,
                sizes=(10_000,),
            )(lambda stage, items=items, ending=ending: plan_case(stage, items, ending))


_register_plans()


# --- opening a period -------------------------------------------------------------------------------------

SLOTS = """
    INSERT INTO tracking_report (item_id, period_id, progress, difficulties, next_steps, unchanged, unchanged_reason, status,
                                 version, is_reopened, on_behalf)
    SELECT id, %s, '', '', '', %s, '', 'draft', 0, %s, %s FROM workplans_item WHERE id <= %s"""


@measurement(
    title=f"opening a period for {ITEMS:,} items, with tasks and history",
    floor="one INSERT … SELECT of the reports alone",
    reach=Reach(times_floor=5, limits={"statements": 5}),
    sizes=(100_000, 1_000_000),
)
def open_period(stage: Stage) -> Case:
    """The slots of a new period."""
    user, now = stage.user(), timezone.now()

    def new_period():
        values = {"label": "测速", "year": 2031, "start_on": date(2031, 1, 1), "as_of": date(2031, 12, 31)}
        return Period.objects.create(organization_id=1, opens_on=date(2031, 12, 1), due_on=date(2031, 12, 31), **values)

    def slots(period):
        made = make_slots(period, Item.objects.filter(pk__lte=ITEMS), by=user, now=now)
        if made != ITEMS:
            raise RuntimeError(f"{made} slots")

    def subject():
        with undone():
            period = new_period()
            return timed(lambda: slots(period))

    def floor():
        with undone(), connection.cursor() as cursor:
            period = new_period()
            return timed(lambda: cursor.execute(SLOTS, [period.pk, False, False, False, ITEMS]))

    def figures():
        with undone():
            period = new_period()
            with CaptureQueriesContext(connection) as queries:
                slots(period)
        return {"statements": len(queries)}

    return Case(subject, floor, figures=figures)
