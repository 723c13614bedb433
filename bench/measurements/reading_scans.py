"""A scanned page of 2,149 characters at 200 dots an inch, slightly askew and grainy, read by machine."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.registry import Case, Reach, Spent, measurement
from bench.stage import Stage
from scripts.environment import ROOT

CHARACTERS = 2149
PLAN = "changning-2023-annual-plan.txt"


@measurement(
    title="a scanned page of 2,149 characters, seconds of computing",
    reach=Reach(milliseconds=10_000, times_faster=2.5, limits={"peak MB": 700, "wrong ‰": 5}),
    databases=("sqlite",),
    sizes=(10_000,),
)
def reading_scans(stage: Stage) -> Case:
    """Ours and rapidocr as it comes, each a process of one thread; what is timed is its computing, from start to end."""
    from tests.scanned_pages import as_file, dense_page, right_share, scanned

    page = dense_page((ROOT / "seeds" / PLAN).read_text("utf-8"), CHARACTERS)
    folder = Path(stage.kept.enter_context(tempfile.TemporaryDirectory()))
    path = folder / "page.png"
    path.write_bytes(as_file(scanned(page.drawn(numbered=False)), "PNG"))
    told = {}

    def read(how):
        done = subprocess.run(
            [sys.executable, "-m", "bench.reading", how, path], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        told[how] = json.loads(done.stdout)
        return Spent(told[how]["cpu"], told[how]["cpu"])

    def figures():
        wrong = {how: round(1000 * (1 - right_share(page.words, each["text"])), 2) for how, each in told.items()}
        peaks = {how: each["peak MB"] for how, each in told.items()}
        return {
            "peak MB": peaks["ours"], "stock peak MB": peaks["stock"], "wrong ‰": wrong["ours"], "stock wrong ‰": wrong["stock"],
        }  # fmt: skip

    return Case(lambda: read("ours"), stock=lambda: read("stock"), figures=figures, rounds=3, stock_rounds=3)
