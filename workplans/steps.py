"""Addresses that only take something in, such as /reports/5/submit/: opened by themselves they lead to their page.

Their page is the one above in the address: the nearest that can be shown. Whoever signs in anew after pressing such a
button comes back to it.
"""

from functools import wraps

from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

SAFE = ("GET", "HEAD")
# Classes of Django's and of the workbooks' that only take something in; ours carry the decorator's mark.
STEPS_OF_OTHERS = ("logout", "process_import")


def post_only(view):
    """Mark and guard a view that takes something in: a GET is led to its page, other methods are refused."""

    @wraps(view)
    def step(request, *arguments, **options):
        if request.method in SAFE:
            return HttpResponseRedirect(page_above(request.path))
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return view(request, *arguments, **options)

    step.is_step = True
    return step


def came_from(request, otherwise: str) -> str:
    """Return the page of ours a form names as the one to go on to (`next`), else `otherwise`."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if target.startswith("/") and is_ours else otherwise


def page_above(path: str) -> str:
    """Return the nearest address above `path` that shows a page."""
    parts = path.strip("/").split("/")
    while parts.pop() and parts:
        above = f"/{'/'.join(parts)}/"
        if shows(above):
            return above
    return "/"


def shows(path: str) -> bool:
    """Say whether an address is there and shows a page: it is no step and hands out no file."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return not (is_step(match) or hasattr(match.func, "audit_kind"))


def is_step(match) -> bool:
    """Say whether a resolved address only takes something in."""
    return getattr(match.func, "is_step", False) or (match.url_name or "").endswith(STEPS_OF_OTHERS)


def page_of(request) -> str:
    """Return where somebody who asked for `request` goes on once signed in: what they asked for, or its page."""
    return page_above(request.path) if is_step(request.resolver_match) else request.get_full_path()
