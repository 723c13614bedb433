"""Recording a security event: one call in the view or command that does the thing."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from .addresses import client_address
from .chain import seal
from .models import SecurityEvent

COMMAND = "命令行"


def record(kind, request=None, *, user=None, username="", target="", success=True, detail="", using=None):
    """Keep one event: what, by whom and from where (`request`), on what (`target`: a row or a text), how it ended.

    Without a request it is a command's. `user` or `username` say who where the request does not yet know.
    The row is part of the transaction under way: what is rolled back leaves none.
    """
    who = user or getattr(request, "user", None)
    name = username or (who.get_username() if who is not None else "") or ("" if request else COMMAND)
    if request is not None:
        request.is_recorded = True  # `DownloadsRecorded` leaves it at that
    with transaction.atomic(using=using):
        event = SecurityEvent.objects.using(using).create(
            at=timezone.now(), kind=kind, success=success, user_key=getattr(who, "pk", None),
            username=_plain(name, 150), address=client_address(request) if request else "",
            target=_plain(_named(target), 255), detail=_plain(detail, 255),
        )  # fmt: skip
        transaction.on_commit(partial(seal, using), using=using, robust=True)
    return event


def _named(target) -> str:
    meta = getattr(target, "_meta", None)
    return f"{meta.verbose_name} {target.pk} {target}" if meta else str(target)


def _plain(text, length) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:length]


def records(kind):
    """Mark a view that hands out a file: `DownloadsRecorded` keeps one event of this kind a request."""

    def mark(view):
        view.audit_kind = kind
        return view

    return mark
