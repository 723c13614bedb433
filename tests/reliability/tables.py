"""What is in a database, as counts and checksums: to see that nothing was lost, changed or half done."""

import hashlib


def tables(connection):
    """Return table → names of its columns, of all tables but those of a search index."""
    with connection.cursor() as cursor:
        indexes = tuple(virtual_tables(connection, cursor))
        return {
            table: sorted(column.name for column in connection.introspection.get_table_description(cursor, table))
            for table in sorted(connection.introspection.table_names(cursor))
            if not table.startswith(indexes)
        }


def virtual_tables(connection, cursor):
    """Return SQLite's tables that are none; those in which they keep their data begin with the same name."""
    if connection.vendor != "sqlite":
        return []
    cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%'")
    return [name for (name,) in cursor.fetchall()]


def digest(connection, table, columns):
    """Return (rows, checksum) of these columns of a table, in whatever order its rows come."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(map(quote, columns))} FROM {quote(table)}")
        rows = sorted(
            hashlib.sha256(repr([plain(value) for value in row]).encode()).digest() for row in cursor.fetchall()
        )
    return len(rows), hashlib.sha256(b"".join(rows)).hexdigest()


def plain(value):
    """Return a value whose repr says what it holds."""
    return bytes(value) if isinstance(value, memoryview) else value


def contents(connection, leave_out=()):
    """Return table → (rows, checksum) of all columns."""
    found = tables(connection)
    return {table: digest(connection, table, columns) for table, columns in found.items() if table not in leave_out}
