"""A small Word file as uploaded, read under limits: by a copy of a process that stands by, and by a process of its own."""

import pickle
import subprocess
import sys

from bench.registry import Case, Reach, measurement
from bench.stage import Stage
from scripts.environment import ROOT

ALONE = "from importer.sandbox_child import main; main()"


@measurement(
    title="one small upload read (.docx)",
    reach=Reach(milliseconds=150, times_faster=2.5),
    databases=("sqlite",),
    sizes=(10_000,),
)
def reading_uploads(_stage: Stage) -> Case:
    """Ours as the application asks, and the same child started for one file."""
    from importer import forking, sandbox
    from tests.hostile import plan_docx

    content = plan_docx()
    question = pickle.dumps(("a.docx", content, "drafts", {}))

    def alone():
        done = subprocess.run([sys.executable, "-E", "-s", "-c", ALONE], cwd=ROOT, input=question, stdout=subprocess.PIPE, check=True)  # fmt: skip
        sandbox.unpacked(done.stdout)

    sandbox.parse_under_limits("a.docx", content)  # as after a server's first file

    def figures():
        ended = forking.run(sandbox.CHILD, question, sandbox.SECONDS)
        return {"computing ms": round(ended.seconds * 1000, 1)}

    return Case(lambda: sandbox.parse_under_limits("a.docx", content), stock=alone, figures=figures, stock_rounds=7)
