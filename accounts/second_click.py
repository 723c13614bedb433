"""A second click on a button is answered like the first: what a form says is done once, however often it is sent.

A page's CSRF token is masked anew each time the page is made. So two requests of one session to one address that say the
same, token included, come from one page shown once: a double click, or 重试 on a slow line. The first of them is let
through; the others wait for it and are led where it was led, with its messages. What a script of ours sends by itself is
no click and goes through each time, and so does what was answered with anything but a redirect: nothing was taken in.
"""

import hashlib
import json
import time
from datetime import timedelta

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.safestring import SafeData, mark_safe

from .models import Click

TOGETHER = timedelta(seconds=60)  # two like each other farther apart are two
KEPT = timedelta(hours=1)
PATIENCE, PAUSE = 20, 0.1  # seconds the second waits for the answer of the first, and between two looks
SENT_BY_SCRIPT = "fetch"
NOT_TOLD = {"kept-form"}  # a mark that static/js/keep.js makes anew for each click


class SecondClick:
    """Lets the first of equal requests through, and answers those behind it like it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Note the answer to the first of its kind, for those behind it."""
        request.click = None
        response = self.get_response(request)
        if request.click and response.status_code in (302, 303):
            Click.objects.filter(key=request.click).update(location=response.url, said=_said(request))
        elif request.click:
            Click.objects.filter(key=request.click).delete()
        return response

    def process_view(self, request, view, args, kwargs):
        """Look whether the same was sent just before. A view that receives a file reads its request itself, and knows files."""
        key = None if getattr(view, "csrf_exempt", False) else _key_of(request)
        if key is None:
            return None
        if _is_first(key, timezone.now()):
            request.click = key
            return None
        answer = _answer_to_first(key)
        return None if answer is None else _repeated(request, *answer)


def _key_of(request) -> str | None:
    """Return what is the same for equal requests of one session, None for what is no click on a form."""
    if request.method != "POST" or request.headers.get("X-Requested-With") == SENT_BY_SCRIPT:
        return None
    if not request.user.is_authenticated or "csrfmiddlewaretoken" not in request.POST:
        return None
    fields = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_TOLD)
    files = [(name, file.name, file.size) for name, file in request.FILES.items()]
    told = [request.session.session_key, request.get_full_path(), fields, files]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _is_first(key, now) -> bool:
    """Note a request; say whether it is the first of its kind. One in fifty clears up."""
    if key < "05":
        Click.objects.filter(at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            Click.objects.create(key=key, at=now)
    except IntegrityError:
        return Click.objects.filter(key=key, at__lt=now - TOGETHER).update(at=now, location="") == 1
    return True


def _answer_to_first(key) -> tuple[str, list] | None:
    """Wait for the answer of the first; None where it was not taken in, or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        first = Click.objects.filter(key=key).first()
        if first is None:
            return None
        if first.location:
            return first.location, first.said
        time.sleep(PAUSE)
    return None


def _said(request) -> list:
    """Return the messages that wait for the next page, and leave them waiting."""
    waiting = messages.get_messages(request)
    said = [[one.level, str(one.message), isinstance(one.message, SafeData)] for one in waiting]
    waiting.used = False
    return said


def _repeated(request, location, said) -> HttpResponseRedirect:
    """Lead there with what was said, unless the browser brings it along."""
    waiting = _said(request)
    for level, text, is_safe in said:
        if [level, text, is_safe] not in waiting:
            messages.add_message(request, level, mark_safe(text) if is_safe else text)
    return HttpResponseRedirect(location)
