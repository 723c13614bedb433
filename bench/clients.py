"""Eight people at once: `python -m bench.clients` reads a job as JSON, works for so many seconds, answers as JSON.

A process of its own, so that what is measured has nothing to do with the process that measures; a thread and a
connection that is kept for each client. Standard library and psycopg2; Django would only slow its start.

A job is {"kind", "seconds", "clients": [...], ...}:

get     `host`, `port`; a client is {"path", "cookie"}.
save    likewise; a client is {"paths", "cookie", "texts", "versions"}: it sends its reports' forms in turn, with the
        version it saw, to `paths[report]`, and insists on the next version in the answer.
sql     `database` (a URL); a client is {"user", "texts", "versions"}: the bare statements of `bench.bare`.
"""

import json
import sqlite3
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from urllib.parse import urlencode

import psycopg2

from bench import bare
from tracking.search import normal_form

TOKEN = "measure" * 4 + "abcd"  # what a browser has as its CSRF cookie


class Wrong(Exception):
    """An answer that is not the one asked for; its text is counted."""


class Getting:
    """Asks for one page again and again."""

    def __init__(self, job, client):
        self.connection = HTTPConnection(job["host"], job["port"], timeout=60)
        self.path, self.headers = client["path"], {"Cookie": f"sessionid={client['cookie']}"}
        self.versions = {}

    def open(self):
        """Connect before the clock runs."""
        self.connection.connect()

    def once(self):
        """Ask once."""
        self._ask("GET", self.path)

    def _ask(self, method, path, body=None, headers=None):
        try:
            self.connection.request(method, path, body, self.headers | (headers or {}))
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException) as problem:
            self.connection.close()
            raise Wrong(type(problem).__name__) from None
        if answer.status != 200:
            raise Wrong(str(answer.status))
        return content


class Saving(Getting):
    """Saves the client's reports in turn, as the page does by itself."""

    def __init__(self, job, client):
        super().__init__(job, client | {"path": ""})
        self.headers["Cookie"] += f"; csrftoken={TOKEN}"
        self.paths, self.texts, self.versions = client["paths"], client["texts"], client["versions"]
        self.turns = cycle(self.versions)

    def once(self):
        """Save one report."""
        report = next(self.turns)
        seen = self.versions[report]
        fields = dict(zip(("progress", "difficulties", "next_steps"), self.texts, strict=True))
        fields |= {"progress": f"{self.texts[0]}{seen}", "completion_percent": seen % 100, "seen_version": seen}
        fields |= {"task_reports-TOTAL_FORMS": 0, "task_reports-INITIAL_FORMS": 0}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": TOKEN}
        answer = json.loads(self._ask("POST", self.paths[report], urlencode(fields), headers))
        if answer.get("version") != seen + 1 or answer.get("errors"):
            raise Wrong("conflict" if "conflict" in answer else "not saved")
        self.versions[report] = seen + 1


class Writing:
    """Saves the client's reports in turn without a web server, a transaction each."""

    def __init__(self, job, client):
        self.url, self.user = job["database"], client["user"]
        self.texts, self.versions = client["texts"], client["versions"]
        self.turns = cycle(self.versions)

    def open(self):
        """Connect before the clock runs, with the project's settings of SQLite."""
        if self.url.startswith("sqlite"):
            path = self.url.partition(":///")[2]
            self.connection = sqlite3.connect(path, timeout=20, isolation_level=None)
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=NORMAL")
            self.connection.execute("PRAGMA foreign_keys=ON")
            normal_form.give(self.connection)
            self.begin, self.mark = "BEGIN IMMEDIATE", "?"
        else:
            self.connection = psycopg2.connect(self.url)
            self.connection.autocommit = True
            self.begin, self.mark = "BEGIN", "%s"
        self.cursor = self.connection.cursor()

    def once(self):
        """Save one report."""
        report = next(self.turns)
        seen, (progress, *others) = self.versions[report], self.texts
        self.cursor.execute(self.begin)
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        texts = (f"{progress}{seen}", *others)
        if not bare.save(self._execute, int(report), seen, texts, seen % 100, self.user, now):
            self.cursor.execute("ROLLBACK")
            raise Wrong("conflict")
        self.cursor.execute("COMMIT")
        self.versions[report] = seen + 1

    def _execute(self, sql, parameters):
        self.cursor.execute(sql.replace("%s", self.mark), parameters)
        return self.cursor.rowcount


KINDS = {"get": Getting, "save": Saving, "sql": Writing}


def work(job) -> dict:
    """Do a job; return seconds by the clock, the seconds each request took, errors by name, and the versions now."""
    seconds, errors, versions, times = job["seconds"], Counter(), {}, []
    gate = threading.Barrier(len(job["clients"]) + 1)

    def run(client):
        actor, taken, wrong = KINDS[job["kind"]](job, client), [], Counter()
        actor.open()
        gate.wait()
        until = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < until:
            try:
                actor.once()
                taken.append(time.perf_counter() - begun)
            except Wrong as problem:
                wrong[str(problem)] += 1
        times.extend(taken)
        errors.update(wrong)
        versions.update(actor.versions)

    threads = [threading.Thread(target=run, args=[client]) for client in job["clients"]]
    for thread in threads:
        thread.start()
    gate.wait(timeout=60)
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return {"seconds": time.perf_counter() - begun, "times": times, "errors": errors, "versions": versions}


if __name__ == "__main__":
    json.dump(work(json.load(sys.stdin)), sys.stdout)
