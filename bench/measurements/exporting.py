"""The long table: .xlsx against .csv of the same rows, and against django-import-export as it comes out of the box."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from import_export import fields, resources
from import_export.formats.base_formats import XLSX

from bench.registry import Case, Reach, measurement
from bench.stage import Stage
from tracking.exports.long_files import write_csv, write_xlsx
from tracking.exports.long_table import row_ids, values
from tracking.models import Report

MOST = 100_000  # rows timed; peak memory is told for all rows there are
CHILD = """
import os, resource, sys, django
django.setup()
from django.utils import timezone
from tracking.exports.long_files import write_xlsx
from tracking.exports.long_table import row_ids, values
from tracking.models import Report
ids = row_ids(Report.objects.all())
write_xlsx(sys.argv[1], values(ids, timezone.localdate()), total=len(ids))
print(len(ids), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
STOCK = {
    "编号": "item__number", "单位": "item__plan__organization__name", "年度": "item__plan__year", "计划": "item__plan__title",
    "板块": "item__section__title", "事项": "item__title", "科室": "item__reporting_office__name", "填报期": "period__label",
    "完成率": "completion_percent", "状态": "status", "进展": "progress", "困难": "difficulties", "下一步": "next_steps",
    "填写时间": "saved_at",
}  # fmt: skip


class StockResource(resources.Resource):
    """Fourteen columns, with nothing but what the package has; the relations are joined, or it would take hours."""

    def get_queryset(self):
        """Return what is exported."""
        joined = "item__plan__organization", "item__section", "item__reporting_office", "period"
        return Report.objects.select_related(*joined).order_by("pk")


for heading, path in STOCK.items():
    StockResource.fields[path] = fields.Field(path, heading)


@measurement(
    title="long table as .xlsx, 100,000 rows × 30 columns",
    floor="the same rows as .csv",
    reach=Reach(times_floor=1.6, times_faster=12, limits={"peak MB": 150}),
)
def export(stage: Stage) -> Case:
    """Rows through Django into a file; the peak is that of a process that exports everything there is."""
    ids, today = row_ids(Report.objects.all())[:MOST], timezone.localdate()
    book, sheet = Path(stage.folder) / "export.xlsx", Path(stage.folder) / "export.csv"

    def stock():
        data = StockResource().export(StockResource().get_queryset()[:MOST])
        BytesIO(XLSX().export_data(data))

    return Case(
        lambda: write_xlsx(book, values(ids, today), total=len(ids)),
        lambda: write_csv(sheet, values(ids, today)),
        stock,
        figures=lambda: peak(book) | {"MB": round(book.stat().st_size / 1e6, 1)},
        rounds=5,
    )


def peak(path) -> dict[str, float]:
    """Export all rows in a process of its own; return how many, and the most memory it had."""
    environment = os.environ | {"PYTHONPATH": str(settings.BASE_DIR)}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    rows, megabytes = done.stdout.split()
    return {"rows": int(rows), "peak MB": round(float(megabytes), 1)}
