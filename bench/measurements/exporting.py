"""The long table: .xlsx against .csv of the same rows, and against django-import-export as its documentation shows it."""

from pathlib import Path

from django.utils import timezone
from import_export import resources
from import_export.formats.base_formats import XLSX

from bench.alone import alone
from bench.registry import Case, Reach, measurement
from bench.stage import Stage
from sheets.long.long_files import WRITERS
from sheets.long.long_table import LONG_TABLE, row_ids, values
from tracking.models import Report

MOST = 100_000  # rows timed; peak memory is told for all rows there are, too
COLUMNS = (
    "系统编号", "单位", "年度", "工作计划", "板块", "编号", "工作事项", "填报科室", "填报期", "完成率", "状态", "目前进展情况", "存在的困难",
    "下一步工作措施",
)  # fmt: skip
JOINED = ("item__plan__organization", "item__section", "office", "period")


class StockResource(resources.ModelResource):
    """The same fourteen fields through relations, all else as it comes."""

    class Meta:
        model = Report
        fields = (
            "id", "item__plan__organization__name", "item__plan__year", "item__plan__title", "item__section__title",
            "item__number", "item__title", "office__name", "period__label", "completion_percent", "status",
            "progress", "difficulties", "next_steps",
        )  # fmt: skip


@measurement(
    title="long table as .xlsx, 100,000 rows × 14 columns; stock: a `ModelResource` of these fields, format XLSX, nothing set",
    floor="the same rows and columns as .csv by our own writer",
    reach=Reach(times_floor=1.6, times_faster=12, limits={"peak MB": 150, "all: peak MB": 150}),
    sizes=(100_000, 1_000_000),
)
def export(stage: Stage) -> Case:
    """From the query to the file. `all` is every row there is with all 30 columns, as the application writes it."""
    folder, peaks = Path(stage.folder), {}
    book = folder / "export.xlsx"

    def stock():
        told = alone(export_stock)
        peaks["stock: peak MB"] = told["peak MB"]
        return told["s"]

    def figures():
        size = {"MB": round(book.stat().st_size / 1e6, 1), "peak MB": alone(write, book)["peak MB"]}
        joined = alone(export_stock, *JOINED)
        size |= peaks | {"stock with select_related: s": joined["s"], "its peak MB": joined["peak MB"]}
        return size | {f"all: {name}": value for name, value in alone(write_all, book).items()}

    return Case(lambda: write(book), lambda: write(folder / "export.csv"), stock, figures=figures, rounds=5)


def write(path) -> int:
    """Write COLUMNS of MOST reports (the bench numbers them from 1); return how many rows that were."""
    return _write(
        path, Report.objects.filter(pk__lte=MOST), [column for column in LONG_TABLE if column.heading in COLUMNS]
    )


def write_all(path) -> int:
    """Write all columns of all reports; return how many rows that were."""
    return _write(path, Report.objects.all(), LONG_TABLE)


def _write(path, reports, columns):
    ids = row_ids(reports)
    WRITERS[Path(path).suffix[1:]](path, values(ids, timezone.localdate(), columns), total=len(ids), columns=columns)
    return len(ids)


def export_stock(*joined) -> int:
    """Export MOST reports with nothing of ours, but for the relations `joined`; return how many rows that were."""
    reports = Report.objects.filter(pk__lte=MOST)
    dataset = StockResource().export(reports.select_related(*joined) if joined else reports)
    XLSX().export_data(dataset)
    return len(dataset)
