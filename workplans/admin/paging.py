"""Pages of a list without counting all of it: nobody reads whether there are 812,345 rows or 812,346."""

from functools import cached_property

from django.core.paginator import Paginator

LEAST, PAGES_AHEAD = 1000, 10


class CappedPaginator(Paginator):
    """Counts up to 1,000 rows, and where later pages are asked for up to ten pages beyond; `is_capped` says that there
    are more."""

    def __init__(self, *args, page: int = 1, **kwargs):
        super().__init__(*args, **kwargs)
        self.most = max(LEAST, (page + PAGES_AHEAD) * self.per_page)

    @cached_property
    def counted(self) -> int:
        """How many rows there are, at most one more than is counted to."""
        return self.object_list.order_by()[: self.most + 1].count()

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through."""
        return min(self.counted, self.most)

    @property
    def is_capped(self) -> bool:
        """Say whether there are more rows than were counted."""
        return self.counted > self.most

    def page(self, number):
        """Find the keys of the page first and then its rows: with the related rows joined from the start, SQLite begins
        with those, and gathers and sorts the whole table."""
        page = super().page(number)
        keys = list(page.object_list.select_related(None).values_list("pk", flat=True))
        page.object_list = self._rows(keys)
        return page

    def _rows(self, keys):
        """Return the rows of a page. By their keys alone, where nothing is annotated: beside a list of a thousand other
        keys (of a search) PostgreSQL's planner loses count and reads the whole table."""
        asked = self.object_list
        if asked.query.annotations:
            return asked.filter(pk__in=keys)
        rows = asked.model._default_manager.filter(pk__in=keys).order_by(*asked.query.order_by)
        rows.query.select_related = asked.query.select_related
        return rows.prefetch_related(*asked._prefetch_related_lookups)
