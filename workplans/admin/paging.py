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
        page.object_list = self.object_list.filter(pk__in=keys)
        return page
