"""Laying evidence beside a report, and taking it away: what a file is, is told by its content, not by its name."""

import hashlib
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from tracking.models import Evidence, Report
from workplans import access
from workplans.history import write_history

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 20


@dataclass(frozen=True)
class FileKind:
    """A kind of file that may be kept: how it begins, what an archive of it holds, and its names' endings."""

    name: str
    suffixes: tuple[str, ...]
    begins: bytes
    part: str = ""


# The first whose beginning (and part) fits; the first suffix is given to a file whose name has none of them.
KINDS = (
    FileKind("PDF", (".pdf",), b"%PDF-"),
    FileKind("图片", (".jpg", ".jpeg"), b"\xff\xd8\xff"),
    FileKind("图片", (".png",), b"\x89PNG\r\n\x1a\n"),
    FileKind("Word 文档", (".docx", ".dotx"), b"PK\x03\x04", "word/document.xml"),
    FileKind("Excel 表格", (".xlsx", ".xltx"), b"PK\x03\x04", "xl/workbook.xml"),
    FileKind("演示文稿", (".pptx", ".ppsx"), b"PK\x03\x04", "ppt/presentation.xml"),
    FileKind("OFD 版式文件", (".ofd",), b"PK\x03\x04", "OFD.xml"),
    FileKind(
        "旧版 Office 或 WPS 文档", (".doc", ".xls", ".ppt", ".wps", ".et", ".dps"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    ),
)
ACCEPTED = ",".join(suffix for kind in KINDS for suffix in kind.suffixes)
KINDS_IN_WORDS = "PDF、OFD、Word、Excel、PPT、WPS 文档和 JPG、PNG 图片"
MACROS = "vbaProject.bin"


def file_kind(content: bytes) -> FileKind | None:
    """Return what the content is, None where it is nothing that may be kept."""
    parts = _archive_parts(content) if content.startswith(b"PK\x03\x04") else frozenset()
    if any(part.endswith(MACROS) for part in parts):
        return None
    fitting = (k for k in KINDS if content.startswith(k.begins) and (not k.part or k.part in parts))
    return next(fitting, None)


def _archive_parts(content) -> frozenset[str]:
    try:
        return frozenset(zipfile.ZipFile(BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return frozenset()


def safe_name(name: str, kind: FileKind) -> str:
    """Return the file's own name with an ending that says what it is."""
    plain = "".join(c for c in PurePath(name.replace("\\", "/")).name if c.isprintable()).strip() or "附件"
    suffix = PurePath(plain).suffix.lower()
    stem = plain if suffix not in kind.suffixes else plain[: -len(suffix)]
    ending = suffix if suffix in kind.suffixes else kind.suffixes[0]
    return stem[: 200 - len(ending)] + ending


def attach(report, upload, *, by, now) -> Evidence:
    """Keep an uploaded file with the report.

    Raises PermissionDenied where the report cannot be written, ValidationError (Chinese) for a file not wanted.
    """
    if upload is None:
        raise ValidationError("请先选择文件。")
    if upload.size > MAX_BYTES:
        raise ValidationError(f"“{upload.name}”超过 {MAX_BYTES >> 20} MB，请压缩或拆分后再上传。")
    content = upload.read()
    kind = file_kind(content)
    if not content or kind is None:
        raise ValidationError(f"“{upload.name}”不是可以上传的文件。可以上传{KINDS_IN_WORDS}，不含宏。")
    with transaction.atomic():
        _lock(report, by)
        return _keep(report, safe_name(upload.name, kind), content, by=by, now=now)


def _keep(report, name, content, *, by, now):
    digest = hashlib.sha256(content).hexdigest()
    files = Evidence.objects.filter(report=report)
    if files.filter(sha256=digest).exists():
        raise ValidationError("这份进展报告已有相同的附件。")
    if files.count() >= MAX_FILES:
        raise ValidationError(f"一份进展报告最多 {MAX_FILES} 个附件。")
    kept = Evidence.objects.create(
        report=report, name=name, content=content, size=len(content), sha256=digest, uploaded_by=by, uploaded_at=now
    )
    write_history([report], by=by, now=now, reason=f"上传附件：{name}"[:100])
    return kept


@transaction.atomic
def detach(evidence, *, by, now) -> None:
    """Take a file away; the report's history keeps its name and who did it."""
    _lock(evidence.report, by)
    write_history([evidence.report], by=by, now=now, reason=f"删除附件：{evidence.name}"[:100])
    evidence.delete()


def _lock(report, by):
    """Hold the report's row, and refuse where it cannot be written by now."""
    Report.objects.select_for_update().get(pk=report.pk)
    report.refresh_from_db(fields=["status", "version"])
    if refused := access.refusal(by, "change", Report, report):
        raise PermissionDenied(refused)
