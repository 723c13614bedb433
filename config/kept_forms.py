"""Tells the browser that a form it kept (static/js/keep.js) was taken in, so that it may forget it.

The script sends a mark of its own with each form. A form that was taken in is answered with a redirect to a page of ours;
anything else – a form shown again, a fault, the sign-in page – leaves what was kept where it is.
"""

import re

from django.conf import settings

FIELD, COOKIE = "kept-form", "taken-form"
MARK = re.compile(r"[a-z0-9]{8,20}\Z")
SECONDS = 120


class KeptForms:
    """Name the form that was taken in, in a cookie that the next page's script reads."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Look at the answer; who is signed out was led to the sign-in page before."""
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in (302, 303) and request.user.is_authenticated:
            mark = request.POST.get(FIELD, "")
            if MARK.match(mark):
                response.set_cookie(COOKIE, mark, max_age=SECONDS, samesite="Lax", secure=settings.HTTPS)
        return response
