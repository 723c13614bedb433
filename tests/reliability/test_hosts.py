"""Of several database hosts named, the first takes connections and says nothing: the next one is found all the same."""

import json
import os
import socket
import subprocess
import time
from urllib.parse import urlsplit

from django.test import SimpleTestCase, tag

from scripts import environment
from tests import postgres

SILENT, SECONDS = "127.0.0.2", 20
ASK = """
import json, time, django
django.setup()
from django.db import Error, connection
from operations import patience
patience.begin()
begun, hosts = time.monotonic(), None
while hosts is None and time.monotonic() < begun + %d:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        hosts = connection.settings_dict["HOST"]
    except Error:
        connection.close()
        time.sleep(0.1)
connection.close()
again = time.monotonic()
if hosts:
    connection.ensure_connection()
print(json.dumps([hosts, time.monotonic() - again]))
"""


@tag("postgres")
class SilentHostTest(SimpleTestCase):
    """A machine whose PostgreSQL hangs while it shuts down looks like that, for a minute in a run on many hosts."""

    def test_the_next_host_is_found_and_asked_first_from_then_on(self):
        with postgres.server() as (url, _description), socket.create_server((SILENT, urlsplit(url).port)):
            both = url.replace("@127.0.0.1:", f"@{SILENT},127.0.0.1:")
            surroundings = {"DATABASE_URL": both, "DJANGO_SECRET_KEY": "only-for-tests-" * 5}
            surroundings["DJANGO_SETTINGS_MODULE"] = "config.settings"
            begun = time.monotonic()
            done = subprocess.run(
                [environment.PYTHON, "-c", ASK % SECONDS], env=os.environ | surroundings, cwd=environment.ROOT,
                capture_output=True, text=True, check=False, timeout=120,
            )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        hosts, again = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual(hosts, f"127.0.0.1,{SILENT}", f"not found within {time.monotonic() - begun:.0f} s")
        self.assertLess(again, 2)
