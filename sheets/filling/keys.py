"""The hidden cell of a row: which report it is, at which version, and what each cell said when it was downloaded.

A cell that still says what it said was not touched, whatever was stored meanwhile; so an old sheet overwrites nothing
that its owner did not change. The marks are no secret and give no right: each row is asked of `access` when it comes back.
"""

import re
from dataclasses import dataclass
from hashlib import blake2s

from workplans.sheet_text import as_text, shown

REPORT, TASK = "R", "T"
KEY = re.compile(
    r"(?P<kind>[RT])(?P<pk>\d{1,18})-(?P<version>\d{1,9})-(?P<words>[0-9a-f]{8}(?:\.[0-9a-f]{8})*)-(?P<check>[0-9a-f]{4})"
)


def mark(text, size: int = 4) -> str:
    """A short mark of a text as a sheet shows it, the blanks around it left aside."""
    return blake2s(shown(as_text(text)).strip().encode("utf-8", "replace"), digest_size=size).hexdigest()


def mark_of_title(title: str) -> str:
    """A mark of the words that name a row, whatever a program made of the white space in them."""
    return mark("".join(shown(title).split()))


@dataclass(frozen=True)
class RowKey:
    """What the hidden cell says: `title` marks the words that name the row, `cells` each cell to be filled in."""

    kind: str
    pk: int
    version: int
    title: str
    cells: tuple[str, ...]

    @classmethod
    def of(cls, kind, pk, version, title, values) -> "RowKey":
        """The key of a row that shows `title` and `values`."""
        return cls(kind, pk, version, mark_of_title(title), tuple(map(mark, values)))

    def __str__(self):
        told = f"{self.kind}{self.pk}-{self.version}-{'.'.join((self.title, *self.cells))}"
        return f"{told}-{mark(told, 2)}"

    @classmethod
    def read(cls, text: str) -> "RowKey | None":
        """The key in a cell; None for anything else, a key that somebody's mouse counted upward included."""
        match = KEY.fullmatch(text.strip())
        if not match or mark(text.strip().rpartition("-")[0], 2) != match["check"]:
            return None
        title, *cells = match["words"].split(".")
        return cls(match["kind"], int(match["pk"]), int(match["version"]), title, tuple(cells))
