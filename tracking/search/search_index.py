"""The index of texts for searches of two characters and more; see docs/adr/0006-search.md for its cost.

PostgreSQL: a GIN index over the pairs of neighbouring characters of the normal form (`normal_form.py`), an index on an
expression, so nothing has to keep it up to date. SQLite: an FTS5 table of that form's trigrams kept by triggers; two characters are found as the beginnings
of trigrams, for which every text is indexed with a line end behind it. Both answer with candidates, which the
search then compares word by word. Where neither is there, the search reads every text.

The newest rows are wanted, and a word may stand in half a million: so the index is asked for wider and wider windows
of ids, from the newest down, until there is enough.
"""

import sqlite3
from dataclasses import dataclass

from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from .normal_form import FUNCTION, UNSEEN

# Table → the texts that are searched in it.
TEXTS = dict.fromkeys(("tracking_report", "tracking_taskreport"), ("progress", "difficulties", "next_steps"))
TABLES = TEXTS | {"workplans_item": ("number", "title", "body")}
PAIRS = "form_pairs"
MIGRATION = ("tracking", "0020_search_form")
MIN_SQLITE = (3, 34, 0)
# Rows a scan reads about as fast as the index answers; the first window, and by how much each is wider than the last.
FEW, FIRST, WIDER = 4000, 1000, 8
HIGHEST = 2**62
SPARE = 50  # candidates looked at beyond those wanted: few do not hold the words


@dataclass(frozen=True)
class Extent:
    """How much there is to search: the highest id of each table, and which part of it (0 to 1) a reader may see."""

    highest: dict[str, int]
    share: float
    has_index: bool
    few: int = FEW
    first: int = FIRST

    def windows(self, table: str) -> list[tuple[int, int]]:
        """Return the ranges of ids (above, up to) to look into one after another, together everything."""
        highest, width = self.highest[table], self.first
        edges, edge = [], highest - width
        while edge > highest / WIDER:
            edges.append(int(edge))
            width = self.first / max(self.share, 0.001) if len(edges) == 1 else width * WIDER
            edge -= width
        return list(zip([*edges, 0], [HIGHEST, *edges], strict=True))

    def is_small(self, table: str) -> bool:
        """Say whether reading every text the reader may see is as fast as asking the index."""
        return not self.has_index or self.highest[table] * self.share <= self.few


def extent(using: str, organizations: int | None) -> Extent:
    """Read the extent for one who reads so many organizations (all of them: None); one query."""
    connection = connections[using]
    highest = [f"(SELECT COALESCE(MAX(id), 0) FROM {table})" for table in TABLES]
    index = "1"
    if connection.vendor == "sqlite":
        index = "(SELECT COUNT(*) FROM sqlite_master WHERE name = 'tracking_report_search')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT (SELECT COUNT(*) FROM workplans_organization), {index}, {', '.join(highest)}")
        total, has_index, *numbers = cursor.fetchone()
    share = 1.0 if organizations is None else min(1.0, organizations / max(total, 1))
    return Extent(dict(zip(TABLES, numbers, strict=True)), share, bool(has_index))


def newest(queryset, words: list[str], limit: int, size: Extent) -> list:
    """Return at most `limit` rows of `queryset`, the newest first, asking the index for those that may hold every word.

    The newest of all are read: of a frequent word they hold enough, and it is the frequent ones that keep the index
    busy. The queryset compares the words itself: row by row from the list of candidates, so that no planner can begin with
    reading every text. Two queries for a window, more only where many candidates turn out not to be meant.
    """
    queryset, table = queryset.order_by("-pk"), queryset.model._meta.db_table
    if size.is_small(table):
        return list(queryset[:limit])
    (above, _highest), *windows = size.windows(table)
    found = list(queryset.filter(pk__gt=above)[:limit])
    lookup = _lookup(connections[queryset.db], table, words, size.highest[table]) if len(found) < limit else None
    if lookup is None:
        return found if len(found) == limit else list(queryset[:limit])
    for above, up_to in windows:
        candidates = [up_to + 1]
        while candidates and len(found) < limit:
            candidates = lookup(above, candidates[-1] - 1, limit + SPARE)
            found += queryset.filter(pk__in=candidates)[: limit - len(found)]
            if len(candidates) < limit + SPARE:
                break
    return found


def _lookup(connection, table, words, highest):
    """Return a function from a range of ids to the ids of candidates, the highest first; None without help of the index."""
    if connection.vendor == "postgresql":
        asked: object = sorted({pair for word in words for pair in _cut(word, 2)})
    else:
        matches = [match for word in words if (match := _match(connection, table, word)) is not None]
        if "" in matches:
            return lambda above, up_to, most: []
        asked = " AND ".join(f"({match})" for match in matches)

    def lookup(above, up_to, most):
        is_wide = up_to - above > highest / 2
        query = postgresql_query(table, is_wide=is_wide) if connection.vendor == "postgresql" else sqlite_query(table)
        with connection.cursor() as cursor:
            cursor.execute(query, [asked, above, up_to, most])
            return [pk for (pk,) in cursor.fetchall()]

    return lookup if asked else None


def postgresql_query(table: str, *, is_wide: bool = False) -> str:
    """Return the query for the ids, in a range, of rows that hold all pairs of its first parameter, worded as the index is.

    The pairs stand in a subquery, so that the planner does not know them: of several it expects a single row, fetches
    every row that has them, and looks at the range last (190 ms instead of 20 at a million rows). A range of more than
    half of all ids (`is_wide`) is kept from the primary key, which would be walked through for it (130 ms instead of 10).
    """
    place = "id + 0" if is_wide else "id"
    condition = f"{PAIRS}({_text(table)}) @> (SELECT %s::text[]) AND {place} > %s AND {place} <= %s"
    return f"SELECT id FROM {table} WHERE {condition} ORDER BY id DESC LIMIT %s"


def sqlite_query(table: str) -> str:
    """Return the same for what FTS5 is asked."""
    name = f"{table}_search"
    return f"SELECT rowid FROM {name} WHERE {name} MATCH %s AND rowid > %s AND rowid <= %s ORDER BY rowid DESC LIMIT %s"


def _cut(word, length):
    return [word[n : n + length] for n in range(len(word) - length + 1)]


def _match(connection, table, word) -> str | None:
    """Return what FTS5 is asked for: nothing ("") where no text holds the word, None for a single character."""
    if len(word) < 2:
        return None
    if len(word) > 2:
        return " AND ".join(map(_quoted, _cut(word, 3)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT term FROM {table}_terms WHERE term >= %s AND term < %s", [word, word + chr(0x10FFFF)])
        return " OR ".join(_quoted(term) for (term,) in cursor.fetchall())


def _quoted(term):
    return '"{}"'.format(term.replace('"', '""'))


def _text(table, row=None):
    return " || ".join(f"{row or table}.{name} || '\n'" for name in TABLES[table])


def _exists(connection, name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [name])
        return cursor.fetchone() is not None


def holds(connection, table: str, has_index: bool) -> str:
    """Return the condition that a row's texts hold its parameter, a word in its normal form.

    SQLite compares what its index keeps; where there is none, and on PostgreSQL, the row's own texts are put in that form.
    """
    if connection.vendor == "sqlite" and has_index:
        return (
            f"EXISTS (SELECT 1 FROM {table}_search found WHERE found.rowid = {table}.id AND instr(found.text, %s) > 0)"
        )
    place = "strpos" if connection.vendor == "postgresql" else "instr"
    return f"{place}({FUNCTION}({_text(table)}), %s) > 0"


def _definition(connection, name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [name])
        return cursor.fetchone()[0]


def install(connection):
    """Create the index where the database can; again is harmless."""
    existing = set(connection.introspection.table_names())
    if connection.vendor == "postgresql":
        _install_functions(connection)
    for table in TABLES:
        if table in existing:
            if connection.vendor == "postgresql":
                _install_postgresql(connection, table)
            elif can_index_sqlite():
                _install_sqlite(connection, table)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS text_pairs(text)")  # of the index before


def can_index_sqlite() -> bool:
    """Say whether this SQLite has FTS5 with trigrams."""
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        return False
    probe = sqlite3.connect(":memory:")
    try:
        probe.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='trigram')")
    except sqlite3.OperationalError:
        return False
    finally:
        probe.close()
    return True


def _install_functions(connection):
    """The normal form, and its pairs of neighbouring characters.

    The collation of ICU folds letters of all scripts whatever LC_CTYPE is; where the server has none, its own folds
    what it can. What `casefold` does beyond `lower` and occurs in words is replaced.
    """
    # Cut before every second character, then the same from the second character on: the server's regular expressions
    # do in 0.15 ms what taking a text apart in SQL does in 0.65. Not written in SQL, which the planner would put in
    # the place of the call: it would forget the cost, which keeps it from asking row by row instead of by the index.
    pairs = r"string_to_array(rtrim(regexp_replace({}, '(..)', E'\\1\x01', 'g'), E'\x01'), E'\x01')"
    unseen = "".join(character if character == "-" else f"\\u{ord(character):04X}" for character in UNSEEN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu')")
        collation = ' COLLATE "und-x-icu"' if cursor.fetchone()[0] else ""
        folded = f"lower(normalize(regexp_replace(t, '[{unseen}]', '', 'g'), NFKC){collation})"
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {FUNCTION}(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT "
            f"COST 1000 AS $$ BEGIN RETURN replace(replace({folded}, 'ß', 'ss'), 'ς', 'σ'); END $$"
        )
        # Named with its schema: pg_restore builds the index with an empty search_path.
        cursor.execute("SELECT quote_ident(current_schema())")
        own = f"{cursor.fetchone()[0]}.{FUNCTION}"
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {PAIRS}(t text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE "
            f"COST 10000 AS $$ DECLARE low text := {own}(t); "
            f"BEGIN RETURN {pairs.format('low')} || {pairs.format('substr(low, 2)')}; END $$"
        )


def _install_postgresql(connection, table):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {table}_pairs")  # of the texts as they were typed
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {table}_form_pairs ON {table} USING gin ({PAIRS}({_text(table)}))")


def _install_sqlite(connection, table):
    """Create table and triggers; whenever a trigger was missing, fill the table anew."""
    search, options = f"{table}_search", "detail='none', columnsize=0, tokenize='trigram'"
    if _exists(connection, f"{search}_update") and FUNCTION in _definition(connection, f"{search}_update"):
        return
    new = f"INSERT INTO {search}(rowid, text) VALUES (NEW.id, {FUNCTION}({_text(table, 'NEW')}));"
    old = f"DELETE FROM {search} WHERE rowid = OLD.id;"
    columns = ", ".join(TABLES[table])
    with connection.cursor() as cursor:
        for name in (f"{table}_terms", search):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE VIRTUAL TABLE {search} USING fts5(text, {options})")
        cursor.execute(f"CREATE VIRTUAL TABLE {table}_terms USING fts5vocab({search}, 'row')")
        cursor.execute(f"INSERT INTO {search}(rowid, text) SELECT id, {FUNCTION}({_text(table)}) FROM {table}")
        for event, body in (("insert", new), ("delete", old), (f"update OF id, {columns}", old + new)):
            name = f"{search}_{event.split()[0]}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {body} END")


def uninstall(connection):
    """Remove the index."""
    with connection.cursor() as cursor:
        for table in TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP INDEX IF EXISTS {table}_form_pairs")
                continue
            for event in ("insert", "delete", "update"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_search_{event}")
            for name in (f"{table}_terms", f"{table}_search"):
                cursor.execute(f"DROP TABLE IF EXISTS {name}")
        if connection.vendor == "postgresql":
            for name in (PAIRS, FUNCTION):
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}(text)")


def after_migrate(sender, using, **kwargs):
    """Put the triggers back that SQLite drops when a migration rebuilds a table; not where the index was taken back."""
    if MIGRATION in MigrationRecorder(connections[using]).applied_migrations():
        install(connections[using])
