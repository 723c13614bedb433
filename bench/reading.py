"""One page read in a process of its own, as we read it or by the library as it comes: `python -m bench.reading ours|stock FILE`.

Prints the text, the seconds of computing from the start of the process, and the most memory it had. One thread each.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))


def ours(path: Path) -> str:
    """Read a picture as the sandbox does, under its limits."""
    from importer.sandbox_child import limit
    from importer.scans.child import pages_of
    from importer.scans.scanned import MEMORY, SECONDS

    limit(MEMORY, SECONDS)
    return "\n".join(line.text for page in pages_of(path.read_bytes(), 0) for line in page.lines)


def stock(path: Path) -> str:
    """Read a picture by rapidocr with all that it comes with, but for the number of threads."""
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    return "\n".join(RapidOCR(params={"Global.log_level": "error"} | threads)(str(path)).txts)


if __name__ == "__main__":
    text = {"ours": ours, "stock": stock}[sys.argv[1]](Path(sys.argv[2]))
    from bench.alone import peak_megabytes

    print(json.dumps({"text": text, "cpu": time.process_time(), "peak MB": peak_megabytes()}))
