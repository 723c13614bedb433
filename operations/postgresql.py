"""Dumping a PostgreSQL database with pg_dump, and putting a restored one in its place by renaming.

pg_dump reads one snapshot, so writers go on. pg_restore fills a new database beside the old one; two renames in one
transaction change them over, and the old one stays under another name.
"""

import os
import re
import shutil
import subprocess
from collections import deque
from contextlib import closing
from datetime import datetime
from pathlib import Path

import psycopg2
from django.conf import settings
from psycopg2.extensions import make_dsn, quote_ident

from .unusable import DatabaseUnusable

DUMP = "database.dump"
NOT_FOR_LIBPQ = ("cursor_factory", "context", "prepare_threshold", "client_encoding")
TRIES = 5
ALWAYS_THERE = ("postgres", "template0", "template1")  # renaming is done from the first
LONGEST_NAME = 63 - len("_before_20260101_000000")


def dump(connection, target, tell):
    """Dump the database as it is at this moment into the file `target`."""
    command = [client("pg_dump", connection), "--format=custom", "--no-owner", "--no-privileges", "--verbose"]
    run([*command, f"--file={target}"], connection, tell)


def client(name, connection):
    """Return the path of a client program that is as new as the server, or raise DatabaseUnusable."""
    folder = settings.PG_BIN
    path = shutil.which(name, path=folder or None)
    server = connection.pg_version // 10000
    install = f"请安装（sudo apt-get install postgresql-client-{server}），或用环境变量 PG_BIN 指定它所在的目录。"
    if path is None:
        raise DatabaseUnusable(f"没有找到 PostgreSQL 的客户端程序 {name}。{install}")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\b(\d+)(\.|devel|beta|rc|\s|$)", said)
    if version is None or int(version[1]) < server:
        raise DatabaseUnusable(
            f"{path}（{said.strip() or '版本不明'}）比服务器 PostgreSQL {server} 旧，不能使用。{install}"
        )
    return path


def run(command, connection, tell, database=None):
    """Run a client program on the database (or the one named); the password goes by the environment."""
    parameters = parameters_of(connection, database)
    surroundings = os.environ | {"PGPASSWORD": str(parameters.pop("password", "")), "LC_ALL": "C"}
    last, tables = deque(maxlen=5), 0
    with subprocess.Popen(
        [*command, "--dbname", make_dsn(**parameters)],
        env=surroundings, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
    ) as process:  # fmt: skip
        for line in process.stderr:
            last.append(line.strip())
            if "contents of table" in line or "data for table" in line:
                tables += 1
                if tables % 10 == 0:
                    tell(f"数据库 {tables} 张表")
    if process.returncode:
        raise DatabaseUnusable(f"{Path(command[0]).name} 没有完成：{' '.join(last)[-500:]}")


def swap_refusal(connection):
    """Say why the database cannot be renamed, or None: its name is needed to rename it, or leaves no room for another."""
    name = database_of(connection)
    if name in ALWAYS_THERE:
        return (
            f"数据库名是 {name}，这是 PostgreSQL 自带的库，恢复时不能改名替换。请另建一个库（如 taizhang），"
            "把 DATABASE_URL 指向它，再恢复。现有数据没有改动。"
        )
    if len(name.encode()) > LONGEST_NAME:
        return f"数据库名 {name} 超过 {LONGEST_NAME} 个字节，恢复时没有地方加上日期改名。请换一个较短的库名。现有数据没有改动。"
    return None


def prepare(connection, source, tell):
    """Restore the dump into a new database beside the live one; return its settings."""
    name = f"{database_of(connection)}_restoring"
    program = client("pg_restore", connection)
    with maintenance(connection) as cursor:
        cursor.execute("SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = %s",
                       [database_of(connection)])  # fmt: skip
        encoding, collate, ctype = cursor.fetchone()
        new = quote_ident(name, cursor)
        try:
            cursor.execute(f"DROP DATABASE IF EXISTS {new} WITH (FORCE)")  # of a restore that was killed
            cursor.execute(
                f"CREATE DATABASE {new} TEMPLATE template0 ENCODING %s LC_COLLATE %s LC_CTYPE %s",
                [encoding, collate, ctype],
            )
        except psycopg2.errors.InsufficientPrivilege as problem:
            raise DatabaseUnusable(
                "数据库用户没有建立数据库的权限，请数据库管理员执行：ALTER ROLE 用户名 CREATEDB，恢复以后可以收回。"
            ) from problem
    prepared = connection.settings_dict | {"NAME": name}
    try:
        run(
            [program, "--exit-on-error", "--no-owner", "--no-privileges", "--verbose", str(source)],
            connection,
            tell,
            name,
        )
    except BaseException:
        discard(connection, prepared)
        raise
    return prepared


def swap(connection, prepared, tell):
    """Rename the live database away and the prepared one in its place; return the old one's new name."""
    live, kept = database_of(connection), f"{database_of(connection)}_before_{datetime.now():%Y%m%d_%H%M%S}"
    with maintenance(connection) as cursor:
        names = {name: quote_ident(name, cursor) for name in (live, kept, prepared["NAME"])}
        cursor.execute(f"ALTER DATABASE {names[live]} ALLOW_CONNECTIONS false")
        try:
            tell("断开数据库连接，更换数据库")
            _rename(cursor, ((live, kept), (prepared["NAME"], live)), names)
        except BaseException:
            cursor.execute(f"ALTER DATABASE {names[live]} ALLOW_CONNECTIONS true")
            raise
        cursor.execute(f"ALTER DATABASE {names[kept]} ALLOW_CONNECTIONS true")
    return kept


def _rename(cursor, pairs, names):
    statements = [f"ALTER DATABASE {names[old]} RENAME TO {names[new]}" for old, new in pairs]
    for attempt in range(TRIES):
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = ANY(%s)",
                       [[old for old, _ in pairs]])  # fmt: skip
        try:
            cursor.execute("; ".join(statements))  # one message, one transaction
            return
        except psycopg2.errors.ObjectInUse:
            if attempt == TRIES - 1:
                raise


def discard(connection, prepared):
    """Drop a database that was not put in place."""
    with maintenance(connection) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quote_ident(prepared['NAME'], cursor)} WITH (FORCE)")


def maintenance(connection):
    """Return a context: a cursor in the database `postgres`, outside of any transaction."""
    return _Maintenance(parameters_of(connection, "postgres"))


class _Maintenance:
    def __init__(self, parameters):
        self.parameters = parameters

    def __enter__(self):
        self.connection = psycopg2.connect(**self.parameters)
        self.connection.autocommit = True
        return self.connection.cursor()

    def __exit__(self, *problem):
        closing(self.connection).__exit__(*problem)


def database_of(connection):
    """Return the name of the database."""
    return connection.settings_dict["NAME"]


def parameters_of(connection, database=None):
    """Return what psycopg2 and the client programs connect with."""
    given = connection.get_connection_params()
    parameters = {name: value for name, value in given.items() if name not in NOT_FOR_LIBPQ}
    return parameters | ({"dbname": database} if database else {})
