"""The project's URLs, and two floors: the base template with session, user and navigation, and nothing in it; and the
bare statements of one save behind a view that asks nobody and checks nothing but the version."""

from django.db import connection, transaction
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from . import bare


def empty(request):
    """Render the base template: the floor of every page."""
    return render(request, "base.html")


@require_POST
def bare_save(request, pk):
    """Store what was sent by hand-written SQL: the floor of a save."""
    seen, texts = (
        int(request.POST["seen_version"]),
        [request.POST[name] for name in ("progress", "difficulties", "next_steps")],
    )
    with transaction.atomic(), connection.cursor() as cursor:

        def execute(sql, parameters):
            cursor.execute(sql, parameters)
            return cursor.rowcount

        now = str(timezone.now())
        done = bare.save(execute, pk, seen, texts, request.POST["completion_percent"], request.user.pk, now)
    return JsonResponse({"version": seen + 1} if done else {"conflict": ""})


urlpatterns = [path("bench/empty/", empty), path("bench/save/<int:pk>/", bare_save), path("", include("config.urls"))]
