"""The one form in which words are searched for, on both sides: NFKC, case folded, without what cannot be seen.

`ＡＩ` and `AI`, `８０％` and `80%`, `Ⅳ级` as it stands; a zero-width sign or a control character inside a word hides nothing.
PostgreSQL has the same as a function of its own (`search_index`), SQLite calls this one; a test holds them together.
"""

import re
import unicodedata
from collections.abc import Iterator

FUNCTION = "search_form"
# Control characters but tab and line ends, the soft hyphen, zero-width signs, marks of direction, the byte order mark.
UNSEEN = "\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
HIDDEN = re.compile(f"[\0{UNSEEN}]")


def normal_form(text: str) -> str:
    """Return `text` as it is compared."""
    return unicodedata.normalize("NFKC", HIDDEN.sub("", text)).casefold()


def with_places(text: str) -> tuple[str, list[int]]:
    """Return the normal form, and for each of its characters where in `text` what it came from begins; the end last."""
    if text.isascii():
        return text.casefold(), [*range(len(text) + 1)]
    forms, places = [], []
    for begin, end in _clusters(text):
        form = normal_form(text[begin:end])
        forms.append(form)
        places += [begin] * len(form)
    return "".join(forms), [*places, len(text)]


def _clusters(text) -> Iterator[tuple[int, int]]:
    """Yield where a character and the marks set over it begin and end."""
    begin = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not unicodedata.combining(text[place]):
            yield begin, place
            begin = place


def spans(text: str, words) -> list[tuple[int, int]]:
    """Return where words in their normal form stand in `text` as it is, the longer one where two begin alike."""
    form, places = with_places(text)
    if not words or not form:
        return []
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    return [(places[match.start()], _end(places, match.end())) for match in pattern.finditer(form)]


def _end(places, end) -> int:
    """The place behind a hit: where the next character begins, the rest of one character's form left out."""
    last = places[end - 1]
    return next(place for place in places[end:] if place > last)


def register(sender, connection, **kwargs):
    """Give a connection of SQLite the function its triggers and comparisons call."""
    if connection.vendor == "sqlite":
        give(connection.connection)


def give(connection) -> None:
    """Give a bare connection of `sqlite3` the function; without it no row of an indexed text can be written."""
    connection.create_function(
        FUNCTION, 1, lambda text: None if text is None else normal_form(str(text)), deterministic=True
    )
