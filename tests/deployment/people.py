"""People who save and read through nginx, one request after another, and what they lived through."""

import http.client
import json
import re
import sys
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

TOKEN = "t" * 32


@dataclass
class Record:
    """What the people of one run lived through; times are of `time.monotonic()`."""

    saved: dict = field(default_factory=dict)  # report → (version, percent) acknowledged last
    acknowledged: list = field(default_factory=list)  # (report, version) of every save that was acknowledged
    answers: list = field(default_factory=list)  # (time, kind, ok, seconds)
    stop: threading.Event = field(default_factory=threading.Event)

    def note(self, kind, begun, ok):
        """Write down one request."""
        now = time.monotonic()
        self.answers.append((now, kind, ok, now - begun))


class Person:
    """Sends requests through nginx, one after another, with a session of their own."""

    def __init__(self, front, session, record):
        self.front, self.record = front, record
        self.cookies = {"sessionid": session, "csrftoken": TOKEN}

    def ask(self, kind, method, path, data=None):
        """Send one request, note how it went, and return the body of a 200, else None."""
        begun, ok, body = time.monotonic(), False, None
        connection = http.client.HTTPConnection(self.front, 8080, timeout=15)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "X-CSRFToken": TOKEN}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, data and urlencode(data), headers)
            response = connection.getresponse()
            body = response.read().decode()
            ok = response.status == 200
            self.keep(response)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        self.record.note(kind, begun, ok)
        return body if ok else None

    def keep(self, response):
        """Keep the position of the last write, as a browser would."""
        for header in response.headers.get_all("Set-Cookie", ()):
            if match := re.match(r'written_at="?([^";]*)', header):
                self.cookies["written_at"] = match[1]


def save_on_and_on(person, report, record, pause=0):
    """Save one report again and again, each time on top of the version acknowledged or, after a failure, stored."""
    version = 0
    while not record.stop.is_set():
        percent = (version * 7) % 100
        data = {"completion_percent": percent, "progress": f"第{version}次。", "seen_version": version}
        body = person.ask("save", "POST", f"/reports/{report}/draft/", data)
        answer = json.loads(body) if body else {}
        if answer.get("version"):
            version = answer["version"]
            record.saved[report] = (version, percent)
            record.acknowledged.append((report, version))
            time.sleep(pause)
        elif "conflict" in answer:  # the answer to our own save was lost on its way
            version += 1
        else:
            time.sleep(0.2)


def read_on_and_on(person, plan, record, pause=0):
    """Open the board again and again."""
    while not record.stop.is_set():
        time.sleep(0.2 if person.ask("read", "GET", f"/plans/{plan}/") is None else pause)


def until_answering(front):
    """Wait until nginx passes the sign-in page on."""
    for _attempt in range(120):
        connection = http.client.HTTPConnection(front, 8080, timeout=5)
        try:
            connection.request("GET", "/accounts/login/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.5)
    sys.exit("the web servers do not answer")
