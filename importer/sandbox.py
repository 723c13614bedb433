"""Uploads are parsed in a process of their own, under limits of memory and time; what comes out is drafts or a refusal.

The child (`sandbox_child.py`) is a copy of a process that has the readers loaded (`forking.py`) and knows nothing of the
application: no settings, no database, no environment, nor of any file before. It is ended when its time is over; however it ends, the caller gets `UnreadableDocument` with a sentence for the user. What it sends
back is unpickled with nothing but the importer's own dataclasses allowed.
"""

import io
import json
import logging
import pickle
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import forking
from .drafts import drafts as draft_types
from .drafts.drafts import FeedbackDraft, PlanDraft
from .files import read_cells, readers, tables
from .files.libreoffice import convert
from .files.limits import MAX_BYTES, MEMORY, SECONDS, too_hungry, too_large, too_slow
from .files.read_cells import SheetCells
from .files.readers import SourceText, UnreadableDocument
from .scans import scanned
from .scans.scanned import PagesToRead, ScannedPage

Answer = tuple[str, Any]  # a child's verdict, and what it has to say
CHILD, SCAN_CHILD = "importer.sandbox_child", "importer.scans.child"
PATIENCE = 60  # by the clock, for a large table; of computing it may take no more than anything else
GRACE = 1  # seconds beside those of computing: starting a server, sending the answer
TIME_SIGNALS = (-signal.SIGXCPU, -signal.SIGALRM)
MEMORY_SIGNALS = tuple(
    -s for s in (signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV, signal.SIGTRAP, signal.SIGBUS, signal.SIGILL)
)
ALLOWED = {
    **{(draft_types.__name__, name): value for name, value in vars(draft_types).items() if isinstance(value, type)},
    ("datetime", "date"): date,
    ("decimal", "Decimal"): Decimal,
    (readers.__name__, "SourceText"): readers.SourceText,
    (tables.__name__, "Table"): tables.Table,
    (tables.__name__, "Cell"): tables.Cell,
    (read_cells.__name__, "SheetCells"): SheetCells,
    (scanned.__name__, "ScannedPage"): ScannedPage,
    (scanned.__name__, "ScannedLine"): scanned.ScannedLine,
    ("builtins", "frozenset"): frozenset,
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reading:
    """An uploaded document as read: its text and lines, and the drafts made of them."""

    source: SourceText
    drafts: list[PlanDraft | FeedbackDraft]


def parse_under_limits(name: str, content: bytes) -> list[PlanDraft | FeedbackDraft]:
    """Parse an uploaded file; raise `UnreadableDocument` for whatever keeps it from being read."""
    return read_under_limits(name, content).drafts


def read_under_limits(name: str, content: bytes, familiar: frozenset[str] = frozenset(), choice: str = "") -> Reading:
    """Read and parse an uploaded file; raise `UnreadableDocument` for whatever keeps it from being read.

    `familiar` are names of offices known already, `choice` another reading than the best one, as `parse_document` takes them.
    """
    return Reading(*_asked(name, content, "drafts", familiar=familiar, choice=choice))


def pages_under_limits(name: str, content: bytes, page: int) -> list[ScannedPage]:
    """Read one page (from 0) of a scan or photograph: one page, or the two facing ones a picture shows.

    Raises `UnreadableDocument` for whatever keeps it from being read.
    """
    question, limits = (name, content, page), {"seconds": scanned.SECONDS, "memory": scanned.MEMORY}
    verdict, answer = ask(SCAN_CHILD, question, f"{name}, page {page + 1}", patience=scanned.PATIENCE, **limits)
    pages: list[ScannedPage] = told(verdict, answer)
    return pages


def scan_under_limits(
    name: str, pages: Sequence[ScannedPage], familiar: frozenset[str] = frozenset(), choice: str = ""
) -> Reading:
    """Make a document of pages that were read; raise `UnreadableDocument` for whatever keeps it from being understood."""
    content = json.dumps([page.to_dict() for page in pages], ensure_ascii=False).encode()
    return Reading(*told(*ask_child(name, content, "scan", familiar=familiar, choice=choice)))


def told(verdict: str, answer: Any) -> Any:
    """The answer of a child that read what it was asked; raise where it did not."""
    if verdict != "read":
        raise UnreadableDocument(*answer) if verdict == "refused" else broken()
    return answer


def cells_under_limits(name: str, content: bytes) -> tuple[SheetCells, ...]:
    """Read an uploaded workbook cell by cell; raise `UnreadableDocument` for whatever keeps it from being read."""
    cells: tuple[SheetCells, ...] = _asked(name, content, "cells")
    return cells


def picture_under_limits(name: str, content: bytes, page: int) -> tuple[bytes, int]:
    """Draw one page (from 0) of a PDF; return it as PNG, and how many pages there are.

    Raises `UnreadableDocument` for whatever keeps it from being drawn.
    """
    picture, pages = _asked(name, content, "picture", page=page)
    return picture, pages


def _asked(name: str, content: bytes, job: str, **options: Any) -> Any:
    """Ask the child; a form it cannot read is converted and asked about again."""
    if len(content) > MAX_BYTES:
        raise too_large()
    verdict, answer = ask_child(name, content, job, **options)
    if verdict == "convert":
        form, converted = convert(content, answer)
        verdict, answer = ask_child(f"{Path(name).stem}.{form}", converted, job, **options)
    if verdict == "pictures":
        raise PagesToRead(answer)
    return told(verdict, answer)


def ask_child(name: str, content: bytes, job: str = "drafts", **options: Any) -> Answer:
    """Run the child on one file; return its verdict and answer. `job` is what it shall make of the file, and `options` how."""
    return ask(CHILD, (name, content, job, options), name, patience=PATIENCE if job == "cells" else SECONDS)


def ask(
    child: str,
    question: tuple[Any, ...],
    about: str,
    patience: int = SECONDS,
    seconds: int = SECONDS,
    memory: int = MEMORY,
) -> Answer:
    """Run a child, a module that answers one question under limits; return its verdict and answer.

    `about` is for the log, `patience` how many seconds by the clock it may take, others being at work too;
    `seconds` and `memory` are the limits the child sets itself, told where it meets them.
    """
    try:
        ended = forking.run(child, pickle.dumps(question), patience + GRACE)
    except forking.TooSlow as error:
        raise too_slow(seconds) from error
    if ended.errors:
        logger.warning("reading %s: %s", about, ended.errors.decode("utf-8", "replace")[-4000:])
    if ended.code in TIME_SIGNALS:
        raise too_slow(seconds)
    if ended.code in MEMORY_SIGNALS:
        raise too_hungry(memory)
    return unpacked(ended.output)


class AnswerUnpickler(pickle.Unpickler):
    """Unpickles the importer's dataclasses and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of that name, if an answer may hold it."""
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None


def unpacked(output: bytes) -> Answer:
    """The child's verdict and answer."""
    try:
        verdict, answer = AnswerUnpickler(io.BytesIO(output)).load()
    except Exception as error:  # whatever a broken or forged answer may do
        logger.error("answer of %s bytes not understood: %r", len(output), error)
        raise broken() from error
    return verdict, answer


def broken() -> UnreadableDocument:
    """The refusal of a file that ended the child in an unforeseen way."""
    return UnreadableDocument(
        "读取这份文件时程序出错，已停止。", "请把内容复制到一份新的 .docx 文件里再导入；仍不行请告诉系统管理员。"
    )
