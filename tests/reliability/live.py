"""People at once: threads that speak HTTP to a live server, each signed in, each with a connection kept open."""

import json
import threading
from http.client import HTTPConnection
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections
from django.test import Client, LiveServerTestCase, tag

from tests.base import Cast

TOKEN = "t" * 32  # CSRF: the cookie and the header must be the same


class Person:
    """One signed-in user agent."""

    def __init__(self, host, port, user):
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.connection = HTTPConnection(host, port, timeout=60)
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def post(self, path, **data):
        """Send a form; return the status and the answer."""
        self.connection.request("POST", path, urlencode(data), self.headers)
        response = self.connection.getresponse()
        body = response.read()
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return response.status, json.loads(body) if is_json else body


@tag("concurrent")
class AtOnceTestCase(Cast, LiveServerTestCase):
    """Runs one function in many threads at the same moment."""

    def setUp(self):
        """The cast and a report under way."""
        type(self).cast()
        self.period = self.make_period()
        self.report = self.make_report(self.make_item(self.make_plan()), self.period)

    def person(self, user):
        """Return a user agent of `user`."""
        return Person(self.server_thread.host, self.server_thread.port, user)

    def at_once(self, people, act):
        """Run `act(person)` for all of `people` at once; return what each returned, in their order."""
        barrier = threading.Barrier(len(people))
        results = [None] * len(people)

        def run(place, person):
            try:
                barrier.wait()
                results[place] = act(person)
            finally:
                person.connection.close()
                connections.close_all()

        threads = [threading.Thread(target=run, args=pair) for pair in enumerate(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertNotIn(None, results, "a thread broke")
        return results
