"""A table as a CSV file: headings and rows alone, in UTF-8 with the mark by which Excel and WPS know it.

A CSV file knows no kinds of cells, so text that would run as a formula wears Excel's own mark for text, one
apostrophe, which our readers take off again: nothing is lost, nothing runs (docs/adr/0011-sheets.md).
"""

import csv
from io import StringIO

from tracking.reports.columns import Column
from workplans.sheet_text import guard, shown

from .table import SheetTable


def csv_file(table: SheetTable) -> bytes:
    """Return the table as CSV: a column for its bands where they have headings, the hidden key, the filter in words."""
    columns = list(table.columns)
    headed = any(band.heading for band in table.bands) and all(column.name != "section" for column in columns)
    if table.key:
        columns.append(table.key)
    if table.filtered_by:
        columns.append(Column("filtered_by", "筛选条件", lambda row: table.filtered_by))
    lines = StringIO()
    writer = csv.writer(lines)
    writer.writerow([*(["板块"] if headed else []), *(cell(column.heading) for column in columns)])
    for band in table.bands:
        for row in band.rows:
            values = [column.source(row) for column in columns]
            writer.writerow([cell(value) for value in ([band.heading, *values] if headed else values)])
    return lines.getvalue().encode("utf-8-sig")


def cell(value) -> str:
    """Return a value as a cell: text guarded, rates as 80%, numbers and dates plain."""
    if isinstance(value, str):
        return guard(shown(value))
    return "" if value is None else str(value)
