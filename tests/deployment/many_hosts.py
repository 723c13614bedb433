"""Two web hosts, a PostgreSQL primary and a replica, each a host of its own: `python -m tests.deployment.many_hosts`.

Not part of the suite: it needs root, nginx and iproute2. The hosts are network namespaces of this machine on a bridge
of their own. People save and read through nginx; then the primary is killed, the replica promoted, and what was
acknowledged is compared with what is stored. Printed at the end, as JSON: how long nobody could save, how many
requests failed, how many acknowledged saves were lost. `--asynchronous` lets the primary acknowledge before the
replica has the change.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from itertools import pairwise

import psycopg2

from scripts import environment
from tests import postgres
from tests.deployment.network import NGINX, Network, ip, on
from tests.deployment.people import Person, Record, read_on_and_on, save_on_and_on, until_answering

BRIDGE = "bench-hosts"
OURS = "10.77.0.254"  # this machine's own address on the bridge, from which the people speak
HOSTS = {"front": "10.77.0.1", "db1": "10.77.0.11", "db2": "10.77.0.12", "web1": "10.77.0.21", "web2": "10.77.0.22"}
DATABASES = f"{HOSTS['db1']},{HOSTS['db2']}"
OPTIONS = "connect_timeout=2&tcp_user_timeout=5000"
PRIMARY_URL = f"postgres://postgres@{DATABASES}/postgres?target_session_attrs=read-write&{OPTIONS}"
REPLICA_URL = f"postgres://postgres@{DATABASES}/postgres?target_session_attrs=prefer-standby&{OPTIONS}"
SAVERS, READERS = 8, 4
WARM_UP = 10  # seconds in which each process compiles its templates, not counted


class Servers:
    """PostgreSQL twice, gunicorn twice, nginx once."""

    def __init__(self, folder, stack, synchronous):
        self.folder, self.stack, self.synchronous = folder, stack, synchronous
        self.binaries = postgres.system_binaries()
        # Entering a host needs root, PostgreSQL refuses it.
        account = postgres.other_user()
        self.demote = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        self.log = stack.enter_context((folder / "servers.log").open("ab"))

    def start(self):
        """Start all of them and return what the small bureau consists of."""
        self.make_primary()
        self.primary = self.database("db1")
        self.make_replica()
        self.replica = self.database("db2")
        if self.synchronous:
            self.ask("db1", "ALTER SYSTEM SET synchronous_standby_names = '*'")
            self.ask("db1", "SELECT pg_reload_conf()")
        self.surroundings = self.web_surroundings()
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        self.manage("migrate", "--verbosity=0")
        world = json.loads(self.run_on("front", "-m", "tests.reliability.world", f"--items={SAVERS}").splitlines()[-1])
        for host in ("web1", "web2"):
            self.web(host)
        self.front()
        return world

    def make_primary(self):
        """Create the cluster and let the other hosts in."""
        command = [self.binaries / "initdb", "--pgdata", self.folder / "db1", "--username=postgres", "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run([*self.demote, *command], check=True, stdout=self.log, cwd=self.folder)
        with (self.folder / "db1" / "pg_hba.conf").open("a") as file:
            file.write("host all all 10.77.0.0/24 trust\nhost replication all 10.77.0.0/24 trust\n")

    def make_replica(self):
        """Copy the primary over the network."""
        command = [self.binaries / "pg_basebackup", "--host", HOSTS["db1"], "--username=postgres"]
        command += [
            "--pgdata",
            self.folder / "db2",
            "--write-recovery-conf",
            "--wal-method=stream",
            "--checkpoint=fast",
        ]
        copying = on("db2", [*self.demote, *command], cwd=self.folder)
        if copying.wait():
            sys.exit("pg_basebackup failed")

    def database(self, host):
        """Start a PostgreSQL on its host and return the process."""
        settings = {
            "listen_addresses": HOSTS[host],
            "unix_socket_directories": "",
            "port": 5432,
            "max_connections": 200,
        }
        command = [self.binaries / "postgres", "-D", self.folder / host]
        command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        process = on(host, [*self.demote, *command], stdout=self.log, stderr=self.log, cwd=self.folder)
        self.stack.callback(postgres.stop, process)
        if not postgres.is_ready(process, self.folder / host):
            sys.exit(f"PostgreSQL on {host} did not start")
        return process

    def web_surroundings(self):
        """Return the environment of the web hosts: both databases named, whichever takes writes."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings", "DJANGO_SECRET_KEY": "only-for-tests-" * 5,
            "DJANGO_VAR_DIR": str(self.folder / "var"), "DJANGO_ALLOWED_HOSTS": HOSTS["front"],
            "DATABASE_URL": PRIMARY_URL, "REPLICA_URL": REPLICA_URL,
        }  # fmt: skip

    def run_on(self, host, *arguments):
        """Run Python on a host and return what it printed."""
        command = ["ip", "netns", "exec", host, environment.PYTHON, *arguments]
        done = subprocess.run(
            command, env=self.surroundings, cwd=environment.ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        return done.stdout

    def manage(self, *arguments):
        """Run a management command on the first web host."""
        self.run_on("web1", "manage.py", *arguments)

    def web(self, host):
        """Start gunicorn on a web host."""
        command = [environment.PYTHON, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
        process = on(
            host, command, stdout=self.log, stderr=self.log, cwd=environment.ROOT,
            env=self.surroundings | {"BIND": f"{HOSTS[host]}:8000", "WEB_CONCURRENCY": "2"},
        )  # fmt: skip
        self.stack.callback(postgres.stop, process)

    def front(self):
        """Start nginx before both web hosts."""
        servers = " ".join(f"server {HOSTS[host]}:8000;" for host in ("web1", "web2"))
        path = self.folder / "nginx.conf"
        path.write_text(NGINX.format(folder=self.folder, servers=servers, front=HOSTS["front"]))
        process = on("front", ["nginx", "-c", path], stdout=self.log, stderr=self.log)
        self.stack.callback(postgres.stop, process)

    def ask(self, host, statement):
        """Run one statement on a database host and return its rows."""
        connection = psycopg2.connect(host=HOSTS[host], user="postgres", connect_timeout=5)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def live(servers, world, seconds):
    """Let people work, kill the primary in the middle, promote the replica; return the record and both moments."""
    record, threads = Record(), []
    for report in world["reports"]:
        person = Person(HOSTS["front"], world["sessions"]["reporter"], record)
        threads.append(threading.Thread(target=save_on_and_on, args=(person, report, record)))
    for _number in range(READERS):
        person = Person(HOSTS["front"], world["sessions"]["leader"], record)
        threads.append(threading.Thread(target=read_on_and_on, args=(person, world["plan"], record)))
    for thread in threads:
        thread.start()
    time.sleep(WARM_UP)
    record.answers.clear()
    time.sleep(seconds)
    counts = {host: reads_of(servers, host) for host in ("db1", "db2")}
    killed = time.monotonic()
    lose_host("db1", servers.primary)
    time.sleep(3)
    servers.ask("db2", "SELECT pg_promote()")
    # A lone server acknowledges by itself again.
    servers.ask("db2", "ALTER SYSTEM SET synchronous_standby_names = ''")
    servers.ask("db2", "SELECT pg_reload_conf()")
    promoted = time.monotonic()
    time.sleep(seconds)
    record.stop.set()
    for thread in threads:
        thread.join()
    return record, killed, promoted, counts


def lose_host(host, process):
    """Let a host vanish as in a power cut: nobody is told that connections have ended."""
    ip("-n", host, "link", "set", "eth0", "down")
    process.kill()


def reads_of(servers, host):
    """Return how many rows a database host has handed out."""
    return servers.ask(host, "SELECT tup_returned FROM pg_stat_database WHERE datname = 'postgres'")[0][0]


def result(servers, record, killed, promoted, counts, seconds):
    """Return the figures of a run."""
    stored = dict(stored_reports(servers))
    lost = [report for report, (version, _percent) in record.saved.items() if stored[report][0] < version]
    figures = {"rows handed out until the kill": counts, "acknowledged saves lost": len(lost)}
    for kind in ("save", "read"):
        mine = [(when, ok, took) for when, each, ok, took in record.answers if each == kind]
        good = [when for when, ok, _took in mine if ok]
        before = [took for when, ok, took in mine if ok and when < killed]
        figures[kind] = {
            "per second before": round(len(before) / seconds, 1),
            "median ms before": round(1000 * sorted(before)[len(before) // 2], 1),
            "failed before the kill": sum(not ok for when, ok, _took in mine if when < killed),
            "failed after": sum(not ok for when, ok, _took in mine if when >= killed),
            "seconds without one": round(max(b - a for a, b in pairwise(good)), 1),
            "seconds after promotion": round(min(when for when in good if when > promoted) - promoted, 1),
            "per second after": round(sum(when > promoted for when in good) / seconds, 1),
        }
    return figures


def stored_reports(servers):
    """Return (report, (version, percent)) of every report as stored now."""
    rows = servers.ask("db2", "SELECT id, version, completion_percent FROM tracking_report")
    return [(report, (version, percent)) for report, version, percent in rows]


def main():
    """Build, live, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20, help="of work before the kill, and after the promotion")
    parser.add_argument("--asynchronous", action="store_true")
    options = parser.parse_args()
    if not shutil.which("nginx"):
        sys.exit("nginx is missing: apt-get install nginx-light")
    with ExitStack() as stack:
        folder = stack.enter_context(postgres.temporary_directory())
        stack.enter_context(Network(BRIDGE, OURS, HOSTS))
        servers = Servers(folder, stack, synchronous=not options.asynchronous)
        world = servers.start()
        until_answering(HOSTS["front"])
        lived = live(servers, world, options.seconds)
        print(json.dumps(result(servers, *lived, options.seconds), ensure_ascii=False, indent=2), flush=True)


if __name__ == "__main__":
    main()
