"""GET of all items or all reports as one file, for platforms: JSON Lines, CSV or a workbook, each with the same fields.

What the fields are is said by `dictionary.py`: in the workbook's sheet 说明, at /api/v1/dictionary, in docs/data-dictionary.md.
Rows are read AT_ONCE together, so memory does not grow with them.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from itertools import chain
from tempfile import NamedTemporaryFile
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from ninja import Query, Router

from audit.kinds import EventKind
from audit.recording import record
from sheets.long.long_files import write_xlsx
from sheets.long.long_table import LongColumn
from workplans.sheet_text import guard, shown

from . import dictionary
from .authentication import account_of
from .plain import plain, write
from .reading import FORMS, refuse_unknown
from .resources import ITEMS, REPORTS, Resource
from .statuses import answers

AT_ONCE = 1000
EXPORTED = (ITEMS, REPORTS)
# What a field is to JSON → what its cells are to the workbook.
CELLS = {int: "number", float: "number", date: "date", datetime: "time"}

router = Router()


@dataclass(frozen=True)
class FileFormat:
    """One form of file: `respond(resource, rows)` makes the answer of a queryset."""

    suffix: str
    content_type: str
    about: str
    respond: Callable[..., Any]


def batches(resource: Resource, rows) -> Iterator[list[dict]]:
    """Yield rows as JSON has them, AT_ONCE together: each batch begins behind the last id of the one before."""
    after = 0
    while found := resource.read(rows.filter(pk__gt=after)[:AT_ONCE]):
        yield found
        after = found[-1]["id"]


def json_lines(resource: Resource, rows) -> Iterator[str]:
    """Yield a JSON object a line."""
    for found in batches(resource, rows):
        yield "\n".join(map(write, found)) + "\n"


def csv_lines(resource: Resource, rows) -> Iterator[str]:
    """Yield CSV: the mark by which Excel knows UTF-8, the fields, the rows; text that would run as a formula is guarded."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    names = list(FORMS[resource.name].model_fields)
    writer.writerow(names)
    yield "\ufeff" + buffer.getvalue()
    for found in batches(resource, rows):
        buffer.seek(0)
        buffer.truncate()
        writer.writerows([_csv_cell(row[name]) for name in names] for row in found)
        yield buffer.getvalue()


def _csv_cell(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return guard(shown(value))
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return value.isoformat() if isinstance(value, date) else value


def workbook(resource: Resource, rows) -> FileResponse:
    """Answer with a workbook; its sheet 说明 holds the data dictionary."""
    columns = [
        LongColumn(field.name, lambda row: None, _cells_of(field), 14) for field in dictionary.fields_of(resource)
    ]
    found = chain.from_iterable(batches(resource, rows))
    values = (tuple(_cell(row[column.heading]) for column in columns) for row in found)
    with NamedTemporaryFile(suffix=".xlsx") as file:
        write_xlsx(file.name, values, dictionary.notes(resource), total=rows.count(), columns=columns)
        content = open(file.name, "rb")  # noqa: SIM115 (the response closes it)
    return FileResponse(content, content_type=XLSX)


def _cells_of(field) -> str:
    return CELLS.get(field.kind, "text")


def _cell(value):
    """Return a value as the workbook's writer takes it: times as the clock on the wall showed them, lists as JSON."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None)
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return value


def _streamed(form: str, lines) -> Callable[..., StreamingHttpResponse]:
    return lambda resource, rows: StreamingHttpResponse(lines(resource, rows), content_type=form)


LINES, CSV = "application/jsonl", "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = (
    FileFormat("jsonl", LINES, "`JSON Lines`：每行一个 `JSON` 对象，边读边发。中断以后从最后一行的编号（`after`）继续。", _streamed(LINES, json_lines)),
    FileFormat("csv", CSV, "`CSV`：第一行是字段，列表写成 `JSON`，边读边发。", _streamed(CSV, csv_lines)),
    FileFormat("xlsx", XLSX, "工作簿（`xlsx`）：第一行是字段，工作表“说明”是数据字典。", workbook),
)  # fmt: skip


def _add(resource: Resource, form: FileFormat) -> None:
    """Add the address of a resource in one form of file."""
    asked_for = resource.query(paged=False)
    name = f"{resource.name}_{form.suffix}"

    def whole(request, asked: Query[asked_for]):
        refuse_unknown(request, asked)
        account, chosen = account_of(request), asked.model_dump()
        address, said = request.get_full_path(), f"{request.auth.application}"
        record(EventKind.EXPORT, request, user=account, target=address, detail=said)
        after = chosen.pop("after")
        return form.respond(resource, resource.rows(account, chosen).filter(pk__gt=after))

    whole.__name__ = name
    router.get(
        f"/{resource.name}.{form.suffix}", response=answers(FORMS[resource.name]), summary=f"{resource.label}：全部",
        url_name=name, operation_id=name, tags=[resource.label], description=f"{form.about}按编号从小到大。",
    )(whole)  # fmt: skip


for _resource in EXPORTED:
    for _form in FORMATS:
        _add(_resource, _form)
