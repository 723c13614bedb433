"""The calendar behind a secret link: accounts tells whose it is, tracking what stands in it."""

import hashlib
from datetime import UTC

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts import calendar_links
from audit.addresses import client_address
from tracking.calendar.entries import entries
from tracking.calendar.ics import as_ics


@login_not_required
@require_safe
def calendar_file(request, token):
    """Hand a calendar program the calendar of the link's person, or 304 where it has this one already.

    404 for a wrong or revoked link, a person who may not enter, and while CALENDAR_LINKS is off; 429 after guesses.
    """
    if not settings.CALENDAR_LINKS:
        raise Http404("CALENDAR_LINKS is off")
    reader = calendar_links.reader(token, client_address(request), timezone.now())
    if reader.wait is not None:
        seconds = str(int(reader.wait.total_seconds()) + 1)
        return HttpResponse("尝试次数过多，请稍后再试。", status=429, headers={"Retry-After": seconds})
    if reader.link is None:
        raise Http404("no such link")
    own = entries(reader.link.user, timezone.localdate())
    body = as_ics(own, reader.link.made_at.astimezone(UTC), request.build_absolute_uri)
    etag = quote_etag(hashlib.sha256(body).hexdigest())
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return get_conditional_response(request, etag=etag, response=answer)
