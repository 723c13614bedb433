"""Long boards in pieces: each section keeps the numbers of all its rows, but only some rows are drawn.

A plan of a usual size stands whole. Beyond `WHOLE` rows one section is open at a time, in pages of `EACH` rows, so
that a page weighs about the same for 200 items and for 2,000.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.paginator import Page, Paginator

from .board import BoardSection
from .rows import BoardRow, completed

WHOLE, EACH = 150, 50


@dataclass(frozen=True)
class Fold:
    """A section and those of its rows that are drawn: none while it is folded away, one `page` of a long one."""

    section: BoardSection
    rows: tuple[BoardRow, ...]
    page: Page | None = None

    @property
    def is_open(self) -> bool:
        """Say whether rows of it are drawn."""
        return bool(self.rows)


def folded(sections: Iterable[BoardSection], opened: str = "", number: str | None = None) -> list[Fold]:
    """Return each section with the rows to draw: all of them, or of a long board one page of the section `opened`.

    `opened` is a section's id, the first section for any other word; `number` is the page wanted of it.
    """
    sections = list(sections)
    if sum(len(section.rows) for section in sections) <= WHOLE:
        return [Fold(section, section.rows) for section in sections]
    chosen = next((each for each in sections if str(each.section.pk) == opened), sections[0])
    page = Paginator(chosen.rows, EACH).get_page(number)
    return [Fold(each, tuple(page), page) if each is chosen else Fold(each, ()) for each in sections]


def paged(sections: Iterable[BoardSection], rows: Iterable[BoardRow]) -> list[Fold]:
    """Return those of `sections` of which some of `rows`, a page of them all, are drawn."""
    drawn = {row.item.pk for row in rows}
    folds = [Fold(each, tuple(row for row in each.rows if row.item.pk in drawn)) for each in sections]
    return [fold for fold in folds if fold.is_open]


def filled(folds: list[Fold], period, periods=()) -> list[Fold]:
    """Return the folds with offices and trends (over `periods`) on the rows they draw: two queries, however many rows."""
    done = {row.item.pk: row for row in completed([row for fold in folds for row in fold.rows], period, periods)}
    return [replace(fold, rows=tuple(done[row.item.pk] for row in fold.rows)) for fold in folds]
