"""What is larger than anything we take is refused: a request by what it says of itself, a text before a view sees it."""

from django.conf import settings
from django.shortcuts import render

from operations import faults


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


class TextLimit:
    """Answers 413 where one field holds more than MAX_TEXT_CHARACTERS, whatever its form; the browser keeps what was typed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Go on: only what reaches a view is looked at."""
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Look at each field. A view that receives a document (workplans/reading_limits.py) reads its request itself."""
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return None
        for _name, values in request.POST.lists():
            for value in values:
                if len(value) > settings.MAX_TEXT_CHARACTERS:
                    return faults.page(request, faults.too_long(value, settings.MAX_TEXT_CHARACTERS))
        return None
