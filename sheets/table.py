"""What stands in a sheet, before it is a workbook or a CSV file: title, lines, columns, bands of rows, notes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tracking.reports.columns import Column

from .columns import ITEM_ID


@dataclass(frozen=True)
class Band:
    """Rows that belong together under a heading, such as a section of the plan; "" for no heading."""

    heading: str
    rows: tuple[Any, ...]


@dataclass(frozen=True)
class SheetTable:
    """One sheet. `lines` stand over the table, `notes` below it; `key` is the hidden column rows are found again by.

    `divided_by` names the part of a row where the table is divided and its bands do not tell. `is_fitted`: columns of
    running text get their widths from the texts; a bureau's own layout says them itself.
    """

    name: str
    title: str
    unit: str
    caption: str
    columns: tuple[Column, ...]
    bands: tuple[Band, ...]
    lines: tuple[str, ...] = ()
    filtered_by: str = ""
    notes: tuple[str, ...] = ()
    empty: str = "没有符合条件的工作事项。"
    key: Column | None = ITEM_ID
    divided_by: Callable[[Any], str] | None = None
    is_fitted: bool = True

    @property
    def rows(self) -> Iterator[Any]:
        """The rows of all bands."""
        return (row for band in self.bands for row in band.rows)

    def divided(self) -> "list[SheetTable]":
        """Return a table for each band (by `divided_by` where bands do not tell), named after it; itself where one."""
        parts = {}
        for band in self.bands:
            for row in band.rows:
                heading = self.divided_by(row) if self.divided_by else band.heading
                parts.setdefault(heading, []).append(row)
        if len(parts) < 2:
            return [self]
        return [
            replace(self, name=heading or self.name, bands=(Band(heading, tuple(rows)),))
            for heading, rows in parts.items()
        ]
