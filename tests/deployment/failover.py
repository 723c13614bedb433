"""The primary loses its power again and again, and nobody lifts a hand: `python -m tests.deployment.failover`.

Not part of the suite: it needs root, some packages of Debian's (tests/deployment/cluster.py) and about a minute a round.
Three hosts with etcd, Patroni and PostgreSQL and two web hosts are network namespaces of this machine. While people
save through nginx, whoever leads loses its power (link down, everything killed); it gets it back and joins again by
itself (`power:N`, N times). `cut`: the leader is cut from the other two database hosts, but not from the web hosts.
`hang`: its Patroni stands still. Meanwhile two write to every host directly, one of them without waiting for the replica,
and what counts is whether the old one still takes a write after the new one has. `pool`: from here on with PgBouncer
(transactions) and HAProxy on the web hosts. One line of JSON for each.
"""

import argparse
import json
import signal
import sys
import threading
import time
from contextlib import ExitStack
from itertools import pairwise

import psycopg2

from tests import postgres
from tests.deployment.cluster import BRIDGE, DATABASES, HOSTS, OURS, Cluster, connect, require
from tests.deployment.network import Network, ip
from tests.deployment.people import Person, Record, read_on_and_on, save_on_and_on

SAVERS, READERS, PAUSE = 6, 1, 0.5
LONGEST = 90  # seconds after which a round is given up
AFTER = 5  # seconds of work after the first save


class Work:
    """People who save and read until the end; asked for what happened since a moment."""

    def __init__(self, cluster, world):
        self.cluster, self.record = cluster, Record()
        people = [(save_on_and_on, "reporter", report) for report in world["reports"]]
        people += [(read_on_and_on, "leader", world["plan"])] * READERS
        for work, who, subject in people:
            person = Person(HOSTS["front"], world["sessions"][who], self.record)
            threading.Thread(target=work, args=(person, subject, self.record, PAUSE), daemon=True).start()

    def good(self, since, kind="save"):
        """Return when requests went well after a moment."""
        return [when for when, each, ok, _took in list(self.record.answers) if each == kind and ok and when > since]

    def wait_for_save(self, since):
        """Wait until somebody could save after a moment; False where that takes too long."""
        while not self.good(since):
            if time.monotonic() > since + LONGEST:
                return False
            time.sleep(0.05)
        return True

    def lost(self):
        """Return the acknowledged saves of which the database has no trace: neither stored, nor in its history."""
        acknowledged = list(self.record.acknowledged)
        stored = dict(self.cluster.ask("SELECT id, version FROM tracking_report"))
        kept = set(self.cluster.ask("SELECT id, version FROM tracking_historicalreport"))
        return [pair for pair in acknowledged if pair not in kept or stored[pair[0]] < pair[1]]


def power_cut(cluster, work, number):
    """Take the leader's power, wait, give it back; return the figures of this round."""
    leader, begun = cluster.wait_whole(), len(work.record.acknowledged)
    time.sleep(AFTER)
    cut = time.monotonic()
    cluster.lose_power(leader)
    again = work.wait_for_save(time.monotonic() + 2)  # answers under way when the power went may still come
    time.sleep(AFTER)
    end = time.monotonic()
    failed = sum(not ok for when, kind, ok, _took in list(work.record.answers) if kind == "save" and cut < when < end)
    gap = max(b - a for a, b in pairwise([*work.good(cut - AFTER), *([] if again else [end])]))
    cluster.give_power(leader)
    back = time.monotonic()
    new = cluster.wait_whole()
    return {
        "round": number, "power lost": leader, "leads now": new, "seconds without saving": round(gap, 1),
        "failed saves": failed, "acknowledged saves": len(work.record.acknowledged) - begun,
        "acknowledged saves lost": len(work.lost()), "seconds until three again": round(time.monotonic() - back, 1),
    }  # fmt: skip


class Probe(threading.Thread):
    """Writes to one host again and again, whatever it is; keeps when each write was acknowledged."""

    def __init__(self, host, commit):
        super().__init__(daemon=True)
        self.host, self.commit, self.acknowledged, self.stop = host, commit, [], threading.Event()
        self.start()

    def run(self):
        """Connect, write until it is refused, begin anew."""
        while not self.stop.is_set():
            try:
                self.write()
            except psycopg2.Error:
                time.sleep(0.1)

    def write(self):
        """Write until it fails."""
        connection = connect(self.host, dbname="taizhang", options=f"-c synchronous_commit={self.commit}")
        try:
            with connection.cursor() as cursor:
                while not self.stop.is_set():
                    number = len(self.acknowledged)
                    cursor.execute("INSERT INTO probe VALUES (%s, %s, %s)", [self.host, self.commit, number])
                    self.acknowledged.append(time.monotonic())
                    time.sleep(0.05)
        finally:
            connection.close()


def split(cluster, work, name, fault, mend):
    """Let the leader go on alone by a fault, then mend it; return who took writes until when, in seconds after it."""
    leader = cluster.wait_whole()
    cluster.ask("DROP TABLE IF EXISTS probe")
    cluster.ask("CREATE TABLE probe (host text, kind text, number int)")
    probes = {(host, commit): Probe(host, commit) for host in DATABASES for commit in ("on", "local")}
    time.sleep(AFTER)
    begun = time.monotonic()
    fault(leader)
    others = [probes[host, "on"].acknowledged for host in DATABASES if host != leader]
    while not (first := [at for each in others for at in each]) and time.monotonic() < begun + LONGEST:
        time.sleep(0.05)
    work.wait_for_save(first[0])
    time.sleep(15)
    for probe in probes.values():
        probe.stop.set()
    mend(leader)
    new = cluster.wait_whole()
    after = {commit: [at for at in probes[leader, commit].acknowledged if at > first[0]] for commit in ("on", "local")}
    return {
        "fault": name, "leader": leader, "leads now": new,
        "old: last write acknowledged": last(probes[leader, "on"], begun),
        "old: last write taken without waiting for the replica": last(probes[leader, "local"], begun),
        "new: first write acknowledged": round(first[0] - begun, 1),
        "old: acknowledged after new": len(after["on"]), "old: taken without waiting after new": len(after["local"]),
        "probe writes acknowledged, lost": lost_probes(cluster, probes, "on"),
        "writes without waiting taken, lost": lost_probes(cluster, probes, "local"),
        "acknowledged saves lost": len(work.lost()), "seconds without saving": longest(work.good(begun - AFTER)),
    }  # fmt: skip


def last(probe, since):
    """Return how many seconds after a moment a probe's last write was acknowledged."""
    return round(max(probe.acknowledged) - since, 1)


def longest(moments):
    """Return the longest time between two of these moments."""
    return round(max(b - a for a, b in pairwise(moments)), 1)


def lost_probes(cluster, probes, commit):
    """Return how many of the probes' writes were acknowledged, and how many of them are nowhere."""
    kept = set(cluster.ask("SELECT host, kind, number FROM probe"))
    told = {(host, kind, n) for (host, kind), probe in probes.items() for n in range(len(probe.acknowledged))}
    told = {row for row in told if row[1] == commit}
    return len(told), len(told - kept)


def cut_off(leader):
    """Cut the leader from the other two database hosts; the web hosts still reach all three."""
    for host in DATABASES:
        if host != leader:
            ip("-n", leader, "route", "add", "blackhole", f"{HOSTS[host]}/32")


def join(leader):
    """Undo that."""
    for host in DATABASES:
        if host != leader:
            ip("-n", leader, "route", "del", "blackhole", f"{HOSTS[host]}/32")


def tell(figures):
    """Print a line."""
    print(json.dumps(figures, ensure_ascii=False), flush=True)


def main():
    """Build, live, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="*", default=["cut", "power:10", "pool", "power:10", "hang"],
                        help="power:N, cut, hang; pool: PgBouncer and HAProxy before the databases from here on")  # fmt: skip
    parser.add_argument("--logs", help="folder for what the servers said")
    options = parser.parse_args()
    require("pool" in options.steps)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        folder = stack.enter_context(postgres.temporary_directory())
        stack.enter_context(Network(BRIDGE, OURS, HOSTS))
        cluster = Cluster(folder, stack)
        work = Work(cluster, cluster.start(SAVERS))
        if options.logs:
            stack.callback(cluster.keep_logs, options.logs)
        for step in options.steps:
            take(cluster, work, step)
        work.record.stop.set()
        tell({"acknowledged saves": len(work.record.acknowledged), "lost": len(work.lost())})


def take(cluster, work, step):
    """Take one step of the command line."""
    name, _, times = step.partition(":")
    if name == "pool":
        cluster.use_pool()
    elif name == "cut":
        tell(split(cluster, work, "cut off", cut_off, join))
    elif name == "hang":
        tell(split(cluster, work, "Patroni hangs, no watchdog", cluster.hang, cluster.go_on))
    for number in range(1, int(times or 0) + 1):
        tell({"pool": cluster.pooled, **power_cut(cluster, work, number)})


if __name__ == "__main__":
    main()
