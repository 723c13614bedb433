"""Somebody who saves one report over HTTP without a pause, through every trouble, and remembers what was promised."""

import threading
import time
from http.client import HTTPException

from tests.reliability.work import TEXT, is_whole, number_in

FACTS = """SELECT r.version, (SELECT count(*) FROM tracking_historicalreport h WHERE h.id = r.id), r.progress,
    (SELECT t.progress FROM tracking_taskreport t WHERE t.report_id = r.id) FROM tracking_report r WHERE r.id = {}"""


def fact_of(site, report):
    """Return version, history rows and the numbers in both texts of a report, as `work.facts` does."""
    ((version, rows, *texts),) = site.rows(FACTS.format(report))
    return [version, rows, *map(number_in, texts)]


def post(server, session, report, part, seen):
    """Save the report's next text; return the answer."""
    text = TEXT.format(seen + 1)
    form = {"progress": text, "seen_version": seen, "task_reports-TOTAL_FORMS": 1, "task_reports-INITIAL_FORMS": 1}
    form |= {"task_reports-0-id": part, "task_reports-0-report": report, "task_reports-0-progress": text}
    return server.post(f"/reports/{report}/draft/", session=session, **form)


class Saver(threading.Thread):
    """One person; `acknowledged` is the last version promised, `errors` the (time of asking, status) of what failed."""

    def __init__(self, site, server, session, report, part):
        super().__init__(daemon=True)
        self.site, self.server, self.session, self.report, self.part = site, server, session, report, part
        self.acknowledged, self.saves, self.errors, self.page = 0, 0, [], ""
        self.stopping = threading.Event()

    def run(self):
        """Save until told to stop."""
        seen = 0
        while not self.stopping.is_set():
            seen = self.save(seen)

    def save(self, seen):
        """Save once; return the version to go on from."""
        begun = time.monotonic()
        try:
            answer = post(self.server, self.session, self.report, self.part, seen)
        except (OSError, HTTPException) as problem:
            return self.fail(begun, type(problem).__name__, seen)
        if answer.status != 200:
            self.page = answer.text
            return self.fail(begun, answer.status, seen)
        if "conflict" in answer.json:  # stored before, when nobody could be told
            return fact_of(self.site, self.report)[0]
        self.acknowledged, self.saves = answer.json["version"], self.saves + 1
        return self.acknowledged

    def fail(self, begun, what, seen):
        """Note an error, and breathe."""
        self.errors.append((begun, what))
        time.sleep(0.1)
        return seen

    def stop(self):
        """End, and return what is wrong with the report."""
        self.stopping.set()
        self.join()
        return self.problems()

    def problems(self):
        """Return what is wrong with the report, nothing where all is well."""
        fact = fact_of(self.site, self.report)
        problems = [] if is_whole(fact) else [f"report {self.report} is half saved: {fact}"]
        if fact[0] < self.acknowledged:
            problems.append(f"report {self.report}: {self.acknowledged} acknowledged, {fact[0]} stored")
        return problems
