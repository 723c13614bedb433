"""The process in which an uploaded file is parsed: limits first, then the file from standard input, the answer to standard output.

Asked by `sandbox.py`, a copy of the process in `forking_server.py`. An answer is a pair: "read" and what the job makes of the file (drafts: source and drafts;
cells: the cells of its sheets; picture: a page and how many there are), "refused" and (message, hint), "pictures" and which pages have to be read from their picture, or "convert" and a form that LibreOffice has to turn into
another first, which the parent does.
"""

import gc
import json
import pickle
import resource
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath
from typing import Any, NoReturn

from .files.limits import MEMORY, SECONDS, too_complex, too_hungry

SAMPLE = """关于印发《东湖区教育局2024年工作要点》的通知
各科室、各学校：
一、推进重点改革
（一）完善管理制度
1.推进教育数字化。6月底前完成60%，年底前全部完成。（责任科室：基教科；配合科室：人事科、财务科）
附件：任务分解表
东湖区教育局
2024年3月1日
"""


class ConversionNeeded(Exception):
    """The file has a form that the parent has to convert."""


def needed(content: bytes, form: str) -> NoReturn:
    """Stand in for the conversion, which this process has no memory for."""
    raise ConversionNeeded(form)


def limit(memory: int = MEMORY, seconds: int = SECONDS) -> None:
    """Bind this process to its limits; it can not lift them again."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def prepare() -> None:
    """Load what reads files, and read a sample: most expressions are compiled when they are first used.

    Called in the process this one is a copy of, before any file is there.
    """
    for module in ("files.read_cells", "files.read_ofd", "files.page_picture", "scans.document"):
        import_module(f".{module}", __package__)
    answer("sample.txt", SAMPLE.encode(), "drafts", {})


def drafts_of(name: str, content: bytes, **how: Any) -> tuple[object, object]:
    """The text of a document, and the drafts made of it; `how` as `parse_source` takes it."""
    from .files.file_kinds import open_document_file
    from .parse import parse_source

    source = open_document_file(name, content, convert=needed)
    return source, parse_source(source, PurePath(name).stem, **how)


def scan_of(name: str, content: bytes, **how: Any) -> tuple[object, object]:
    """The text of a document whose pages were read from pictures (as JSON), and the drafts made of it."""
    from .parse import parse_source
    from .scans.document import document_of
    from .scans.scanned import page_from_dict

    source = document_of([page_from_dict(page) for page in json.loads(content)]).source
    return source, parse_source(source, PurePath(name).stem, **how)


def cells_of(name: str, content: bytes) -> tuple[object, ...]:
    """The cells of a workbook."""
    from .files.read_cells import open_workbook_file

    return open_workbook_file(name, content, convert=needed)


def picture_of(name: str, content: bytes, page: int) -> tuple[object, ...]:
    """A page of a PDF as a picture, and how many pages there are."""
    from .files.page_picture import page_picture

    return page_picture(content, page)


JOBS: dict[str, Callable[..., tuple[object, ...]]] = {
    "drafts": drafts_of,
    "scan": scan_of,
    "cells": cells_of,
    "picture": picture_of,
}


def answer(name: str, content: bytes, job: str, options: dict[str, Any]) -> tuple[str, object]:
    """Do the job on one file."""
    from .files.readers import UnreadableDocument
    from .scans.scanned import PagesToRead

    try:
        return "read", JOBS[job](name, content, **options)
    except PagesToRead as pictures:
        return "pictures", pictures.pages
    except UnreadableDocument as refused:
        return "refused", (refused.message, refused.hint)
    except ConversionNeeded as needs:
        return "convert", needs.args[0]
    except RecursionError:
        complaint = too_complex()
        return "refused", (complaint.message, complaint.hint)


def refusal_for_memory() -> bytes:
    """The answer to give when there is no memory left to make one."""
    refused = too_hungry()
    return pickle.dumps(("refused", (refused.message, refused.hint)))


def main() -> None:
    """Answer once."""
    gc.disable()  # a process that ends soon: looking for cycles among millions of elements takes half the time
    limit()
    hungry = refusal_for_memory()
    try:
        output = pickle.dumps(answer(*pickle.loads(sys.stdin.buffer.read())))
    except MemoryError:
        output = hungry
    except Exception:
        traceback.print_exc()
        output = pickle.dumps(("broken", None))
    sys.stdout.buffer.write(output)
