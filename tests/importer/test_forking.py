"""A child is a copy of a process that knows no file: nothing is left of one file for the next, and nobody outlives us."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from importer import forking, sandbox, sandbox_child
from tests.hostile import PLAN

CHILD = "tests.importer.forked_child"
SMALL = 0.15  # seconds of computing that reading one small file may take
PROCESS = """
import os, pickle, sys
from importer import forking

def server():
    return pickle.loads(forking.run("tests.importer.forked_child", pickle.dumps(("look", None)), 60).output)["server"]

first = server()
for _ in range(2):
    if not (pid := os.fork()):
        print(server(), flush=True)
        os._exit(0)
    os.waitpid(pid, 0)
assert server() == first
print(first, flush=True)
forking.run("tests.importer.forked_child", pickle.dumps(("sleep", sys.argv[1])), 600)
"""


def ask(verb, argument=None, timeout=60):
    """Ask the child of these tests; return its end."""
    return forking.run(CHILD, pickle.dumps((verb, argument)), timeout)


def look():
    """Return how a child finds itself."""
    return pickle.loads(ask("look").output)


def lives(pid):
    """Say whether a process is there, and not only waiting to be told of."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition):
    """Wait for a condition; fail where it does not come about."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


class ForkingTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.note = Path(folder.name) / "note"

    def noted(self):
        """Return the processes a sleeping child tells of, once it does."""
        until(lambda: self.note.exists() and len(self.note.read_text().split()) == 2)
        return [int(pid) for pid in self.note.read_text().split()]

    def test_a_child_knows_nothing_of_the_file_before_nor_of_us(self):
        os.environ["FORKING_TEST_SECRET"] = "secret"
        self.addCleanup(os.environ.pop, "FORKING_TEST_SECRET")
        one, other = look(), look()
        for found in (one, other):
            self.assertEqual(found["seen"], ["look"])
            self.assertEqual(found["files"], ["0", "1", "2"])
            self.assertEqual(found["threads"], 1, "a copy of a process with threads may stand still")
            self.assertNotIn("FORKING_TEST_SECRET", found["environment"])
        self.assertEqual(one["server"], other["server"])
        self.assertNotEqual(one["pid"], other["pid"])

    def test_reading_a_small_file_loads_nothing(self):
        question = ("a.txt", PLAN.encode(), "drafts", {})
        sandbox.parse_under_limits("a.txt", PLAN.encode())
        ended = forking.run(sandbox.CHILD, pickle.dumps(question), 60)
        self.assertEqual(sandbox.unpacked(ended.output)[0], "read")
        self.assertLess(ended.seconds, SMALL)

    def test_the_sample_is_read(self):
        verdict, (_source, (draft,)) = sandbox_child.answer("a.txt", sandbox_child.SAMPLE.encode(), "drafts", {})
        self.assertEqual((verdict, len(draft.items)), ("read", 1))

    def test_long_questions_and_answers_arrive_whole_from_many_threads(self):
        texts = [str(number) * 3_000_000 for number in range(8)]
        with ThreadPoolExecutor(8) as threads:
            for text, ended in zip(texts, threads.map(lambda text: ask("echo", text), texts), strict=True):
                self.assertTrue(pickle.loads(ended.output) == text)

    def test_how_a_child_ends_is_told(self):
        for number in (signal.SIGKILL, signal.SIGXCPU, signal.SIGSEGV):
            self.assertEqual(ask("die", number).code, -number)
        ended = ask("raise", "out of order")
        self.assertEqual((ended.code, ended.output), (1, b""))
        self.assertIn(b"out of order", ended.errors)

    def test_who_is_waited_for_no_longer_is_ended_with_all_it_started(self):
        server = look()["server"]
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(ask, "sleep", str(self.note), 5)
            pids = self.noted()
            self.assertRaises(forking.TooSlow, asked.result)
        until(lambda: not any(map(lives, pids)))
        self.assertEqual(look()["server"], server)

    def test_a_server_that_is_killed_is_started_again(self):
        """At once, too: while it goes it takes no questions any more, and is not yet said to have ended."""
        for _ in range(5):
            before = look()["server"]
            os.kill(before, signal.SIGKILL)
            self.assertNotEqual(look()["server"], before)

    def test_a_question_whose_server_is_killed_is_asked_again(self):
        before = look()["server"]
        after = pickle.loads(ask("kill server", str(self.note)).output)
        self.assertNotEqual(after["server"], before)
        self.assertEqual(after["seen"], ["kill server"])

    def test_the_children_of_a_killed_server_end(self):
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(ask, "sleep", str(self.note), 5)
            child, _ = self.noted()
            os.kill(forking.servers.running().process.pid, signal.SIGKILL)
            until(lambda: not lives(child))
            self.assertRaises(forking.TooSlow, asked.result)  # the next one sleeps as well

    def test_forked_workers_have_servers_of_their_own_and_nobody_outlives_a_killed_process(self):
        process = subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(self.note)], cwd=forking.ROOT, stdout=subprocess.PIPE, text=True
        )
        servers = [int(process.stdout.readline()) for _ in range(3)]
        self.addCleanup(process.stdout.close)
        self.assertEqual(len(set(servers)), 3)
        pids = self.noted()
        self.assertTrue(lives(servers[-1]))
        process.kill()
        process.wait()
        until(lambda: not any(map(lives, (*servers, *pids))))
