"""Older documents (.doc, .wps, .rtf, .odt, .xls, .et, .ods) turned into .docx or .xlsx by LibreOffice, where it is installed.

LibreOffice runs without a window, in a directory and with a profile of its own that are thrown away, macros and links
switched off, under limits of memory and time.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from .limits import SECONDS, too_slow
from .readers import UnreadableDocument

SAVE_AS_DOCX = "请在 WPS 或 Word 中打开，另存为 .docx，再导入。"
SAVE_AS_XLSX = "请在 WPS 或 Excel 中打开，另存为 .xlsx，再导入。"
BECOMES = {"doc": "docx", "rtf": "docx", "odt": "docx", "fodt": "docx", "xls": "xlsx", "ods": "xlsx", "fods": "xlsx"}
HINTS = {"docx": SAVE_AS_DOCX, "xlsx": SAVE_AS_XLSX}
MEMORY_KB = 3 * 1024 * 1024  # of addresses; LibreOffice itself takes about one gigabyte
LIMITED = 'ulimit -v "$1"; ulimit -t "$2"; shift 2; exec "$@"'
OPTIONS = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard")
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""


def program() -> str | None:
    """The path of LibreOffice, None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convert(content: bytes, form: str) -> tuple[str, bytes]:
    """Turn a document of an older form into a newer one; return that form and its bytes."""
    target = BECOMES[form]
    if program() is None:
        raise UnreadableDocument(
            f"这是 .{form} 格式的文件，这台服务器没有安装 LibreOffice，不能直接读取。", HINTS[target]
        )
    return target, converted(content, form, target)


def converted(content: bytes, form: str, target: str) -> bytes:
    """A document of one form in another; raise `UnreadableDocument` where LibreOffice does not manage in its limits."""
    with tempfile.TemporaryDirectory(prefix="convert-") as folder:
        place = Path(folder)
        (place / "profile" / "user").mkdir(parents=True)
        (place / "profile" / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        (place / f"in.{form}").write_bytes(content)
        run_office(program() or "soffice", place, form, target)
        result = place / "out" / f"in.{target}"
        if not result.is_file():
            raise UnreadableDocument("文件打不开：可能设有密码，或已损坏。", HINTS.get(target, SAVE_AS_DOCX))
        return result.read_bytes()


def run_office(office: str, place: Path, form: str, target: str) -> None:
    """Run LibreOffice once; end it with all it started when its time is over."""
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    arguments = [
        office,
        profile,
        *OPTIONS,
        "--convert-to",
        target,
        "--outdir",
        str(place / "out"),
        str(place / f"in.{form}"),
    ]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(place), "LANG": "C.UTF-8"}
    process = subprocess.Popen(
        ["/bin/sh", "-c", LIMITED, "sh", str(MEMORY_KB), str(SECONDS), *arguments],
        cwd=place, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        process.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise too_slow() from error
    finally:
        end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
