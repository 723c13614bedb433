"""Where a change comes from, and history rows for statements that store many rows at once and would leave none.

Every history row says from which kind of page it came. That is found in one place, `current_origin()`: what
`came_from()` says, else the request being answered, else a command.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords

from .insertion import insert_select


class Origin(models.TextChoices):
    """Where a change was made."""

    FORM = "form", "填报页面"
    ADMIN = "admin", "数据管理"
    IMPORT = "import", "导入"
    COMMAND = "command", "后台命令"


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


@contextmanager
def came_from(origin: Origin):
    """Say where the changes made inside come from; also a decorator."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def current_origin() -> str:
    """Return where a change made now comes from: the default of every history row."""
    if told := _origin.get():
        return told.value
    request = getattr(HistoricalRecords.context, "request", None)
    if request is None:
        return Origin.COMMAND.value
    match = request.resolver_match
    if match is None or match.app_name != "admin":
        return Origin.FORM.value
    return (Origin.IMPORT if match.url_name.endswith("_import") else Origin.ADMIN).value


def write_history(
    rows: Sequence[Any],
    *,
    by: Any,
    now: datetime,
    reason: str = "",
    created: bool = False,
    origin: Any = None,
) -> None:
    """Write one history row for each of `rows` (all of one model), which bulk statements leave out."""
    if rows:
        type(rows[0]).history.bulk_history_create(
            rows,
            update=not created,
            default_user=by,
            default_date=now,
            default_change_reason=reason or None,
            custom_historical_attrs={"history_origin": origin or current_origin()},
        )


def write_history_of(rows, *, by, now, reason="", created=False, origin=None) -> int:
    """Write one history row for each row of a queryset, inside the database; return how many."""
    history = rows.model.history.model
    tracked = {field.attname: models.F(field.attname) for field in history.tracked_fields}
    return insert_select(
        history,
        rows,
        **tracked,
        history_date=now,
        history_type="+" if created else "~",
        history_user_id=by.pk if by else None,
        history_change_reason=reason or None,
        history_origin=origin or current_origin(),
    )
