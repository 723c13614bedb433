"""Three database hosts, each with etcd, Patroni and PostgreSQL, before two web hosts: what deploy/failover/ describes.

Debian's packages etcd-server, patroni, postgresql-15 and nginx-light; with a pool pgbouncer and haproxy too. Each program
reads the file of deploy/failover/, in which only addresses, passwords and folders are others.
"""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg2

from scripts import environment
from tests import postgres
from tests.deployment.network import NGINX, ip, on
from tests.deployment.people import until_answering

BRIDGE, OURS = "bench-cluster", "10.78.0.254"
DATABASES = ("db1", "db2", "db3")
WEB = ("web1", "web2")
HOSTS = {"front": "10.78.0.1", "db1": "10.78.0.11", "db2": "10.78.0.12", "db3": "10.78.0.13"}
HOSTS |= {"web1": "10.78.0.21", "web2": "10.78.0.22"}
FILES = environment.ROOT / "deploy" / "failover"
PROGRAMS = {"etcd": "etcd-server", "patroni": "patroni", "nginx": "nginx-light"}
POOL_PROGRAMS = {"pgbouncer": "pgbouncer", "haproxy": "haproxy"}
OPTIONS = "connect_timeout=2&tcp_user_timeout=5000"
ADDRESSES = ",".join(HOSTS[name] for name in DATABASES)
URL = f"postgres://taizhang:change-me-3@{ADDRESSES}/taizhang?target_session_attrs=%s&{OPTIONS}"
POOL_URL = "postgres://taizhang:change-me-3@127.0.0.1:6432/taizhang"
FIRST = "nice", "-n", "-10"  # all hosts share this machine's cores; etcd's beats must not wait for web pages


class Cluster:
    """Starts hosts, takes their power and gives it back."""

    def __init__(self, folder, stack):
        self.folder, self.stack, self.pooled = folder, stack, False
        self.patroni, self.leader = {}, None
        account = postgres.other_user()
        self.demote = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        self.account = account
        self.log = stack.enter_context((folder / "servers.log").open("ab"))
        stack.callback(self.end)

    def end(self):
        """End whatever runs on any of the hosts."""
        for host in HOSTS:
            kill_all(host)

    def start(self, items):
        """Start everything and return what the small bureau consists of."""
        for host in DATABASES:
            self.database(host)
        self.wait_whole()
        self.ask("CREATE ROLE taizhang LOGIN PASSWORD 'change-me-3'", "postgres")
        self.ask("CREATE DATABASE taizhang OWNER taizhang", "postgres")
        self.surroundings = self.web_surroundings()
        self.run_on("web1", "manage.py", "collectstatic", "--noinput", "--verbosity=0")
        self.run_on("web1", "manage.py", "migrate", "--verbosity=0")
        world = json.loads(self.run_on("web1", "-m", "tests.reliability.world", f"--items={items}").splitlines()[-1])
        for host in WEB:
            self.web(host)
        self.front()
        until_answering(HOSTS["front"])
        return world

    def fill(self, host, name):
        """Write a file of deploy/failover/ as the document says, by sed; return its path."""
        own = self.folder / host
        if not own.exists():
            own.mkdir()
            shutil.chown(own, self.account.pw_uid, self.account.pw_gid)
        words = (FILES / "values.sed").read_text(encoding="utf-8")
        words = words.replace("|db1|", f"|{host}|").replace("|@address@|10.0.0.11|", f"|@address@|{HOSTS[host]}|")
        words = words.replace("10.0.0.", "10.78.0.").replace("/var/lib/postgresql/15/taizhang", f"{own}/data")
        (own / "values.sed").write_text(words.replace("/var/run/postgresql", str(own)), encoding="utf-8")
        filled = subprocess.run(
            ["sed", "-f", own / "values.sed", FILES / name], check=True, stdout=subprocess.PIPE
        ).stdout
        (own / name).write_bytes(filled)
        return own / name

    def database(self, host):
        """Start etcd and Patroni on a database host, as its systemd does after power comes."""
        lines = self.fill(host, "etcd.environment").read_text(encoding="utf-8").splitlines()
        surroundings = os.environ | dict(line.split("=", 1) for line in lines if line.startswith("ETCD_"))
        self.run_as_postgres(host, "etcd", ["etcd"], surroundings)
        command = ["patroni", self.fill(host, "patroni.yml")]
        self.patroni[host] = self.run_as_postgres(host, "patroni", command, os.environ | {"PATH": "/usr/bin:/bin"})

    def run_as_postgres(self, host, name, command, surroundings):
        """Start a program of a host; what it says goes into a file of its own."""
        with (self.folder / host / f"{name}.log").open("ab") as log:
            words = [*FIRST, *self.demote, *command]
            return on(host, words, env=surroundings, stdout=log, stderr=log, cwd=self.folder)

    def use_pool(self):
        """Start the web hosts anew behind a pool."""
        self.pooled = True
        self.surroundings = self.web_surroundings()
        for host in WEB:
            kill_all(host)
            self.pool(host)
            self.web(host)
        until_answering(HOSTS["front"])

    def pool(self, host):
        """Start HAProxy and PgBouncer on a web host."""
        self.run_as_postgres(host, "haproxy", ["haproxy", "-db", "-f", self.fill(host, "haproxy.cfg")], os.environ)
        users = self.fill(host, "userlist.txt")
        path = self.fill(host, "pgbouncer.ini")
        path.write_text(path.read_text().replace("/etc/pgbouncer/userlist.txt", str(users)))
        self.run_as_postgres(host, "pgbouncer", ["pgbouncer", path], os.environ)

    def web_surroundings(self):
        """Return the environment of the web hosts: all databases named, whichever takes writes; or the pool."""
        direct = URL % "read-write"
        own = {"DATABASE_URL": direct}
        if self.pooled:
            own = {"DATABASE_URL": POOL_URL, "DATABASE_POOLER": "transaction", "DATABASE_DIRECT_URL": direct}
        return os.environ | own | {
            "DJANGO_SETTINGS_MODULE": "config.settings", "DJANGO_SECRET_KEY": "only-for-tests-" * 5,
            "DJANGO_VAR_DIR": str(self.folder / "var"), "DJANGO_ALLOWED_HOSTS": HOSTS["front"],
            "REPLICA_URL": URL % "prefer-standby",
        }  # fmt: skip

    def run_on(self, host, *arguments):
        """Run Python on a host and return what it printed."""
        command = ["ip", "netns", "exec", host, environment.PYTHON, *arguments]
        done = subprocess.run(command, env=self.surroundings, cwd=environment.ROOT, timeout=300,
                              capture_output=True, text=True, check=False)  # fmt: skip
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        return done.stdout

    def web(self, host):
        """Start gunicorn on a web host."""
        command = [environment.PYTHON, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
        own = {"BIND": f"{HOSTS[host]}:8000", "WEB_CONCURRENCY": "1"}
        on(host, command, stdout=self.log, stderr=self.log, cwd=environment.ROOT, env=self.surroundings | own)

    def front(self):
        """Start nginx before both web hosts."""
        servers = " ".join(f"server {HOSTS[host]}:8000;" for host in WEB)
        path = self.folder / "nginx.conf"
        path.write_text(NGINX.format(folder=self.folder, servers=servers, front=HOSTS["front"]))
        on("front", ["nginx", "-c", path], stdout=self.log, stderr=self.log)

    def ask(self, statement, database="taizhang"):
        """Run one statement on the host that led when all was well last, and return its rows."""
        with closing(connect(self.leader, dbname=database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def lose_power(self, host):
        """Let a host vanish as in a power cut: nobody is told that connections have ended."""
        ip("-n", host, "link", "set", "eth0", "down")
        kill_all(host)

    def give_power(self, host):
        """Let it come back, as it does by itself when it boots."""
        ip("-n", host, "link", "set", "eth0", "up")
        self.database(host)

    def hang(self, host):
        """Let a host's Patroni stand still; its PostgreSQL goes on."""
        self.patroni[host].send_signal(signal.SIGSTOP)

    def go_on(self, host):
        """Let it go on."""
        self.patroni[host].send_signal(signal.SIGCONT)

    def wait_whole(self, seconds=150):
        """Wait until all agree on who leads and one of the two others follows synchronously; return who leads."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            told = {whole_under(members(host)) for host in DATABASES}
            writing = {host for host in DATABASES if takes_writes(host)}
            if len(told) == 1 and told == writing:
                (self.leader,) = told
                return self.leader
            time.sleep(0.5)
        sys.exit(f"the cluster did not become whole: {[members(host) for host in DATABASES]}; {self.folder}")

    def keep_logs(self, folder):
        """Copy what the servers said."""
        for path in [*self.folder.glob("*/*.log"), self.folder / "servers.log"]:
            target = Path(folder) / path.relative_to(self.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


def members(host):
    """Return what the Patroni of a host says of the cluster's members; nothing where it does not answer."""
    with suppress(OSError, http.client.HTTPException, ValueError, KeyError):
        connection = http.client.HTTPConnection(HOSTS[host], 8008, timeout=2)
        try:
            connection.request("GET", "/cluster")
            return json.loads(connection.getresponse().read())["members"]
        finally:
            connection.close()
    return []


def connect(host, **kw):
    """Open a connection to one host and no other, outside of transactions."""
    connection = psycopg2.connect(
        host=HOSTS[host], user="postgres", password="change-me-1", connect_timeout=3, keepalives_idle=3,
        keepalives_interval=1, keepalives_count=3, tcp_user_timeout=5000, **kw,
    )  # fmt: skip
    connection.autocommit = True
    return connection


def takes_writes(host):
    """Say whether a host's PostgreSQL is a primary, whatever Patroni thinks of it."""
    try:
        with closing(connect(host, dbname="postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT NOT pg_is_in_recovery()")
            return cursor.fetchone()[0]
    except psycopg2.Error:
        return False


def whole_under(found):
    """Return the leader's name where all three members are well, else None."""
    roles = sorted(member["role"] for member in found)
    if roles != ["leader", "replica", "sync_standby"]:
        return None
    if len({member.get("timeline") for member in found}) > 1 or any(member.get("lag") for member in found):
        return None
    if any(member["state"] not in ("running", "streaming") for member in found):
        return None
    return next(member["name"] for member in found if member["role"] == "leader")


def kill_all(host):
    """Kill every process of a host."""
    listed = subprocess.run(["ip", "netns", "pids", host], capture_output=True, text=True, check=False).stdout
    for pid in re.findall(r"\d+", listed):
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def require(pooled):
    """End with the packages that are missing."""
    wanted = PROGRAMS | (POOL_PROGRAMS if pooled else {})
    missing = [package for program, package in wanted.items() if not shutil.which(program)]
    if missing or not Path("/usr/lib/postgresql/15/bin/postgres").exists():
        sys.exit(f"apt-get install {' '.join(missing)} postgresql-15")
