"""Behind a pool of connections (PgBouncer, transactions): what needs a session is known, forbidden or told at the start."""

import json
import os
import re
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg2
from django.test import SimpleTestCase, tag

from scripts import environment
from tests import postgres
from tests.test_architecture import ROOMS

# What PostgreSQL keeps for a session, so that another one finds it or we do not find it again.
SESSION_STATE = {
    "an advisory lock": r"pg_(try_)?advisory_lock",
    "a setting of the session": r"""["'(; ]SET (SESSION|search_path|statement_timeout|role|lock_timeout|TIME ZONE)""",
    "a setting by function": r"set_config\([^)]*false\)",
    "waiting for notices": r"\bLISTEN [a-z_]+",
    "a temporary table": r"CREATE TEMP",
    "a prepared statement": r"\bPREPARE [a-z_]+",
    "a cursor of the server by name": r"cursor\((name=|[\"'])",
    "a cursor of the server beyond its transaction": r"WITH HOLD",
}
SURROUNDINGS = {"DJANGO_SECRET_KEY": "only-for-tests-" * 5, "DJANGO_SETTINGS_MODULE": "config.settings"}
PGBOUNCER = """
[databases]
limited = host=127.0.0.1 port={port} dbname=postgres connect_query='SET statement_timeout = 60000'
unlimited = host=127.0.0.1 port={port} dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/userlist.txt
pool_mode = transaction
default_pool_size = 2
"""
ASK = """
import json, django
django.setup()
from operations.pooling import pool_problem
print(json.dumps(pool_problem()))
"""
READ_WHILE_ANOTHER_WRITES = """
import json, sys, django, psycopg2
django.setup()
from django.db import connection
from django.contrib.contenttypes.models import ContentType
if ContentType._meta.db_table not in connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(ContentType)
    ContentType.objects.bulk_create(ContentType(app_label="a", model=str(n)) for n in range(5))
other = psycopg2.connect(**{k: v for k, v in connection.get_connection_params().items() if k in
                            ("dbname", "user", "password", "host", "port")})
rows = ContentType.objects.order_by("pk").iterator(chunk_size=2)
found = [next(rows).model]
other.cursor().execute("SELECT 1")  # a transaction of somebody else takes the connection the pool has at hand
found += [row.model for row in rows]
print(json.dumps(found))
"""


class SourceTest(SimpleTestCase):
    """Nothing of ours keeps anything in a session."""

    def test_no_session_state(self):
        for room in ROOMS:
            for path in (environment.ROOT / room).rglob("*.py"):
                text = path.read_text(encoding="utf-8")
                for what, pattern in SESSION_STATE.items():
                    if path.name != "pooling.py" and re.search(pattern, text):
                        self.fail(f"{path}: {what} does not survive a pool of transactions")

    def test_each_pattern_finds_what_it_names(self):
        for statement in (
            "pg_advisory_lock(1)", '"SET search_path TO x"', "set_config('a', 'b', false)", '"LISTEN news"',
            "CREATE TEMP TABLE x", "PREPARE q AS", 'cursor(name="x")', "DECLARE c CURSOR WITH HOLD",
        ):  # fmt: skip
            with self.subTest(statement):
                self.assertTrue(any(re.search(pattern, statement) for pattern in SESSION_STATE.values()))


def run(program, **surroundings):
    """Run a program under these variables; return its status and what it printed last."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    done = subprocess.run(
        [environment.PYTHON, *program], env=own | SURROUNDINGS | surroundings, cwd=environment.ROOT,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, (done.stdout or done.stderr).strip().splitlines()[-1]


class SettingsTest(SimpleTestCase):
    """The two variables of a pool, said together or not at all; commands go round it."""

    show = "-c", "from config import settings as s; print(s.DATABASES['default']['NAME'], s.DATABASE_POOLER or '-')"
    pool = {"DATABASE_URL": "postgres://u@h/pool", "DATABASE_POOLER": "transaction"}

    def test_a_pool_needs_the_way_round_it(self):
        self.assertIn("DATABASE_DIRECT_URL", run(self.show, **self.pool)[1])

    def test_a_kind_nobody_knows_is_refused(self):
        self.assertIn("session 或 transaction", run(self.show, **self.pool | {"DATABASE_POOLER": "statement"})[1])

    def test_pages_use_the_pool_and_commands_the_server(self):
        both = self.pool | {"DATABASE_DIRECT_URL": "postgres://u@h/server"}
        self.assertEqual(run(self.show, **both), (0, "pool transaction"))
        shown = run(["manage.py", "diffsettings", "--all", "--output=unified"], **both)
        self.assertEqual(shown[0], 0)
        command = f"import sys; sys.argv = ['manage.py']; {self.show[1]}"
        self.assertEqual(run(["-c", command], **both), (0, "server -"))


@contextmanager
def pool():
    """Yield the addresses of a PgBouncer over a PostgreSQL: one of a database whose statements have a limit, one without."""
    with postgres.temporary_directory() as folder, postgres.server() as (url, _description):
        server, own = urlsplit(url), postgres.free_port()
        (folder / "userlist.txt").write_text(f'"{server.username}" "{server.password}"\n')
        (folder / "pgbouncer.ini").write_text(PGBOUNCER.format(port=server.port, own=own, folder=folder))
        process = subprocess.Popen(
            ["pgbouncer", "-q", folder / "pgbouncer.ini"], cwd=folder, **postgres.as_other_user(),
            stderr=subprocess.DEVNULL, preexec_fn=postgres.die_with_parent,
        )  # fmt: skip
        try:
            base = f"postgres://{server.username}:{server.password}@127.0.0.1:{own}"
            until_answering(f"{base}/limited")
            yield f"{base}/limited", f"{base}/unlimited", url
        finally:
            postgres.stop(process)


def until_answering(url):
    """Wait until the pool answers."""
    for _attempt in range(100):
        try:
            psycopg2.connect(url).close()
            return
        except psycopg2.OperationalError:
            time.sleep(0.1)
    raise AssertionError("PgBouncer did not start")


@tag("postgres")
class PoolTest(SimpleTestCase):
    """A real PgBouncer with two connections, given out by transactions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limited, cls.unlimited, cls.server = cls.enterClassContext(pool())

    def problem(self, url, **surroundings):
        """Return what the web server would say at its start."""
        status, said = run(["-c", ASK], DATABASE_URL=url, **surroundings)
        self.assertEqual(status, 0, said)
        return json.loads(said)

    def test_a_server_is_none(self):
        self.assertIsNone(self.problem(self.server))

    def test_a_pool_nobody_spoke_of_is_found(self):
        self.assertIn("DATABASE_POOLER", self.problem(self.limited))

    def test_a_pool_without_a_limit_for_statements_is_told(self):
        kind = {"DATABASE_POOLER": "transaction", "DATABASE_DIRECT_URL": self.server}
        self.assertIsNone(self.problem(self.limited, **kind))
        self.assertIn("connect_query", self.problem(self.unlimited, **kind))

    def test_long_reading_needs_the_setting_and_goes_with_it(self):
        kind = {"DATABASE_POOLER": "transaction", "DATABASE_DIRECT_URL": self.server}
        program = ["-c", READ_WHILE_ANOTHER_WRITES]
        self.assertEqual(run(program, DATABASE_URL=self.limited, **kind), (0, '["0", "1", "2", "3", "4"]'))
        status, said = run(program, DATABASE_URL=self.limited, **kind | {"DATABASE_POOLER": "session"})
        self.assertNotEqual(status, 0, said)
