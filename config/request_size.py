"""A request larger than any file we take is refused by what it says of itself, before a byte of it is read."""

from django.conf import settings
from django.shortcuts import render


class RequestSizeLimit:
    """Answers 413 with a page in Chinese. A body without a length is none to Django, so nothing slips through."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Look at the length; nothing has read the request yet."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length) > settings.MAX_REQUEST_BYTES:
            return render(request, "413.html", {"megabytes": settings.MAX_UPLOAD_MEGABYTES}, status=413)
        return self.get_response(request)
