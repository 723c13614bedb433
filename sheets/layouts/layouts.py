"""The bureau's own layouts: which columns of a sheet, in which order, under which headings, how wide, which title."""

from dataclasses import replace

from sheets.selection import Selection
from sheets.sheets import SHEETS, Sheet
from sheets.table import SheetTable
from tracking.models import SheetKind, SheetLayout
from tracking.reports.columns import Column

# What a title can hold, with where its words come from.
WORDS = {
    "【单位】": lambda selection: selection.organization.name,
    "【计划】": lambda selection: selection.subject,
    "【填报期】": lambda selection: selection.period.label if selection.period else "",
}


def table_of(kind: SheetKind, selection: Selection, layout: SheetLayout | None = None) -> SheetTable:
    """Return a sheet of what a page shows, in the office's own layout or in one of the bureau's."""
    sheet = SHEETS[kind]
    if layout is None:
        return sheet.make(selection, sheet.columns)
    columns = chosen_columns(sheet, layout)
    says_widths = any(column.width != sheet.every_column[column.name].width for column in columns)
    table = replace(sheet.make(selection, columns), is_fitted=not says_widths)
    return replace(table, title=title_of(layout.title, selection)) if layout.title else table


def chosen_columns(sheet: Sheet, layout: SheetLayout) -> tuple[Column, ...]:
    """Return the columns of a layout; those that the sheet no longer has are passed over."""
    known = sheet.every_column
    chosen = [
        replace(known[each["name"]], heading=each["heading"], width=each["width"])
        for each in layout.columns
        if each["name"] in known
    ]
    return tuple(chosen) or sheet.columns


def title_of(title: str, selection: Selection) -> str:
    """Return a title with 【单位】, 【计划】 and 【填报期】 filled in."""
    for word, source in WORDS.items():
        title = title.replace(word, source(selection))
    return title
