"""What stands in a sheet, before it is a workbook or a CSV file: title, lines, columns, bands of rows, notes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from .columns import ITEM_ID, Column


@dataclass(frozen=True)
class Band:
    """Rows that belong together under a heading, such as a section of the plan; "" for no heading."""

    heading: str
    rows: tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """One sheet. `lines` stand over the table, `notes` below it; `key` is the hidden column rows are found again by."""

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

    @property
    def rows(self) -> Iterator[Any]:
        """The rows of all bands."""
        return (row for band in self.bands for row in band.rows)

    def per_band(self) -> "list[Table]":
        """Return a table for each band, named after it; the table itself where there is nothing to divide."""
        if len(self.bands) < 2:
            return [self]
        return [replace(self, name=band.heading or self.name, bands=(band,)) for band in self.bands]
