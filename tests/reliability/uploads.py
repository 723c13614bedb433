"""Ten large sheets from one person while others work: `python -m tests.reliability.uploads --sheets 10`.

Pages and /healthz are asked at a steady pace, first at rest, then while the sheets wait or are read: one run, one
machine, side by side. Fails where /healthz takes longer than 0.2 s or the pages' 95th percentile is more than twice that at rest.
"""

import argparse
import os
import random
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tests.reliability.sites import TOKEN, new_site

PAGES = ("/plans/", "/overview/", "/review/", "/periods/")
HEALTH, TIMES = 0.2, 2
EVERY, ROUNDS = 0.3, 150  # seconds between two times of asking, times at rest
WORDS = "深化思政课改革创新统筹推进一体化建设开展专题调研完成方案初稿组织教师培训落实经费保障召开现场推进会缺少专任教师等待批复"
BOUNDARY = "sheet-of-a-test"
BOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="德育科" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}  # fmt: skip
HEADINGS = (
    "序号",
    "工作事项",
    "目前进展情况",
    "存在的困难",
    "下一步工作措施",
    "备注一",
    "备注二",
    "系统编号（请勿改动）",
)


def sheet(megabytes, seed):
    """Return a 填报表 of about so many megabytes, every cell of words of its own."""
    dice = random.Random(seed)
    rows, size = [row_of(1, HEADINGS)], 0
    while size < megabytes * 1_000_000 * 4.4:  # Chinese words shrink to a third
        cells = ["".join(dice.choices(WORDS, k=12)) for _ in HEADINGS]
        rows.append(row_of(len(rows) + 1, cells))
        size += len(rows[-1].encode())
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in BOOK.items():
            archive.writestr(name, text)
        body = "".join(rows)
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{body}</sheetData></worksheet>',
        )
    return file.getvalue()


def row_of(number, texts):
    """Return a row of a worksheet."""
    cells = (f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for n, text in enumerate(texts))
    return f'<row r="{number}">{"".join(cells)}</row>'


def send(port, session, content):
    """Upload a sheet; return the address it leads to, "" where the page only answers."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="sheet.xlsx"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {
        "Cookie": f"csrftoken={TOKEN}; sessionid={session}", "X-CSRFToken": TOKEN,
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }  # fmt: skip
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("POST", "/my/sheets/", body, headers)
    response = connection.getresponse()
    response.read()
    return response.headers.get("Location", "")


class Sender(threading.Thread):
    """Sends one sheet and follows it until it was read."""

    def __init__(self, server, session, content):
        super().__init__(daemon=True)
        self.server, self.session, self.content = server, session, content
        self.answered = self.done = None

    def run(self):
        """Send and wait."""
        begun = time.monotonic()
        address = send(self.server.port, self.session, self.content)
        self.answered = time.monotonic() - begun
        while address.startswith("/uploads/"):
            page = self.server.get(address, self.session)
            if page.status != 200 or "Refresh" not in page.headers:
                break
            time.sleep(int(page.headers["Refresh"]))
        self.done = time.monotonic() - begun


def timed(server, path, session=None):
    """Return the seconds of one answer; one that fails counts as endless."""
    begun = time.monotonic()
    try:
        status = server.get(path, session).status
    except (OSError, HTTPException):
        status = 0
    return time.monotonic() - begun if status == 200 else float("inf")


def measure(server, session, goes_on):
    """Ask for a page and /healthz every EVERY seconds as long as `goes_on(rounds)`; return both lists of seconds.

    Each is asked when its time has come, whether those before it were answered or not: who waits for the answer first
    asks a server that hangs only once, and counts one slow answer where ten people wait.
    """
    pages, health, asked, rounds = [], [], [], 0
    begun = time.monotonic()
    while goes_on(rounds):
        for seconds, path, who in ((pages, PAGES[rounds % len(PAGES)], session), (health, "/healthz", None)):
            thread = threading.Thread(target=lambda s=seconds, p=path, w=who: s.append(timed(server, p, w)))
            thread.start()
            asked.append(thread)
        rounds += 1
        time.sleep(max(0, begun + rounds * EVERY - time.monotonic()))
    for thread in asked:
        thread.join()
    return pages, health


def p95(seconds):
    """Return the 95th percentile."""
    return sorted(seconds)[int(len(seconds) * 0.95)]


def told(name, pages, health):
    """Return a line of the report."""
    load = os.getloadavg()[0]
    return (
        f"{name}: {len(pages)} pages, p50 {sorted(pages)[len(pages) // 2] * 1000:.0f} ms, p95 {p95(pages) * 1000:.0f} ms, "
        f"longest {max(pages) * 1000:.0f} ms; /healthz p95 {p95(health) * 1000:.0f} ms, longest {max(health) * 1000:.0f} ms; load {load:.1f}"
    )


def run(sheets, megabytes, tell=print):
    """Measure at rest and under uploads; return what went wrong."""
    with new_site() as site:
        world = site.make_world()
        site.manage("collectstatic", "--noinput", "--verbosity=0")
        contents = [sheet(megabytes, seed) for seed in range(sheets)]
        tell(f"{sheets} sheets of {len(contents[0]) / 1e6:.1f} MB")
        with site.serving() as server:
            reporter, other = world["sessions"]["reporter"], world["sessions"]["supervisor"]
            measure(server, other, lambda rounds: rounds < 20)
            idle = measure(server, other, lambda rounds: rounds < ROUNDS)
            tell(told("at rest", *idle))
            senders = [Sender(server, reporter, content) for content in contents]
            for sender in senders:
                sender.start()
            busy = measure(server, other, lambda rounds: any(sender.done is None for sender in senders))
            tell(told("with the sheets", *busy))
            for name in ("answered", "done"):
                seconds = [getattr(sender, name) for sender in senders]
                tell(f"{name}: the first after {min(seconds):.1f} s, the last after {max(seconds):.1f} s")
    problems = []
    if p95(busy[1]) > HEALTH:
        problems.append(f"/healthz took {p95(busy[1]):.2f} s (p95), more than {HEALTH} s")
    if p95(busy[0]) > TIMES * p95(idle[0]):
        problems.append(f"the pages' p95 is {p95(busy[0]) / p95(idle[0]):.1f} times that at rest, more than {TIMES}")
    return problems


def main():
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=10)
    parser.add_argument("--megabytes", type=float, default=4)
    given = parser.parse_args()
    problems = run(given.sheets, given.megabytes)
    print(*problems or ["nobody had to wait for the sheets"], sep="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
