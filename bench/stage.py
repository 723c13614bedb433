"""What a measurement works with: a filled database, its people, its pages, and a bare connection for floors."""

import re
import sqlite3
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import psycopg2
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tracking.models import Period
from workplans.models import Plan

from .rows import ADMIN, BUSY, CITY, HEADS, LEADER, REPORTERS, SUPERVISOR, user_id
from .shape import LAST_YEAR, Shape


@dataclass
class Stage:
    """One database of one size."""

    vendor: str
    shape: Shape
    folder: object  # where files can be put
    kept: ExitStack = field(default_factory=ExitStack)  # what is open until the measurement ends, such as a web server

    def user(self, place: int = SUPERVISOR, organization: int = 0):
        """Return one of an organization's people; ADMIN and CITY are the two who see everything."""
        return get_user_model().objects.get(pk=user_id(organization, place))

    def client(self, user) -> Client:
        """Return a signed-in client; its requests go through the whole of Django without a network."""
        client = Client(raise_request_exception=True)
        client.force_login(user)
        return client

    @cached_property
    def plan(self) -> Plan:
        """The first organization's plan of the last year: 40 items."""
        return Plan.objects.get(organization=1, year=LAST_YEAR)

    @cached_property
    def period(self) -> Period:
        """The first organization's open period: the twelfth of the last year."""
        return Period.objects.get(organization=1, year=LAST_YEAR, as_of__month=12)

    @cached_property
    def bare(self):
        """A connection of psycopg2 or sqlite3 without Django."""
        settings = connection.settings_dict
        if self.vendor == "sqlite":
            return sqlite3.connect(settings["NAME"], isolation_level=None, check_same_thread=False)
        bare = psycopg2.connect(
            dbname=settings["NAME"], user=settings["USER"], password=settings["PASSWORD"], host=settings["HOST"],
            port=settings["PORT"],
        )  # fmt: skip
        bare.autocommit = True
        return bare

    def disconnect(self):
        """Close both connections, so that the database can be copied; they open again by themselves."""
        connection.close()
        self.__dict__.pop("_backends", None)
        if bare := self.__dict__.pop("bare", None):
            bare.close()

    def cpu_clock(self) -> float:
        """Return the seconds of CPU used so far: this process, and where it runs here the database's that serve it."""
        return time.process_time() + sum(_cpu_of(process) for process in self._backends)

    @cached_property
    def _backends(self) -> list[int]:
        if self.vendor == "sqlite":
            return []
        connection.ensure_connection()
        found = [connection.connection.info.backend_pid, self.bare.info.backend_pid]
        return [process for process in found if Path(f"/proc/{process}/schedstat").exists()]

    def fetch(self, sql: str, parameters=()) -> list:
        """Run hand-written SQL (placeholders %s) without Django and return all rows."""
        cursor = self.bare.cursor()
        cursor.execute(sql.replace("%s", "?") if self.vendor == "sqlite" else sql, parameters)
        return cursor.fetchall()


def _cpu_of(process: int) -> float:
    """Return the seconds of CPU a process has had; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def page_figures(client: Client, path: str) -> dict[str, float]:
    """Return how many queries a page takes and how large it is."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    return {"queries": len(queries), "KiB": round(len(response.content) / 1024, 1)}


def insist(client: Client, path: str, what: str, least: int):
    """Raise RuntimeError unless the page names at least so many objects by their addresses.

    `what` is the address of one with `#` for its id: a page that says that there is nothing must not be measured as one
    that shows something.
    """
    pattern = re.compile(re.escape(what).replace(r"\#", r"(\d+)"))
    answer = client.get(path)
    found = set(pattern.findall(answer.content.decode()))
    if answer.status_code != 200 or len(found) < least:
        raise RuntimeError(f"{path} answered {answer.status_code} and shows {len(found)} of {least} {what}")


def get(client: Client, path: str, what: str = "", least: int = 0):
    """Return a callable that asks for the page and insists that it comes; once, beforehand, that it shows what it should."""
    if what:
        insist(client, path, what, least)

    def ask():
        response = client.get(path)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}")

    return ask


__all__ = [
    "ADMIN",
    "BUSY",
    "CITY",
    "HEADS",
    "LEADER",
    "REPORTERS",
    "SUPERVISOR",
    "Stage",
    "get",
    "insist",
    "page_figures",
]
