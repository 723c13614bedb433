"""What stands on an item's page besides its reports: requests, and the steps the reader can take."""

from dataclasses import dataclass

from . import access, lifecycle
from .forms import REQUEST_FORMS, DecisionForm, step_form
from .models import Item, ItemRequest


@dataclass(frozen=True)
class RequestRow:
    """One request, with what the reader may do with it."""

    request: ItemRequest
    may_withdraw: bool
    decision: DecisionForm | None


@dataclass(frozen=True)
class Panel:
    """The reader's view of an item's life."""

    requests: list[RequestRow]
    asking: list  # (kind, form)
    steps: list  # (step, form)
    successors: list[Item]


def request_row(request, user) -> RequestRow:
    """Return a request, with `item` and its plan, as `user` sees it."""
    pending = request.status == ItemRequest.Status.PENDING
    return RequestRow(
        request,
        may_withdraw=pending and access.withdraws_request(user, request) is None,
        decision=DecisionForm(auto_id=f"decide{request.pk}_%s")
        if pending and access.decides_request(user, request) is None
        else None,
    )


def panel(item, user, today) -> Panel:
    """Return what `user` sees of the item's life and can do about it."""
    requests = list(item.requests.select_related("requested_by", "decided_by"))
    for request in requests:
        request.item = item
    waiting = {request.kind for request in requests if request.status == ItemRequest.Status.PENDING}
    kinds = [kind for kind in lifecycle.askable(item, user, today) if kind not in waiting]
    return Panel(
        requests=[request_row(request, user) for request in requests],
        asking=[(kind, REQUEST_FORMS[kind](auto_id=f"{kind}_%s")) for kind in kinds],
        steps=[(step, step_form(step, item, user)) for step in lifecycle.available(item, user)],
        successors=list(item.successors.select_related("plan")),
    )
