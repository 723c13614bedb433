"""A sheet as a page shows it before it is printed: the same columns, widths and words as the workbook's."""

from dataclasses import dataclass
from functools import cached_property

from workplans.sheet_text import shown

from .fitting import fitted
from .table import SheetTable


@dataclass(frozen=True)
class PrintedSheet:
    """One table on its pages."""

    table: SheetTable

    @cached_property
    def columns(self):
        """(column, its share of the width in per cent)."""
        columns = fitted(self.table.columns, self.table.rows) if self.table.is_fitted else self.table.columns
        whole = sum(column.width for column in columns)
        return [(column, round(100 * column.width / whole, 2)) for column in columns]

    @property
    def bands(self):
        """(heading, rows of (column, text))."""
        for band in self.table.bands:
            yield band.heading, [self._cells(row) for row in band.rows]

    def _cells(self, row):
        return [(column, _text(column.source(row))) for column, _share in self.columns]


def _text(value) -> str:
    return "" if value is None else shown(value) if isinstance(value, str) else str(value)
