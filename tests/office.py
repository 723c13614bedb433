"""LibreOffice in tests: files opened and saved in another form, as a person's program does.

To make a profile costs LibreOffice half as much again as to convert a file; so profiles are kept in `var/`, each used by
one process at a time, and all files of a test are given in one go.
"""

import fcntl
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from scripts.environment import ROOT

PROFILES = ROOT / "var" / "libreoffice"
SECONDS = 240
FILTERS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8", "xls": "xls:MS Excel 97"}
# UTF-8, all cells as they are shown; and every worksheet into a file of its own.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
CSV_OF_EVERY_SHEET = f"{CSV},false,false,-1"


@contextmanager
def profile():
    """Yield the option that names a profile nobody else is using."""
    PROFILES.mkdir(parents=True, exist_ok=True)
    number = 0
    while True:
        with (PROFILES / f"{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                number += 1
                continue
            yield f"-env:UserInstallation={(PROFILES / str(number)).as_uri()}"
            return


def convert(sources, form, folder, *options):
    """Let LibreOffice write each of `sources` into `folder` in another form, all in one go."""
    with profile() as own:
        command = [
            "soffice",
            own,
            "--headless",
            "--norestore",
            *options,
            "--convert-to",
            form,
            "--outdir",
            folder,
            *sources,
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)


def resaved(content, *forms, first="xlsx"):
    """The workbook as it is after LibreOffice saved it in each of `forms` in turn."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"0.{first}")
        source.write_bytes(content)
        for number, form in enumerate(forms, start=1):
            convert([source], FILTERS.get(form, form), folder)
            made = source.with_suffix(f".{form}")
            source = made.rename(made.with_stem(str(number)))
        return source.read_bytes()
