"""What stands before every address of the API, its document and the page that shows it."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from . import document, problems


def guarded(view):
    """Return a view of the API: there where the API is on, entered by token alone, and with a problem for 405.

    No cookie is looked at, so there is nothing another site's page could misuse and no CSRF token to ask for.
    """

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def answer(request, *arguments, **options):
        if not settings.API:
            raise Http404("接口没有开启。")
        response = view(request, *arguments, **options)
        if response.status_code == 405:
            return problems.of("method-not-allowed", headers={"Allow": response.headers.get("Allow", "")})
        return response

    return answer


@guarded
@require_safe
def openapi(request):
    """The document, for programs; it holds no data, so it asks for no token."""
    return HttpResponse(document.text(), content_type="application/json; charset=utf-8")


@guarded
def missing(request, rest):
    """No such address."""
    return problems.of("not-found")


@require_safe
def page(request):
    """The document, for people who are signed in."""
    if not settings.API:
        raise Http404("接口没有开启。")
    return render(request, "api/page.html", {"document": document.readable()})
